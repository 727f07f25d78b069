"""What goes to the terminal: in any encoding, whole, and never as markup."""

import io
import re
import sys
from pathlib import Path

import pytest
from rich.table import Table

import hideseek
from hideseek.terminal import complain, plain_console, print_in_any_encoding, printable_path

FOREIGN = "a[/b]c [red] :smile: 12 ü ± 囲 \udcff"


def terminal(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    """Put a standard output of some encoding in place; return its bytes."""
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding=encoding, write_through=True))
    print_in_any_encoding()
    return content


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("ascii", r"\xfc +- ... \u56f2 \udcff"),
        ("latin-1", r"ü ± ... \u56f2 \udcff"),
        ("utf-8", r"ü ± … 囲 \udcff"),
    ],
)
def test_what_an_encoding_lacks_is_written_in_other_characters(monkeypatch, encoding: str, expected: str):
    """Our own signs by signs that mean the same, everything else as Python escapes it."""
    content = terminal(monkeypatch, encoding)
    print("ü ± … 囲 \udcff")
    assert content.getvalue().decode(encoding) == f"{expected}\n"


def test_bytes_that_cannot_be_read_are_still_an_error(monkeypatch):
    """The handler is for writing."""
    terminal(monkeypatch, "ascii")
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", errors="hideseek.replace")


def test_console_prints_text_as_it_is(monkeypatch):
    """In lines, in cells and in titles."""
    content = terminal(monkeypatch, "utf-8")
    table = Table(FOREIGN, title=FOREIGN)
    table.add_row(FOREIGN)
    console = plain_console()
    console.print(FOREIGN)
    console.print(table)
    assert content.getvalue().decode().count(FOREIGN.replace("\udcff", r"\udcff")) == 4


def test_errors_are_one_line(capsys):
    """Whatever stands in the names of files."""
    complain(ValueError("there is no run folder a\nb\x1b[31m\udcff"))
    assert capsys.readouterr().err == "hideseek: there is no run folder a\\nb\\x1b[31m\\udcff\n"


def test_paths_are_printed_whole():
    """However long they are."""
    path = "/".join(["folder"] * 500)
    assert printable_path(Path(path)) == path


def test_the_package_has_no_other_console():
    """One that reads markup out of the names of runs would only be noticed by whoever has such names."""
    sources = Path(hideseek.__file__).parent.rglob("*.py")
    found = [path.name for path in sources if re.search(r"\bConsole\(|\bmarkup=True|from_markup", path.read_text())]
    assert found == ["terminal.py"]
