"""How well scripted hiders close the doors when they may decide only every few steps.

    python benchmarks/decisions.py [--repeats K ...] [--episodes N] [--seed S]

With `action_repeat` K a policy's choice is carried out for K steps. The scripted hiders (`scripted:door`) are held to
the same: what they choose stands for K steps, on the same layouts, against seekers that chase and decide at every step.
They were written for decisions at every step and overshoot where those are rarer: the table tells how fine the control
is, not what is the best that could be done.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import PREFIX
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import TeamActions
from hideseek.evaluate.scripted.hiders import RoomHiders
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.game.config import make_game

COLUMNS = ("door_blocked_prep", "door_blocked_locked_prep")


class HeldHiders(RoomHiders):
    """Hiders that close the doors, whose choices stand for `repeat` steps."""

    def __init__(self, repeat: int) -> None:
        check_integer("repeat", repeat, 1)
        super().__init__(blocks=True)
        self._repeat = repeat

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        super().start(world_count, agent_count, seed)
        self._steps = 0

    def act(self, observation: dict[str, np.ndarray]) -> TeamActions:
        """See `Player`; looks at every step, and changes its mind at every `repeat`-th."""
        choice = super().act(observation)
        if self._steps % self._repeat == 0:
            self._held = TeamActions(*(part.copy() for part in choice))
        self._steps += 1
        return self._held


def measure(repeat: int, episode_count: int, seed: int) -> Episodes:
    """Return the episodes of hiders that decide at every `repeat`-th step."""
    env = HideAndSeek(make_game("quadrant"), episode_count)
    return play(env, HeldHiders(repeat), ChasingSeekers(), seed)


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print(f"{format_machine(describe_machine())}\n{options.episodes} episodes, seed {options.seed}, 95 % intervals\n")
    print(
        "| steps of a decision | doors blocked | blocked and locked | hidden | hiders' return |\n|---|---|---|---|---|"
    )
    for repeat in options.repeats:
        episodes = measure(repeat, options.episodes, options.seed)
        shares = [episodes.measure(PREFIX + name) > 0.0 for name in COLUMNS] + [episodes.hidden]
        intervals = [Interval.of(100.0 * share) for share in shares]
        cells = [f"{i.mean:.1f} ± {i.high - i.mean:.1f} %" for i in intervals]
        returned = Interval.of(episodes.hider_return)
        print(
            f"| {repeat} | {' | '.join(cells)} | {returned.mean:+.1f} ± {returned.high - returned.mean:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
