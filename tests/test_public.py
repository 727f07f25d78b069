"""Every public function and class says what it does and what it takes."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import hideseek

OPTIONAL = ("gymnasium", "pettingzoo")
"""Extras: the modules of these names are looked at where what they need is installed."""


def public_modules() -> list[str]:
    """Return the names of all modules of the package."""
    found = (module.name for module in pkgutil.walk_packages(hideseek.__path__, "hideseek."))
    return ["hideseek", *(name for name in found if not name.rpartition(".")[2].startswith("_"))]


def load(name: str) -> ModuleType:
    """Import a module, or skip where an extra is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if name.rpartition(".")[2] in OPTIONAL:
            pytest.skip(str(error))
        raise


def members(owner: object, module: str) -> Iterator[tuple[str, object]]:
    """Yield the public functions and classes of a module, and of its classes, that it defines itself."""
    for name, value in vars(owner).items():
        if name.startswith("_"):
            continue
        value = getattr(value, "__func__", getattr(value, "fget", value))  # static and class methods, properties
        value = getattr(value, "py_func", value)  # compiled functions
        if getattr(value, "__module__", None) != module or not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        yield name, value
        if inspect.isclass(value):
            for inner, method in members(value, module):
                yield f"{name}.{inner}", method


def is_compiled(module: ModuleType, name: str) -> bool:
    """Tell whether a function is a kernel: Numba infers the types of those."""
    value = getattr(module, name.partition(".")[0])
    return hasattr(value, "py_func")


def untyped(function: object) -> list[str]:
    """Return the parameters of a function that have no type, and "return" where its result has none."""
    signature = inspect.signature(function)
    names = [p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name not in ("self", "cls")]
    return [*names, *(["return"] if signature.return_annotation is signature.empty else [])]


@pytest.mark.parametrize("name", public_modules())
def test_everything_public_is_documented_and_typed(name: str):
    """Docstrings for all, types for all that is not compiled; constructors included."""
    module = load(name)
    assert module.__doc__ or not Path(str(module.__file__)).read_text(), "the module has no docstring"
    lacking = []
    for member, value in members(module, name):
        # A dataclass without a docstring is given one that repeats its fields.
        if not value.__doc__ or value.__doc__.startswith(f"{value.__name__}("):
            lacking.append(f"{member} has no docstring")
        if inspect.isfunction(value) and not is_compiled(module, member):
            lacking += [f"{member} has no type for {parameter}" for parameter in untyped(value)]
        if inspect.isclass(value) and getattr(vars(value).get("__init__"), "__module__", None) == name:
            parameters = (p for p in untyped(value.__init__) if p != "return")
            lacking += [f"{member}.__init__ has no type for {parameter}" for parameter in parameters]
    assert not lacking, "\n".join(lacking)


def test_the_walk_finds_what_it_should():
    """Modules of every package, functions, classes, methods, properties and kernels."""
    modules = set(public_modules())
    assert {"hideseek", "hideseek.cli", "hideseek.sim.step", "hideseek.learn.ppo", "hideseek.view.top"} <= modules
    batch = dict(members(importlib.import_module("hideseek.env.batch"), "hideseek.env.batch"))
    assert {"HideAndSeek", "HideAndSeek.step", "HideAndSeek.get_state"} <= batch.keys()
    config = dict(members(importlib.import_module("hideseek.game.config"), "hideseek.game.config"))
    assert {"Game", "Game.changed", "Rules.agents", "make_game"} <= config.keys()
    vision = dict(members(importlib.import_module("hideseek.game.vision"), "hideseek.game.vision"))
    assert "sense_vision" in vision


def test_what_is_missing_is_found():
    """A parameter and a result without types."""

    def careless(count, name: str):
        return count, name

    assert untyped(careless) == ["count", "return"]
