"""A pass over the worlds calls its own copies of kernels, so that all processes compute with the same ones."""

import os

import numpy as np
import pytest
from numba import njit

from hideseek.game import play
from hideseek.sim.indexing import KernelCompiler, PassCompiler
from hideseek.sim.kernel import KERNEL_OPTIONS, kernel


@kernel
def scaled(values, i, factor):
    """Return a scaled value; too long to be inlined wherever it is called."""
    x = factor * values[i]
    total = np.sin(x) + np.cos(2.0 * x) + np.exp(-x * x) + np.tanh(x) + np.arctan(3.0 * x) + np.log1p(x * x)
    for k in range(values.shape[0]):
        y = values[k] - x
        total += np.sin(y) * np.cos(3.0 * y) / (1.0 + np.exp(-y * y)) + np.tanh(y) * np.arctan(2.0 * y) + np.sinh(y)
        total -= np.sqrt(1.0 + y * y) * np.log1p(y * y) + np.exp(-abs(y)) * np.cosh(y) / (2.0 + np.cos(y))
        total += np.hypot(x, y) * np.arctan2(x, y) + np.expm1(-y * y) * np.arcsinh(y) + np.power(1.0 + y * y, 0.3)
    return total


def work(values, factor):
    """Change all values, in two ways."""
    for i in range(values.shape[0]):
        values[i] = scaled(values, i, factor)
    for i in range(values.shape[0] - 1, -1, -1):
        values[i] += scaled(values, i, 2.0 * factor)


@pytest.mark.parametrize("kind", [KernelCompiler, PassCompiler])
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="Numba is switched off: nothing is linked")
def test_the_linked_kernels_of_a_pass_are_its_own(kind: type):
    """Nothing in its module gives way to another module's copy; other kernels share theirs, to be linked in turn."""
    compiled = njit(**KERNEL_OPTIONS | {"pipeline_class": kind})(work)
    compiled(np.ones(3), 2.0)
    (result,) = compiled.overloads.values()
    assert ("linkonce_odr" in result.library.get_llvm_str()) == (kind is KernelCompiler)


def test_all_passes_of_a_step_are_such():
    """Each share of a pass in `game/play.py`."""
    shares = [share for name, share in vars(play).items() if name.endswith("_share")]
    assert len(shares) == 8
    assert all(getattr(share, "_compiler", None) is None or is_pass(share) for share in shares)


def is_pass(share: object) -> bool:
    """Return whether a compiled function is compiled as a pass."""
    return share._compiler.pipeline_class is PassCompiler  # type: ignore[attr-defined]
