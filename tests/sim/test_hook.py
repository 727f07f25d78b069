"""Hooks: compiled code takes the version for the class of its first argument, and says where there is none."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from hideseek.game.numbers import as_numbers, numbers_of
from hideseek.sim.hook import hook, version_of
from hideseek.sim.kernel import entry_kernel, kernel
from tests.waiting import SECONDS


@as_numbers
@dataclass(frozen=True)
class Doubling:
    """A kind of options."""

    factor: float = 2.0


@as_numbers
@dataclass(frozen=True)
class Counting:
    """Another kind, with numbers of the same types."""

    step: float = 3.0


@as_numbers
@dataclass(frozen=True)
class Unknown:
    """A kind that no hook has a version for."""

    factor: float = 2.0


@hook
def change(options, values, i):
    """Return what becomes of `values[i]`."""


@version_of(change, Doubling)
@kernel
def multiplied(options, values, i):
    """Return it, multiplied."""
    return options.factor * values[i]


@version_of(change, Counting)
@kernel
def counted(options, values, i):
    """Return it, and a step more."""
    return values[i] + options.step


@entry_kernel
def change_all(options, values):
    """Change all values."""
    for i in range(values.shape[0]):
        values[i] = change(options, values, i)


def test_the_class_of_the_options_chooses():
    """Though their numbers are of the same types; the numbers themselves are known at run time alone."""
    for options, expected in ((Doubling(), [2.0, 4.0]), (Doubling(5.0), [5.0, 10.0]), (Counting(), [4.0, 5.0])):
        values = np.array([1.0, 2.0])
        change_all(numbers_of(options), values)
        assert values.tolist() == expected
        assert change(numbers_of(options), np.array([1.0, 2.0]), 1) == expected[1]
    assert len(getattr(change_all, "signatures", [0, 0])) == 2


def test_a_class_without_a_version_is_refused():
    """By compiled code and by plain Python; and a second version of one class, too."""
    for call in (lambda: change_all(numbers_of(Unknown()), np.ones(1)), lambda: change(numbers_of(Unknown()), None, 0)):
        with pytest.raises((TypeError, TypingError), match=r"change has no version for .*Unknown, expected one"):
            call()
    with pytest.raises(ValueError, match="change has a version for Counting already"):
        version_of(change, Counting)(counted)


CODE = """
import sys
sys.path.insert(0, {folder!r})
import numpy as np
import numba
from numba.core.event import install_recorder
import own_version
from hideseek.game.numbers import numbers_of
with install_recorder("numba:compile") as recorder:
    values = np.ones(1)
    own_version.change_all(numbers_of(own_version.Own()), values)
print(values[0], "compiled" if recorder.buffer else "kept")
"""
OWN = """
from dataclasses import dataclass
from hideseek.game.numbers import as_numbers
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel
from tests.sim.test_hook import change, change_all


@as_numbers
@dataclass(frozen=True)
class Own:
    factor: float = 2.0


@version_of(change, Own)
@kernel
def own(options, values, i):
    return options.factor * values[i] + {added}
"""


def test_what_is_compiled_with_a_version_of_somebody_elses_file_is_kept_until_that_changes(tmp_path: Path):
    """In a process of its own each time."""

    def run() -> str:
        code = CODE.format(folder=str(tmp_path))
        return subprocess.check_output([sys.executable, "-c", code], text=True, timeout=SECONDS).strip()

    (tmp_path / "own_version.py").write_text(OWN.format(added=1.0))
    assert [run(), run()] == ["3.0 compiled", "3.0 kept"]
    (tmp_path / "own_version.py").write_text(OWN.format(added=10.0))
    assert [run(), run()] == ["12.0 compiled", "12.0 kept"]
