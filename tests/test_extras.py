"""What the package needs, and what only its extras do: the light install, and what absent extras lead to."""

import ast
import functools
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import pytest

import hideseek
from hideseek.checks import MissingExtraError, extra_needed, import_extra

ROOT = Path(__file__).parents[1]
SOURCE = Path(hideseek.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
SENTENCE = re.compile(r"(\w[\w &]*) is not installed; install it with: pip install 'hideseek\[([\w-]+)\]'")
OWNERS = packages_distributions()
"""The libraries that each top-level module is from."""
LIGHT = {
    "hideseek.env.batch",
    "hideseek.env.repeat",
    "hideseek.env.adapters",
    "hideseek.env.mujoco_batch",
    "hideseek.evaluate.behaviour.tracker",
    "hideseek.evaluate.filters",
    "hideseek.evaluate.play",
    "hideseek.evaluate.recording",
    "hideseek.evaluate.report",
    "hideseek.evaluate.scripted.names",
    "hideseek.learn.config",
    "hideseek.learn.description",
    "hideseek.view.pictures",
    "hideseek.view.svg",
    "hideseek.view.views",
    "hideseek.zoo.cards",
}
"""What can be used without any extra, besides all of `sim`, `game` and `commands`."""
VIEW = {
    "hideseek.serve.app",
    "hideseek.serve.episodes",
    "hideseek.serve.open",
    "hideseek.serve.policies",
    "hideseek.serve.run",
    "hideseek.view.page.export",
    "hideseek.zoo.sources",
}
"""What can be used with the extra `view` alone: replays, and players that need no network."""


def libraries(requirements: list[str]) -> set[str]:
    """Return the names, in lower case, of what requirements ask for, the package's own extras resolved."""
    names = set()
    for requirement in requirements:
        name, extras = re.match(r"([\w.-]+)(?:\[([\w,-]+)\])?", requirement).groups()
        if name == "hideseek":
            names |= {found for extra in extras.split(",") for found in libraries(EXTRAS[extra])}
        else:
            names.add(name.lower())
    return names


def modules(names: set[str]) -> set[str]:
    """Return the top-level modules of libraries."""
    return {module for module, owners in OWNERS.items() if {owner.lower() for owner in owners} & names}


NEEDED = modules(libraries(PROJECT["dependencies"]))
OPTIONAL = frozenset(modules(libraries(EXTRAS["all"])) - NEEDED)


@functools.cache
def refusals(hidden: frozenset[str]) -> dict[str, tuple[str, str] | None]:
    """Return, for each module of the package, the library that its import lacks and the extra that is named.

    Whatever cannot be imported is checked to say so in the one sentence that there is for it.

    Args:
        hidden: modules of libraries that are taken to be absent.
    """
    command = [sys.executable, str(ROOT / "tests" / "import_all.py"), *hidden]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    raised = json.loads(subprocess.check_output(command, env=environment, text=True, timeout=300))
    found = {}
    for module, error in raised.items():
        match = SENTENCE.fullmatch(error.removeprefix("MissingExtraError: "))
        assert match or not error, f"{module}: {error}"
        found[module] = match and match.groups()
    return found


def test_the_light_install_is_enough_for_the_environment():
    """Without any extra: the simulator, the rules, pictures, players without networks, and every command's module."""
    found = refusals(OPTIONAL)
    light = {name for name in found if re.match(r"hideseek\.(sim|game|commands|cli|checks|files)\b", name)} | LIGHT
    assert len(light) > 70
    assert {name: found[name] for name in light} == dict.fromkeys(light)


def test_every_import_that_needs_an_extra_names_it():
    """The package's own extra, not that of a library which another one needs too."""
    found = refusals(OPTIONAL)
    named = {
        "hideseek.learn.trainer": "train",
        "hideseek.policy.policy": "train",
        "hideseek.zoo.policies": "train",
        "hideseek.serve": "view",
        "hideseek.view.replay.file": "view",
        "hideseek.env.gymnasium": "gymnasium",
        "hideseek.env.pettingzoo": "pettingzoo",
    }
    assert {module: found[module][1] for module in named} == named
    assert {extra for reason in found.values() if reason for extra in reason[1:]} <= EXTRAS.keys()


def test_pages_and_replays_need_the_extra_view_alone():
    """No network library, since replays, scripted and random players have no network."""
    found = refusals(OPTIONAL - modules(libraries(EXTRAS["view"])))
    assert {module: found[module] for module in VIEW} == dict.fromkeys(VIEW)


def imported_libraries(path: Path) -> Iterator[str]:
    """Yield the top-level module of each import in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]


def test_whatever_is_imported_is_asked_for():
    """By the package or one of its extras: nothing is there only because another library happens to need it."""
    known = OPTIONAL | NEEDED | sys.stdlib_module_names | {"hideseek", "wandb"}
    imported = {name: path.name for path in SOURCE.rglob("*.py") for name in imported_libraries(path)}
    assert {"jax", "numba", "starlette"} <= imported.keys()
    assert imported.keys() - known == set()


def test_every_extra_that_an_error_names_can_be_installed():
    """`pip install 'hideseek[EXTRA]'` is advice to follow: pyproject.toml has each of them."""
    call = re.compile(r'(?:import_extra|missing_extra|extra_needed)\([^)]*"([\w-]+)"\)')
    named = {extra for path in SOURCE.rglob("*.py") for extra in call.findall(path.read_text())}
    assert {"foundations", "plot", "train", "view", "wandb"} <= named
    assert named <= EXTRAS.keys()


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("train quadrant", "train"),
        ("evaluate zoo:quadrant", "train"),
        ("record zoo:quadrant", "(train|view)"),
        ("watch zoo:doors", "view"),
        ("export some.replay some.html", "view"),
        ("learn value-iteration FrozenLake-v1", "foundations"),
    ],
)
def test_a_command_whose_extra_is_absent_says_so_in_one_line(command: str, extra: str, tmp_path: Path):
    """No traceback, and nothing is written."""
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.import_all import Hide
sys.meta_path.insert(0, Hide({set(OPTIONAL)!r}))
from hideseek.cli import main
main({command.split()!r})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert re.fullmatch(rf"hideseek: \w+ is not installed; .*'hideseek\[{extra}\]'\n", done.stderr), done.stderr
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())


def test_only_an_absent_library_is_called_absent():
    """A part that another version of it lacks is Python's own error."""
    sentence = "is not installed; install it with: pip install 'hideseek[x]'"
    with pytest.raises(MissingExtraError, match=re.escape(f"nowhere {sentence}")), extra_needed("x"):
        importlib.import_module("nowhere.part")
    with pytest.raises(MissingExtraError, match=re.escape(f"Nowhere {sentence}")):
        import_extra("nowhere", "Nowhere", "x")
    with pytest.raises(ModuleNotFoundError, match=re.escape("No module named 'numpy.nowhere'")), extra_needed("x"):
        importlib.import_module("numpy.nowhere")


def test_the_extras_that_are_asked_of_other_libraries_exist():
    """Pip would only warn of `jax[cuda12]` if JAX had dropped it, and install JAX without a GPU."""
    asked = {
        match.groups() for asked in EXTRAS.values() for line in asked if (match := re.match(r"(\w+)\[(\w+)\]", line))
    }
    assert ("jax", "cuda12") in asked
    for library, extra in asked - {(name, extra) for name, extra in asked if name == "hideseek"}:
        assert extra in (metadata(library).get_all("Provides-Extra") or [])
