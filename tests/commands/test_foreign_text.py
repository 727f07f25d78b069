"""Names that mean something to others: to rich, to Matplotlib, to ffmpeg, to terminals; here they mean nothing."""

import io
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hideseek.checks import printable
from hideseek.cli import main
from hideseek.learn.logger import Logger
from hideseek.terminal import print_in_any_encoding
from hideseek.view.replay.file import read_replay, write_replay
from tests.learn.test_logger import METRICS
from tests.learn.toy import start_run
from tests.view.replay.episodes import tiny

NAMES = {
    "markup": "_a[b]c [red] :smile: $x_1$ &lt;",
    "letters and bytes": f"ü 囲 line\nend \x1b[31m {os.fsdecode(bytes([255]))}",
}
"""Rich reads brackets and smiles, Matplotlib dollars and an underscore in front, XML entities."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that has only begun."""
    folder = tmp_path_factory.mktemp("original") / "run"
    start_run(folder)
    with Logger(folder, 0) as logger:
        logger.write({**METRICS, "iteration": 1, "episodes": 1})
    return folder


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def run(request: pytest.FixtureRequest, original: Path, tmp_path: Path) -> Path:
    """Return the folder of the same run under a name."""
    return Path(shutil.copytree(original, tmp_path / "runs" / request.param))


@pytest.fixture(params=["ascii", "utf-8"])
def encoding(request: pytest.FixtureRequest) -> str:
    """Return that of a terminal."""
    return request.param


def printed(encoding: str, work: Callable[[], object]) -> str:
    """Return what somebody reads on a terminal of some encoding."""
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding, write_through=True)
    with redirect_stdout(stream), redirect_stderr(stream):
        work()
    return content.getvalue().decode(encoding)


def command(encoding: str, *arguments: object) -> str:
    """Return what a command prints."""
    return printed(encoding, lambda: main([str(argument) for argument in arguments]))


def written(name: str, encoding: str) -> str:
    """Return how a name looks in the encoding of a terminal."""
    return printable(name).encode(encoding, "backslashreplace").decode(encoding)


def test_runs_are_listed(run: Path, encoding: str):
    """By their names, a line each."""
    line = f"\n  {printable(run.name):<14}toy, 0 episodes, 0.0 minutes\n"
    assert line.encode(encoding, "backslashreplace").decode(encoding) in command(encoding, "list", "--runs", run.parent)


def test_runs_are_evaluated(run: Path, encoding: str):
    """Both entrants have the name."""
    text = command(encoding, "evaluate", run, "--against", run, "--episodes", 2, "--details")
    assert f"{written(str(run), encoding)} hiders in place of" in text
    assert "Matches" in text


def test_runs_are_recorded_and_shown(run: Path, encoding: str):
    """The replay tells the name, and so do the commands that write something."""
    text = command(encoding, "record", run)
    replay = run / "episodes.replay"
    assert read_replay(replay).hiders == printable(f"{run}, iteration 0")
    text += command(encoding, "video", replay, run / "film.png", "--size", 64, 64)
    text += command(encoding, "export", replay, run / "page.html", "--title", run.name)
    assert (run / "page.html").stat().st_size > 0
    assert text.count(written(str(run), encoding)) == 3


def test_curves_have_the_name_of_the_run(run: Path, tmp_path: Path):
    """As it is: dollars begin no formula, an underscore hides no line of the legend."""
    main(["plot", str(run), "--out", str(tmp_path / "curves.svg"), "--x", "episodes"])
    texts = ElementTree.parse(tmp_path / "curves.svg").iter("{http://www.w3.org/2000/svg}text")
    assert printable(run.name) in ["".join(text.itertext()) for text in texts]


def test_training_ends_well(tmp_path: Path, encoding: str):
    """It tells where the checkpoint is."""
    folder = tmp_path / "".join(NAMES.values())
    trainer = start_run(folder)

    def learn() -> None:
        print_in_any_encoding()
        trainer.learn(iterations=0)

    assert f"{written(str(folder), encoding)}: checkpoint of iteration 0\n" in printed(encoding, learn)


def test_errors_show_what_was_typed(tmp_path: Path, encoding: str):
    """With exit code 2, whatever the terminal can show."""
    nowhere = tmp_path / "".join(NAMES.values())

    def fail() -> None:
        with pytest.raises(SystemExit) as stop:
            main(["record", str(nowhere)])
        assert stop.value.code == 2

    assert f"there is no run folder {written(str(nowhere), encoding)}, expected" in printed(encoding, fail)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the program ffmpeg is not installed")
@pytest.mark.parametrize("name", ["a:b.mp4", "%d [b].mp4", os.fsdecode(b"\xff.mp4")])
def test_videos_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ffmpeg takes what stands before a colon for a protocol."""
    monkeypatch.chdir(tmp_path)
    write_replay(Path("some.replay"), tiny())
    main(["video", "some.replay", name, "--size", "64", "64"])
    assert (tmp_path / name).read_bytes()[4:8] == b"ftyp"
