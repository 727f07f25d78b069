"""The Python in the README and in the page on the adapters runs as it is printed, and does what is said there."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("gymnasium")
pytest.importorskip("pettingzoo")
ROOT = Path(__file__).parents[1]


def blocks(page: str) -> list[str]:
    """Return the Python of a page."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def run(page: str, number: int) -> dict:
    """Run an example by itself and return its names."""
    names: dict = {}
    exec(compile(blocks(page)[number], f"{page}, example {number + 1}", "exec"), names)
    return names


def test_there_are_examples():
    assert (len(blocks("README.md")), len(blocks("docs/adapters.md"))) == (2, 3)


@pytest.mark.parametrize(
    ("page", "number"), [("README.md", 1), ("docs/adapters.md", 0), ("docs/adapters.md", 1), ("docs/adapters.md", 2)]
)
def test_examples_run(page: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    run(page, number)


def test_the_first_example_films_an_episode_of_the_zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A film with a picture of every step, in which agents move."""
    monkeypatch.chdir(tmp_path)
    names = run("README.md", 0)
    assert names["done"].tolist() == [True]
    frames = names["frames"]
    assert len(frames) == names["policy"].game.horizon
    assert all((frames[k] != frames[0]).any() for k in range(1, len(frames)))
    with Image.open("episode.gif") as film:
        assert film.size == (640, 480)
        assert film.n_frames > 40  # pyright: ignore[reportAttributeAccessIssue]
        assert np.asarray(film.convert("RGB")).std() > 10
