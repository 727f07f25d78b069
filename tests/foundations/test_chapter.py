"""docs/foundations.md says what is so: its code is that of the files, its commands are understood, no link is dead."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from hideseek.foundations.algorithms import ALGORITHMS
from hideseek.foundations.command import parse

DOCS = Path(__file__).parents[2] / "docs"
CHAPTER = (DOCS / "foundations.md").read_text()
SOURCE = DOCS.parent / "src" / "hideseek"
LINK = re.compile(r"\]\(([^)#]+)\)")


def quotations() -> list[tuple[str, str]]:
    """Return each block of code with the source file that was linked last before it."""
    found, source = [], ""
    for match in re.finditer(r"\]\(\.\./src/hideseek/([\w/]+\.py)\)|^```python\n(.*?)^```", CHAPTER, re.M | re.S):
        source = match[1] or source
        if match[2]:
            found.append((source, match[2]))
    return found


def is_in(code: str, source: str) -> bool:
    """Tell whether some lines follow each other in a source, however far they are indented there."""
    wanted, lines = code.splitlines(), source.splitlines()
    windows = (lines[i : i + len(wanted)] for i in range(len(lines) - len(wanted) + 1))
    return any(textwrap.dedent("\n".join(window)).splitlines() == wanted for window in windows)


@pytest.mark.parametrize(("source", "code"), quotations())
def test_quoted_code_is_in_the_file_that_is_named(source: str, code: str):
    """Line by line, but for the indentation."""
    assert is_in(code, (SOURCE / source).read_text())


def test_other_code_would_be_noticed():
    """A changed sign, a line left out, another order."""
    source = "def f():\n    a = 1\n    b = a - 2\n    return b\n"
    assert is_in("a = 1\nb = a - 2\n", source)
    assert not is_in("a = 1\nb = a + 2\n", source)
    assert not is_in("a = 1\nreturn b\n", source)
    assert not is_in("b = a - 2\na = 1\n", source)


def test_every_algorithm_is_quoted():
    """Those that are on the ladder, and the functions of the real learner."""
    quoted = {source for source, _ in quotations()}
    assert {f"foundations/{name.replace('-', '_')}.py" for name in ALGORITHMS} <= quoted
    assert {"learn/advantages.py", "learn/surrogate.py", "foundations/markov_game.py"} <= quoted


def test_commands_are_understood():
    """Every `hideseek learn` with an algorithm and an environment has options that exist."""
    commands = re.findall(r"hideseek learn ([a-z-]+ [\w-]+-?[\w.]*[^`\n#]*)", CHAPTER)
    assert len(commands) >= 6
    for command in commands:
        name, env, *options = shlex.split(command)
        if "--help" not in options:
            parse(name, env, options)


@pytest.mark.parametrize("page", ["foundations.md", "results/foundations.md"])
def test_links_lead_somewhere(page: str):
    """To files of the repository, pictures among them, and to headings of the page."""
    text = (DOCS / page).read_text()
    for link in LINK.findall(text):
        assert link.startswith("https://") or (DOCS / page).parent.joinpath(link).exists(), link
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    for anchor in re.findall(r"\]\(#([^)]+)\)", text):
        assert anchor in anchors
