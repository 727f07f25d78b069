"""Kernels of which each kind of game has a version of its own, chosen by the class of an argument at compile time.

A kernel that calls a hook is compiled for each class that it is called with, and contains the version for it: nothing
is chosen while it runs. (Kernels that are passed as arguments, or that close over others, cannot be kept between runs.)
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from numba.extending import overload

from hideseek.sim.kernel import KERNEL_OPTIONS
from hideseek.sim.kernel_cache import note_source

Function = TypeVar("Function", bound=Callable)
JIT_OPTIONS: Any = {name: KERNEL_OPTIONS[name] for name in ("error_model", "fastmath", "_nrt")}
_VERSIONS: dict[Callable, dict[type, Callable]] = {}
"""By hook, then by the class of its first argument, a named tuple."""
_DEFAULTS: dict[Callable, Callable] = {}
"""What is called where there is no version, by hook."""


def hook(function: Function) -> Function:
    """Make a hook of a function that says what its versions take and return; its own body is never run."""

    @wraps(function)
    def chosen(options: Any, *arguments: Any) -> Any:
        version = _version(chosen, type(options))  # plain Python: where Numba is switched off, or in a test
        return getattr(version, "py_func", version)(options, *arguments)

    @overload(chosen, jit_options=JIT_OPTIONS)
    def compiled(options, *arguments):
        version = _version(chosen, options.instance_class)
        return lambda options, *arguments: version(options, *arguments)

    _VERSIONS[chosen] = {}
    return chosen  # type: ignore[return-value]


def optional_hook(function: Function) -> Function:
    """Make a hook of a kernel, which is its version for every class that has none of its own."""
    chosen = hook(getattr(function, "py_func", function))
    _DEFAULTS[chosen] = function
    return chosen  # type: ignore[return-value]


def version_of(chosen: Callable, kind: Any) -> Callable[[Function], Function]:
    """Return a decorator that makes a kernel the version of a hook for a kind of options, a class with `Numbers`.

    Raises:
        ValueError: There is one already.
    """

    def decorate(version: Function) -> Function:
        if kind.Numbers in _VERSIONS[chosen]:
            raise ValueError(f"{chosen.__name__} has a version for {kind.__name__} already, expected one")
        _VERSIONS[chosen][kind.Numbers] = version
        source: Any = getattr(version, "py_func", version)
        note_source(kind.Numbers.__name__, Path(source.__code__.co_filename))
        return version

    return decorate


def _version(chosen: Callable, numbers: type) -> Callable:
    """Return the version of a hook for a class of numbers; raise TypeError where there is none."""
    version = _VERSIONS[chosen].get(numbers, _DEFAULTS.get(chosen))
    if version is None:
        raise TypeError(f"{chosen.__name__} has no version for {numbers.__name__}, expected one (`version_of`)")
    return version
