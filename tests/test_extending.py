"""docs/extending.md: its file is a game like any other, in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path

from tests.waiting import SECONDS

DOCS = Path(__file__).resolve().parents[1] / "docs" / "extending.md"
PLAY = """
import numpy as np
import hideseek
import tag
from hideseek.cli import main

game = hideseek.make_game("tag", catch_distance=0.4, horizon=20)
assert hideseek.Game.from_options(game.options) == game
env = hideseek.HideAndSeek(game, 16, seed=1, thread_count=1)
place = env.reset()["self"][..., 1]
assert (place[:, :2] > 3.0).all() and (place[:, 2:] < 3.2).all()
noop = np.full((16, 4, 3), 5), np.zeros((16, 4), int), np.zeros((16, 4), int)
for _ in range(9):
    _, reward, _, _ = env.step(*noop)
assert (reward == [1, 1, -1, -1]).all()
state = env.get_state()
state["pose"][3, 2, :2] = state["pose"][3, 0, :2] + 0.25
env.set_state(state)
_, reward, _, _ = env.step(*noop)
assert (reward[3] == [-1, -1, 1, 1]).all() and (reward[4] == [1, 1, -1, -1]).all()

main(["list"])
main("train tag --iterations 1 --game.line 12 --learner.network.embedding 8 --learner.network.dense 8"
     " --learner.network.memory 8 --learner.network.lidar-filters 1 --learner.world-count 4"
     " --learner.minibatch-chunks 16 --learner.part-chunks 16".split())
main(["train", "tag", "--game.door-dropout", "1.0"])
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run Python in the folder; return the exit status and what it prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, text=True, timeout=SECONDS, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_games_file_is_all_that_it_needs(tmp_path: Path):
    """It is played by its own rules, listed, and trained; and unknown where the file is not imported."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert code is not None
    (tmp_path / "tag.py").write_text(code[1])
    status, text = run(tmp_path, "-c", PLAY)
    assert "  tag " in text
    config = (tmp_path / "runs" / "tag" / "config.json").read_text()
    assert '"layout": "halves"' in config
    assert '"line": 12' in config
    # The last command: an option of another layout.
    assert status == 2
    assert "--game.door-dropout" in text
    status, text = run(tmp_path, "-m", "hideseek", "evaluate", "runs/tag")
    assert status == 2
    assert "layout is 'halves', expected one of quadrant, random_walls" in text
