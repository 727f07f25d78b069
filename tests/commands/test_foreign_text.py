"""Names that mean something to others: to rich, to Matplotlib, to ffmpeg, to terminals; here they mean nothing."""

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hideseek.checks import printable
from hideseek.cli import main
from hideseek.learn.logger import Logger
from hideseek.view.replay.file import read_replay, write_replay
from tests.learn.test_logger import METRICS
from tests.learn.toy import start_run
from tests.view.replay.episodes import tiny

MARKUP = "_a[b]c [red] :smile: $x_1$ &lt;"
"""Rich reads its brackets and its smile, Matplotlib its dollars and its underscore, XML its entity."""
NAMES = {
    "markup": MARKUP,
    "other letters": "ü 囲",
    "control characters": "line\nend \x1b[31m",
    "undecodable": os.fsdecode(b"bad \xff"),
}


@pytest.fixture(params=["ascii", "latin-1", "utf-8"])
def output(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Put a terminal of some encoding in place; return what reads all that it got."""
    content = io.BytesIO()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(content, request.param, write_through=True))
    return lambda: content.getvalue().decode(request.param)


@pytest.fixture(scope="module", params=NAMES.values(), ids=NAMES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that has only begun."""
    folder = tmp_path_factory.mktemp("runs") / request.param
    start_run(folder)
    with Logger(folder, 0) as logger:
        logger.write({**METRICS, "iteration": 1, "episodes": 1})
    return folder


def written(name: str, output: Callable[[], str]) -> str:
    """Return how a name looks in the encoding of a terminal."""
    encoding = sys.stdout.encoding
    return printable(name).encode(encoding, "backslashreplace").decode(encoding)


def test_runs_are_listed(run: Path, output: Callable[[], str]):
    """By their names, a line each."""
    main(["list", "--runs", str(run.parent)])
    assert f"\n  {written(run.name, output):<14}toy, 0 episodes, 0.0 minutes\n" in output()


def test_runs_are_evaluated(run: Path, output: Callable[[], str]):
    """Both entrants have the name."""
    main(["evaluate", str(run), "--against", str(run), "--episodes", "2", "--details"])
    text = output()
    assert f"{written(run.name, output)} hiders in place of" in text
    assert "Matches" in text


def test_runs_are_recorded_and_shown(run: Path, output: Callable[[], str], tmp_path: Path):
    """The replay tells the name, and so do the commands that write something."""
    main(["record", str(run)])
    replay = read_replay(run / "episodes.replay")
    assert replay.hiders == printable(f"{run}, iteration 0")
    main(["video", str(run / "episodes.replay"), str(run / "film.png"), "--size", "64", "64"])
    main(["export", str(run / "episodes.replay"), str(run / "page.html"), "--title", run.name])
    assert (run / "page.html").stat().st_size > 0
    assert output().count(written(run.name, output)) == 3


def test_curves_have_the_name_of_the_run(run: Path, output: Callable[[], str], tmp_path: Path):
    """As it is: dollars begin no formula, an underscore hides no line of the legend."""
    main(["plot", str(run), "--out", str(tmp_path / "curves.svg"), "--x", "episodes"])
    texts = ElementTree.parse(tmp_path / "curves.svg").iter("{http://www.w3.org/2000/svg}text")
    assert printable(run.name) in ["".join(text.itertext()) for text in texts]


def test_training_ends_well(tmp_path: Path, output: Callable[[], str]):
    """It tells where the checkpoint is."""
    folder = tmp_path / f"{MARKUP} {NAMES['undecodable']}"
    start_run(folder).learn(iterations=1)
    assert f"{written(folder.name, output)}: checkpoint of iteration 1" in "".join(output().splitlines())


def test_errors_show_what_was_typed(output: Callable[[], str], tmp_path: Path):
    """With exit code 2, whatever the terminal can show."""
    nowhere = tmp_path / "".join(NAMES.values())
    with pytest.raises(SystemExit) as stop:
        main(["record", str(nowhere)])
    assert stop.value.code == 2
    assert f"there is no run folder {written(str(nowhere), output)}, expected" in output()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the program ffmpeg is not installed")
@pytest.mark.parametrize("name", ["a:b.mp4", "-y.mp4", "%d [b].mp4", os.fsdecode(b"\xff.mp4")])
def test_videos_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ffmpeg takes a colon for a protocol and a dash for an option."""
    monkeypatch.chdir(tmp_path)
    write_replay(Path("some.replay"), tiny())
    main(["video", "some.replay", f"./{name}", "--size", "64", "64"])
    assert (tmp_path / name).read_bytes()[4:8] == b"ftyp"
