"""The package as it would be published: built, installed without extras in a fresh environment, and tried there.

`make test-package` runs it; it is no part of `make test`, since it installs from the package index.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "hideseek"
EPISODE = """
import numpy as np
from hideseek import HideAndSeek, make_game
from hideseek.view.top import render_top

env = HideAndSeek(make_game("quadrant", horizon=3), world_count=2, seed=0)
env.reset()
agents = env.game.agents
off = np.zeros((2, agents), np.int8)
for _ in range(3):
    observation, reward, done, info = env.step(np.full((2, agents, 3), 5, np.int8), off, off)
picture = render_top(env.bodies, env.record, env.game, 0, 64)
print(done.tolist(), observation["lidar"].shape[:2], picture.shape[1:], len(np.unique(picture)) > 20)
"""
DATA = """
import json
from hideseek.view.page.files import FOLDER
from hideseek.zoo.cards import read_card, zoo_names
print(json.dumps([(FOLDER / "index.html").read_text()[:15], {name: read_card(name)["about"] for name in zoo_names()}]))
"""


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess:
    """Run a program, with what it prints kept."""
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)


def succeed(*command: str | Path, **options: object) -> str:
    """Run a program that has to succeed, and return what it prints."""
    done = run(*command, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what git would commit, without anything that was built before."""
    folder = tmp_path_factory.mktemp("source")
    for name in succeed("git", "-C", ROOT, "ls-files", "-z", "-c", "-o", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the source distribution ("sdist"), the wheel built from it, and one built from the source itself."""
    out, direct = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("direct")
    succeed(sys.executable, "-m", "build", "--outdir", out, source)
    succeed(sys.executable, "-m", "build", "--wheel", "--outdir", direct, source)
    (sdist,), (wheel,), (other,) = out.glob("*.tar.gz"), out.glob("*.whl"), direct.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel, "direct": other}


@pytest.fixture(scope="session")
def installed(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the programs of a new environment that has the wheel without extras."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check")
    succeed(*pip, "--no-compile", "-c", ROOT / "constraints.txt", built["wheel"])
    return folder / "bin"


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, object]:
    """Return options of `run` for programs that see nothing of this checkout, and compile nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {"cwd": tmp_path, "env": {**kept, "NUMBA_DISABLE_JIT": "1"}}


def digests(wheel: Path) -> dict[str, str]:
    """Return the digest of every file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_the_source_distribution_builds_the_same_wheel(built: dict[str, Path]):
    """File by file."""
    assert digests(built["wheel"]) == digests(built["direct"])


def test_the_wheel_holds_every_file_of_the_package(built: dict[str, Path], source: Path):
    """Modules, the page, the zoo, the mark that it is typed, the licences."""
    below = source / "src"
    expected = {path.relative_to(below).as_posix() for path in (below / "hideseek").rglob("*") if path.is_file()}
    files = set(digests(built["wheel"]))
    assert {"hideseek/py.typed", "hideseek/view/page/static/index.html"} <= expected
    assert {name for name in files if name.startswith("hideseek/")} == expected
    assert any(re.fullmatch(r"hideseek-[\d.]+\.dist-info/licenses/LICENSE", name) for name in files)


def test_the_source_distribution_has_what_a_packager_needs(built: dict[str, Path]):
    """How to build it, what it is, what changed, and which versions are tested."""
    with tarfile.open(built["sdist"]) as archive:
        files = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "constraints.txt"} <= files


def test_nothing_heavy_is_installed(installed: Path, alone: dict[str, object]):
    """No learner, no server, no plotting library: what an environment needs, and what prints text."""
    listed = json.loads(succeed(installed / "python", "-m", "pip", "list", "--format=json", **alone))
    names = {entry["name"].lower().replace("_", "-") for entry in listed}
    needed = {"hideseek", "numpy", "numba", "llvmlite", "jaxtyping", "wadler-lindig", "pillow", "rich", "tyro"}
    theirs = {"markdown-it-py", "mdurl", "pygments", "docstring-parser", "typeguard", "typing-extensions"}
    assert needed <= names <= needed | theirs | {"pip", "setuptools"}


def test_an_episode_plays_and_is_drawn(installed: Path, alone: dict[str, object]):
    """By the package that was installed."""
    where = succeed(installed / "python", "-c", "import hideseek; print(hideseek.__file__)", **alone)
    assert where.startswith(str(installed.parent))
    printed = succeed(installed / "python", "-c", EPISODE, **alone)
    assert printed == "[True, True] (2, 4) (64, 3) True\n"


def test_data_is_where_the_package_looks_for_it(installed: Path, alone: dict[str, object]):
    """The page's files and the cards of the zoo."""
    page, cards = json.loads(succeed(installed / "python", "-c", DATA, **alone))
    assert page.lower() == "<!doctype html>"
    assert cards.keys() == {path.name for path in (PACKAGE / "zoo" / "policies").iterdir()}
    assert all(cards.values())


def test_the_console_script_runs(installed: Path, alone: dict[str, object]):
    """Its light commands need no extra."""
    assert re.fullmatch(
        r"hideseek \d+\.\d+\.\d+, environment version \d+\n", succeed(installed / "hideseek", "--version", **alone)
    )
    listed = succeed(installed / "hideseek", "list", **alone)
    assert "quadrant" in listed
    assert "zoo:doors" in listed
    assert "train" in succeed(installed / "hideseek", "--help", **alone)


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("train quadrant", "train"),
        ("evaluate zoo:quadrant", "train"),
        ("record zoo:quadrant", "(train|view)"),
        ("watch zoo:doors", "view"),
        ("play zoo:quadrant", "view"),
        ("export a.replay a.html", "view"),
        ("video a.replay a.gif", "view"),
        ("picture a.replay a.png --step 0", "view"),
        ("plot no-run", "plot"),
        ("stages no-run", "plot"),
        ("learn value-iteration FrozenLake-v1", "foundations"),
    ],
)
def test_what_is_absent_is_named_in_one_line(command: str, extra: str, installed: Path, alone: dict[str, object]):
    """With the command that installs it, and no traceback."""
    done = run(installed / "hideseek", *command.split(), **alone)
    assert re.fullmatch(rf"hideseek: \w+ is not installed; .*pip install 'hideseek\[{extra}\]'\n", done.stderr), (
        done.stderr
    )
    assert done.returncode == 2


def test_every_module_imports_or_names_its_extra(installed: Path, alone: dict[str, object]):
    """Where nothing but the wheel is there."""
    raised = json.loads(succeed(installed / "python", ROOT / "tests" / "import_all.py", **alone))
    absent = re.compile(r"MissingExtraError: \w+ is not installed; install it with: pip install 'hideseek\[\w+\]'")
    assert {module: error for module, error in raised.items() if error and not absent.fullmatch(error)} == {}
    assert raised["hideseek.env.batch"] == ""
