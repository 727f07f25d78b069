"""The page as one file: it opens from disk without a network, asks nobody for anything, and holds what it was given."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hideseek.cli import main
from hideseek.view.page.export import build_page, export_page
from hideseek.view.page.files import FOLDER, static_files
from hideseek.view.replay.file import ReplayError, write_replay
from tests.refusal import assert_refused
from tests.view.page.conftest import Visit, make_replay


@pytest.fixture
def replay(tmp_path: Path) -> Path:
    """Return a replay file."""
    write_replay(tmp_path / "first.replay", make_replay())
    return tmp_path / "first.replay"


def test_exported_page_needs_nothing(new_visit: Callable[..., Visit], replay: Path, tmp_path: Path, capsys):
    """It shows its replays, with the network off and without a single request."""
    write_replay(tmp_path / "second.replay", make_replay(episodes=1, hiders="</script><b>bold</b>"))
    main(
        ["export", str(replay), str(tmp_path / "second.replay"), str(tmp_path / "out" / "page.html"), "--title", "<b>"]
    )
    assert "page.html: 2 replays, " in capsys.readouterr().out
    visit = new_visit()
    visit.page.context.set_offline(True)
    requests = []
    visit.page.on("request", lambda request: requests.append(request.url))
    visit.page.goto((tmp_path / "out" / "page.html").as_uri())
    visit.wait("document.body.dataset.state === 'ready'")
    visit.seek(10)
    assert visit.read("scene")["locked"] == 2
    assert visit.text("#title") == "<b>"
    assert [line.split()[0] for line in visit.page.locator("#library button").all_inner_texts()] == ["first", "second"]
    visit.page.locator("#library button").nth(1).click()
    visit.wait("document.getElementById('subtitle').textContent.startsWith('</script>')")
    assert visit.page.locator("#simulate").is_hidden()
    assert visit.page.locator("#play-game").is_hidden()
    assert {url.partition(":")[0] for url in requests} <= {"file", "data", "blob"}
    assert sum(url.startswith("file") for url in requests) == 1
    assert visit.problems == []


def test_equal_replays_make_equal_pages(replay: Path, tmp_path: Path):
    """To the byte; a page of one replay is a megabyte, of which three quarters are the library that draws."""
    pages = [export_page([replay], tmp_path / name).read_bytes() for name in ("a.html", "b.html")]
    assert pages[0] == pages[1]
    assert len(pages[0]) < 1_500_000


def test_all_modules_are_in_the_page():
    """Every file that a module asks for is there, under the name that it asks by."""
    page = build_page([], "empty")
    assert 'src="static/' not in page
    assert 'href="static/' not in page
    for name, path in static_files().items():
        if path.suffix == ".js":
            assert f'"page/{name}": "data:' in page
            for target in re.findall(r"""(?:from|import)\s*["'](\.[^"']+)""", path.read_text()):
                assert (path.parent / target).resolve().relative_to(FOLDER).as_posix() in static_files()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([], "page.html"), ValueError, "replays is empty, expected at least one"),
        ((["first.replay"], "page.gif"), ValueError, r"path is page\.gif, expected a file name that ends in \.html"),
        ((["first.replay"], "."), ValueError, "path is ., a folder, expected"),
        (([3], "page.html"), TypeError, r"replays\[0\] is 3, expected a path"),
    ],
)
def test_bad_input(replay: Path, monkeypatch, arguments: tuple, error: type[Exception], message: str):
    """Refused before anything is read or written."""
    monkeypatch.chdir(replay.parent)
    assert_refused(lambda: export_page(*arguments), error, message)
    assert [path.name for path in replay.parent.iterdir()] == ["first.replay"]


def test_damaged_replays_are_not_exported(replay: Path, tmp_path: Path):
    """The page that was there stays."""
    replay.write_bytes(replay.read_bytes()[:-20])
    (tmp_path / "page.html").write_text("an older page")
    with pytest.raises(ReplayError, match=r"first\.replay"):
        export_page([replay], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "an older page"


def test_command_needs_replays_and_a_page(capsys):
    """One of the two is not enough."""
    for arguments in ([], ["first.replay"]):
        with pytest.raises(SystemExit) as stop:
            main(["export", *arguments])
        assert stop.value.code == 2
        assert "expected one or more replay files" in capsys.readouterr().err
