"""How the inner loops are compiled, and how compiled code is kept between runs."""

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.event import register

from hideseek.sim.compile_listener import CompileListener
from hideseek.sim.indexing import KernelCompiler, PassCompiler
from hideseek.sim.kernel_cache import KernelCache

KERNEL_OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz", "reassoc", "arcp"},
    "_nrt": False,
    "pipeline_class": KernelCompiler,
}
INTERNAL = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Wrappers that take a kernel's arguments apart take as long to compile as the kernel."""


register("numba:compile", CompileListener())


def entry_kernel(function: Callable) -> Any:
    """Compile a kernel that Python may call, on several threads at the same time: it lets go of Python's lock."""
    return _compile(function, KERNEL_OPTIONS | {"nogil": True})


def pass_kernel(function: Callable) -> Any:
    """Compile an entry kernel that no other kernel calls: a pass over the worlds."""
    return _compile(function, KERNEL_OPTIONS | {"nogil": True, "pipeline_class": PassCompiler})


def kernel(function: Callable) -> Any:
    """Compile a function that works on one world and allocates no arrays, for other kernels to call.

    Without Numba's runtime no array is reference-counted. Counting costs an atomic operation each time that a field of
    a named tuple of arrays is read, which made casting rays three times slower. For the same reason a kernel must not
    return arrays to code that counts. Indices are never negative (`sim/indexing.py`). Division by zero gives inf or
    nan, as in NumPy; sums may be reordered and fused with products, which lets the compiler use wider registers.
    """
    return _compile(function, KERNEL_OPTIONS | INTERNAL)


def inline_kernel(function: Callable) -> Any:
    """Compile a kernel into each of its callers: for functions that are called often and get many arrays.

    An array is passed as eight numbers or so, which can cost more than what a small function does.
    """
    return _compile(function, KERNEL_OPTIONS | INTERNAL | {"forceinline": True})


def kept_between_runs(compiled: Any) -> Any:
    """Let the machine code of a compiled function be kept in files."""
    if hasattr(compiled, "_cache"):  # a plain function where Numba is switched off
        compiled._cache = KernelCache(compiled.py_func)
    return compiled


def _compile(function: Callable, options: dict[str, Any]) -> Any:
    return kept_between_runs(njit(**options)(function))
