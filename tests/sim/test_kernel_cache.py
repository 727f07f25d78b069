"""Machine code of kernels between processes: kept, made anew, and done without."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from hideseek.sim.kernel import entry_kernel, kernel

@kernel
def doubled(x):
    return 2 * x

@entry_kernel
def plus_one(x):
    return doubled(x) + 1

print(plus_one(20), sum(plus_one.stats.cache_hits.values()), sum(plus_one.stats.cache_misses.values()))
"""
KEPT, COMPILED = "41 1 0\n", "41 0 1\n"


class Program:
    """A script with two kernels, and its folder of compiled code."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._script = folder, folder / "source" / "script.py"
        self._script.parent.mkdir()
        self.write(SCRIPT)

    def write(self, text: str) -> None:
        """Replace the script."""
        self._script.write_text(text)

    def run(self, **environment: str) -> tuple[str, str]:
        """Return what it prints: the result, hits and misses; and what it says on the error stream."""
        known = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_CACHE")}
        known |= {"XDG_CACHE_HOME": str(self._folder / "cache"), **environment}
        result = subprocess.run([sys.executable, self._script], env=known, capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stderr
        return result.stdout, result.stderr

    @property
    def files(self) -> list[Path]:
        """What is kept."""
        return sorted(path for path in (self._folder / "cache").rglob("*") if path.is_file())


def test_machine_code_is_kept_until_a_source_changes(tmp_path: Path):
    """The second process compiles nothing; another text of the file does."""
    program = Program(tmp_path)
    assert program.run() == (COMPILED, "")
    names = [path.name.split("-")[0] for path in program.files]
    assert sorted(names) == ["__main__.doubled", "__main__.plus_one"]
    assert program.run() == (KEPT, "")
    program.write(SCRIPT + "# changed")
    assert program.run() == (COMPILED, "")
    assert program.run() == (KEPT, "")


def test_half_a_file_is_made_anew(tmp_path: Path):
    """As a loss of power leaves it: cut short, empty, or with zeros in place of the end."""
    program = Program(tmp_path)
    program.run()
    for broken in (lambda x: x[: len(x) // 2], lambda x: b"", lambda x: x[:1000] + bytes(len(x) - 1000)):
        for path in program.files:
            path.write_bytes(broken(path.read_bytes()))
        assert program.run() == (COMPILED, "")
    assert program.run() == (KEPT, "")


def test_works_where_nothing_can_be_kept(tmp_path: Path):
    """One line says so, and the kernels run."""
    program = Program(tmp_path)
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "below")
    # The temporary folder is the working one where no other can be written; this process may write everywhere.
    output, said = program.run(XDG_CACHE_HOME=nowhere, HOME=nowhere, TMPDIR=str(tmp_path))
    assert output == COMPILED
    (line,) = said.splitlines()
    assert f"hideseek: compiled code is kept in {tmp_path}/hideseek-{os.getuid()} ({nowhere}" in line
    assert program.run(XDG_CACHE_HOME=nowhere, HOME=nowhere, TMPDIR=str(tmp_path))[0] == KEPT
    folder = tmp_path / f"hideseek-{os.getuid()}"
    folder.rename(tmp_path / "old")
    folder.write_text("")
    output, said = program.run(XDG_CACHE_HOME=nowhere, HOME=nowhere, TMPDIR=str(tmp_path))
    assert output == COMPILED
    (line,) = said.splitlines()
    assert line.startswith("hideseek: compiled code is not kept (")
