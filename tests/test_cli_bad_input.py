"""Options that cannot be: the command names the option, shows its value, and stops with code 2 before any work."""

import re
from pathlib import Path

import pytest

from hideseek.cli import main
from hideseek.commands.options import parse_duration
from tests.refusal import assert_refused

TRAIN = "train quadrant"
TOO_LARGE = r"which takes [\d,]+ GB of memory, expected at most what fits into the [\d,]+ GB that there are"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("fly", "unknown command 'fly'"),
        ("train moon", "unknown game 'moon'"),
        (f"{TRAIN} --preset big", "unknown preset 'big'; known presets: paper, medium, laptop, chasing, doors"),
        ("train random-walls --preset doors", "--preset doors is for quadrant; presets for random-walls: paper"),
        (f"{TRAIN} --seed -1", "--seed is -1, expected"),
        (f"{TRAIN} --seed one", "--seed.*'one'"),
        (f"{TRAIN} --threads 0", "--threads is 0, expected"),
        (f"{TRAIN} --iterations -1", "--iterations is -1, expected"),
        (f"{TRAIN} --time-limit soon", "--time-limit is 'soon', expected"),
        (f"{TRAIN} --time-limit -5m", "--time-limit is '-5m', expected"),
        (f"{TRAIN} --resume --overwrite", "--resume and --overwrite are both given, expected at most one"),
        (f"{TRAIN} --resume --start-from x", "--resume and --start-from are both given, expected at most one"),
        (f"{TRAIN} --resume", "there is no run folder runs/quadrant"),
        (f"{TRAIN} --out file", "file is a file, expected a folder"),
        (f"{TRAIN} --out file/run", "run folder is file/run, expected a path below a folder"),
        (f"{TRAIN} --out .", "not a run folder"),
        (f"{TRAIN} --game.horizon 0", "--game.horizon is 0, expected an integer from 1"),
        (f"{TRAIN} --out /proc/run", "run folder is /proc/run, expected a folder that can be written"),
        (f"{TRAIN} --learner.world-count 2000000000", rf"--learner.world-count is 2000000000, {TOO_LARGE}"),
        (f"{TRAIN} --learner.window 2000000000", rf"window of 128 worlds is 2000000000, {TOO_LARGE}"),
        (f"{TRAIN} --learner.network.memory 2000000000", rf"network is NetworkConfig.*, {TOO_LARGE}"),
        ("evaluate zoo:quadrant --episodes 2000000000", rf"episode_count is 2000000000, {TOO_LARGE}"),
        ("watch zoo:quadrant --episodes 2000000000", rf"episodes is 2000000000, {TOO_LARGE}"),
        ("watch zoo:quadrant --episodes 2000000000 --out a.gif", rf"episodes is 2000000000, {TOO_LARGE}"),
        ("learn dqn CartPole-v1 --capacity 2000000000", rf"capacity is 2000000000, {TOO_LARGE}"),
        ("learn dqn CartPole-v1 --copies 2000000000", rf"copies is 2000000000, {TOO_LARGE}"),
        ("learn ppo grid-hideseek --copies 2000000000", rf"copies is 2000000000, {TOO_LARGE}"),
        ("learn ppo CartPole-v1 --hidden 2000000000", rf"sizes is .*2000000000.*, {TOO_LARGE}"),
        ("evaluate nowhere --json /dev/null", "json is /dev/null, expected a file to write, no device"),
        ("evaluate nowhere --json /proc/new.json", "json is /proc/new.json, expected a file that can be written"),
        (f"evaluate nowhere --json {'x' * 300}", "xxx, expected a file that can be written: File name too long"),
        (f"evaluate nowhere --json {'x' * 250}.json", "json, expected a file that can be written: File name too long"),
        ("watch zoo:quadrant --out /proc/a.gif", "--out is /proc/a.gif, expected a file that can be written"),
        ("record zoo:quadrant --out /proc/a.replay", "out is /proc/a.replay, expected a file that can be written"),
        ("video nowhere.replay /proc/a.gif", "path is /proc/a.gif, expected a file that can be written"),
        ("picture nowhere.replay /proc/a.png --step 0", "out is /proc/a.png, expected a file that can be written"),
        ("export nowhere.replay /proc/a.html", "path is /proc/a.html, expected a file that can be written"),
        ("plot nowhere --out /proc/a.png", "out is /proc/a.png, expected a file that can be written"),
        ("stages nowhere --out /proc/a.png", "out is /proc/a.png, expected a file that can be written"),
        ("learn dqn CartPole-v1 --out /proc/a.png", "out is /proc/a.png, expected a file that can be written"),
        (f"{TRAIN} --game.horizon long", "--game.horizon.*'long'"),
        (f"{TRAIN} --game.reach nan", "--game.reach is nan, expected a finite number"),
        (f"{TRAIN} --game.lock-rule maze", "'maze' for argument '--game.lock-rule'"),
        (f"{TRAIN} --game.rooms-max 2", "--game.rooms-max"),
        (f"{TRAIN} --game.door-dropout 2", r"--game.door-dropout is 2\.0, expected a finite number"),
        (f"{TRAIN} --game.boxes-min 3", "--game.boxes-min is 3, expected at most --game.boxes-max, 2"),
        (f"{TRAIN} --learner.gamma 2", r"--learner.gamma is 2\.0, expected a finite number"),
        (f"{TRAIN} --learner.window 15", "--learner.window is 15, expected a multiple of --learner.chunk-length"),
        (f"{TRAIN} --learner.minibatch-chunks 99999", "--learner.minibatch-chunks is 99999, expected at most"),
        (f"{TRAIN} --learner.network.attention-heads 3", "--learner.network.attention-heads is 3, expected a divisor"),
        (f"{TRAIN} --hiders 3", "--hiders"),
        ("watch", "sources is empty, expected replays, a run's folder, zoo:NAME, scripted:NAME, or a game"),
        ("watch nowhere", "there is no run folder nowhere"),
        ("watch file", "file is a file, expected a run's folder, zoo:NAME"),
        ("watch nowhere --episodes 0", "--episodes is 0, expected"),
        ("watch nowhere --size 10", "--size is 10, expected an integer from 64"),
        ("watch nowhere --seed -1", "--seed is -1, expected"),
        ("watch nowhere --out film.avi", "must end in one of"),
        ("watch nowhere --out file/film.gif", "--out is file/film.gif, expected a path below a folder"),
        ("watch nowhere --port -1", "--port is -1, expected an integer from 0"),
        ("watch nowhere.replay", r"nowhere\.replay cannot be read"),
        (
            "watch one.replay nowhere",
            r"sources has nowhere beside others, expected \.replay files",
        ),
        ("watch one nowhere", "sources has one beside others, expected"),
        ("watch zoo:nobody", "zoo policy is 'nobody', expected one of"),
        ("watch one.replay --out one.gif", r"--out is given for one\.replay: `hideseek video` makes films of replays"),
        ("play", "SOURCE"),
        ("play nowhere", "there is no run folder nowhere"),
        ("play zoo:nobody", "zoo policy is 'nobody', expected one of"),
        ("play nowhere --port 0 --host a..b", r"--host is 'a\.\.b', which does not resolve, expected"),
        ("watch nowhere --port 0 --allow-host a:1", "--allow-host is 'a:1', expected a name alone"),
        ("play nowhere --team foxes", "'foxes' for argument '--team'"),
        ("play nowhere --port 70000", "--port is 70000, expected an integer from 0 to 65535"),
        ("watch nowhere --engine bullet", "'bullet' for argument '--engine'"),
        ("record", "SOURCE"),
        ("record nowhere", "there is no run folder nowhere"),
        ("record zoo:none", "zoo policy is 'none', expected one of"),
        ("record nowhere --episodes 0", "--episodes is 0, expected an integer from 1 to 1000"),
        ("record nowhere --of 1001", "--of is 1001, expected an integer from 1 to 1000"),
        ("record nowhere --filter seen --episodes 9 --of 8", "--of is 8, expected at least the 9 episodes"),
        ("record nowhere --filter funny", "--filter is 'funny', expected one of 'random', 'hidden'"),
        ("record nowhere --seed -1", "--seed is -1, expected"),
        ("record nowhere --out episode.gif", "--out is episode.gif, expected a file that ends in .replay"),
        ("record nowhere --out file/a.replay", "--out is file/a.replay, expected a path below a folder"),
        ("evaluate nowhere", "there is no run folder nowhere, expected .* a game for random players"),
        ("record doors", r"there is no run folder doors, expected .*; did you mean zoo:doors or scripted:door\?"),
        ("video random-wals film.gif", r"did you mean random-walls\?"),
        ("video scripted:dance film.gif", "name is 'scripted:dance', expected one of 'scripted:door'"),
        ("video quadrant film.gif --seed -1", "--seed is -1, expected"),
        ("video quadrant film.gif --episode 1000", "--episode is 1000, expected an integer from 0 to 999"),
        ("evaluate quadrant --against untrained", "--against is untrained, .*: quadrant has no network"),
        ("evaluate quadrant --against untraind", "there is no run folder untraind, .*; or untrained, or random"),
        ("evaluate quadrant --against random-walls", "random-walls plays a game with other observations than quadrant"),
        ("doctor everything", "everything"),
        ("evaluate nowhere --episodes 1", "--episodes is 1, expected an integer from 2"),
        ("evaluate nowhere --seed -1", "--seed is -1, expected"),
        ("evaluate nowhere --json .", "--json is ., a folder, expected a file"),
        ("evaluate nowhere --json file/x.json", "--json is file/x.json, expected a path below a folder"),
        ("plot", "runs is empty, expected at least one run folder"),
        ("plot nowhere", "there is no run folder nowhere"),
        ("plot .", r". is not a run folder"),
        ("plot nowhere --x years", "'years' for argument '--x'"),
        ("plot nowhere --out curves.pdf", "--out is curves.pdf, expected a file that ends in one of .png, .svg"),
        ("plot nowhere --out file/curves.png", "--out is file/curves.png, expected a path below a folder"),
        ("list --runs file", "--runs is file, a file, expected a folder"),
        ("list everything", "everything"),
    ],
)
def test_bad_options(command: str, message: str, tmp_path: Path, monkeypatch, capsys):
    """No traceback, and no file or folder is made or changed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("words")
    with pytest.raises(SystemExit) as stop:
        main(command.split())
    assert stop.value.code == 2
    output = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert re.search(message, output), output
    assert "Traceback" not in output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "words"


def test_duration_that_is_no_text():
    """Seconds as a number are refused, too."""
    assert_refused(lambda: parse_duration(90), TypeError, "text is 90, expected a string")
