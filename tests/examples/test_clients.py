"""The examples that need other learners: they run in `make test-clients`; here it is checked that they can be run."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
CLIENTS = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem != "progress")


def test_the_makefile_runs_every_example():
    listed = re.search(r"^CLIENTS \?= (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed
    assert sorted(listed[1].split()) == CLIENTS


@pytest.mark.parametrize("client", CLIENTS)
def test_every_example_takes_the_options_and_ends_with_the_check(client):
    tree = ast.parse((EXAMPLES / f"{client}.py").read_text())
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if hasattr(call, "attr") or hasattr(call, "id")
    ]
    assert names.count("parse_options") == 1
    assert names.count("conclude") == 1


@pytest.mark.parametrize("client", CLIENTS)
def test_requirements_are_exact_versions(client):
    lines = (EXAMPLES / "requirements" / f"{client}.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith(("#", "-c ../../constraints.txt"))]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", pin)] == []


@pytest.mark.parametrize("client", CLIENTS)
def test_requirements_of_hideseek_itself_are_those_that_are_tested(client):
    """Except for Gymnasium, of which RLlib needs an older version."""
    tested = _versions(ROOT / "constraints.txt")
    own = _versions(EXAMPLES / "requirements" / f"{client}.txt")
    assert {name for name in own.keys() & tested.keys() if own[name] != tested[name]} <= {"gymnasium"}


def _versions(path: Path) -> dict[str, str]:
    pins = [line.split("==") for line in path.read_text().splitlines() if "==" in line]
    return {name.lower(): version for name, version in pins}
