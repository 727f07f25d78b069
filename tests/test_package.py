"""The package as a whole: what it exports, what importing it does, and running without compilation."""

import os
import re
import subprocess
import sys
from pathlib import Path

import hideseek
from tests.waiting import SECONDS

SOURCE = Path(hideseek.__file__).parent
TINY_EPISODE = """
import numpy as np
from hideseek import HideAndSeek, make_game

game = make_game("random-walls", horizon=6, preparation_fraction=0.34, boxes_min=3, boxes_max=3, elongated_max=3)
env = HideAndSeek(game, 2, seed=1)
env.reset()
random = np.random.default_rng(0)
total = np.zeros((2, 4))
for step in range(7):
    grab, lock = random.integers(0, 2, (2, 2, 4))
    _, reward, done, info = env.step(random.integers(0, 11, (2, 4, 3)), grab, lock)
    total += reward
    assert done.all() == (step == 5), (step, done)
print(np.abs(total).sum(), info["statistics"].tolist(), env.bodies.pose.tolist())
"""


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, timeout=SECONDS
    )


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]


def test_public_names_exist():
    """All that `__all__` promises."""
    assert all(hasattr(hideseek, name) for name in hideseek.__all__)
    assert set(hideseek.__all__) >= {"HideAndSeek", "Game", "make_game", "PRESETS"}


def test_runs_without_compilation():
    """With NUMBA_DISABLE_JIT=1 the same functions run as plain Python, to the same end but for rounding."""
    plain, compiled = run_python(TINY_EPISODE, NUMBA_DISABLE_JIT="1"), run_python(TINY_EPISODE)
    assert plain.returncode == 0, plain.stderr
    assert compiled.returncode == 0, compiled.stderr
    mine, theirs = numbers(plain.stdout), numbers(compiled.stdout)
    assert len(mine) == len(theirs) > 50
    assert max(abs(a - b) for a, b in zip(mine, theirs, strict=True)) < 1e-3


def test_importing_the_simulator_does_not_import_the_learner():
    """The environment alone needs neither JAX nor MuJoCo nor a plotting library, nor those that it has adapters to."""
    heavy = ("jax", "mujoco", "PIL", "gymnasium", "pettingzoo")
    result = run_python(f"import sys, hideseek; hideseek.HideAndSeek; print([m for m in {heavy} if m in sys.modules])")
    assert result.stdout.strip() == "[]", result.stdout + result.stderr


def test_imports_point_one_way():
    """From cli down to sim: nothing imports what is built on it."""
    order = ["sim", "game", "view", "env", "policy", "evaluate", "learn", "zoo", "serve", "commands"]
    for level, room in enumerate(order):
        for path in (SOURCE / room).rglob("*.py"):
            used = set(re.findall(r"(?:from|import) hideseek\.(\w+)", path.read_text()))
            assert not used & set(order[level + 1 :]), f"{path.name} in {room} imports {used}"
            assert "cli" not in used
