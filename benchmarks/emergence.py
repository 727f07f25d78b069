"""How far a policy of the quadrant game has come: what it does, against the thresholds of docs/results/quadrant.md.

    python benchmarks/emergence.py RUN [--own-game] [--episodes N] [--seed S] [--json FILE]

RUN is the folder of a training run, or `zoo:NAME`. Its teams play against each other and against the untrained network,
all on the same layouts, those of the game as the preset has it, even where RUN was trained in a variation; with
`--own-game` in that variation, but without worlds of practice. Exit status 0 if every threshold is reached, 1 if one is
missed.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import PREFIX
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import PolicyPlayer, untrained_policy
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.files import RunError
from hideseek.policy.config import FeatureSizes
from hideseek.zoo.policies import load_named

BOX_MOVED = 0.5
"""A box has been moved if it is this far from its start [m]."""


class Threshold(NamedTuple):
    """A behaviour, the pairing in which it is looked for, and the share that is asked for."""

    behaviour: str
    hiders: str
    seekers: str
    least: float
    share: Callable[[Episodes], np.ndarray]


class Row(NamedTuple):
    """A threshold and what was found."""

    threshold: Threshold
    found: Interval

    @property
    def reached(self) -> bool:
        """Whether the mean is at or above the threshold."""
        return self.found.mean >= self.threshold.least


def _behaviour(*names: str) -> Callable[[Episodes], np.ndarray]:
    """Return whether any of some behaviours was there in each episode."""
    return lambda episodes: np.max([episodes.measure(PREFIX + name) for name in names], axis=0).astype(np.float64)


THRESHOLDS = (
    Threshold("seekers see hiders", "untrained", "trained", 0.8, lambda episodes: 1.0 - episodes.hidden),
    Threshold("hiders hide", "trained", "untrained", 0.8, lambda episodes: episodes.hidden),
    Threshold("hiders hide", "trained", "trained", 0.5, lambda episodes: episodes.hidden),
    Threshold(
        "box moved in preparation", "trained", "trained", 0.8,
        lambda episodes: (episodes.measure("max_box_move_prep") >= BOX_MOVED).astype(np.float64),
    ),
    Threshold(
        "doors blocked or sheltered at its end", "trained", "trained", 0.5,
        _behaviour("door_blocked_prep", "sheltered_prep"),
    ),
    Threshold("ramp used by a seeker", "trained", "trained", 0.2, _behaviour("ramp_use")),
    Threshold("ramps put away", "trained", "trained", 0.5, _behaviour("ramp_defence")),
)  # fmt: skip


def measure(run: str, episode_count: int, seed: int, own_game: bool = False) -> list[Row]:
    """Play all pairings that the thresholds need, in the preset's game or the run's own; return what was found.

    Raises:
        RunError, ValueError: There is no such policy.
    """
    policy, description = load_named(run)
    game = description.played_game if own_game else make_game(description.game_name)
    repeat = description.config.action_repeat
    fresh = untrained_policy(FeatureSizes.of(observation_spec(game)), description.network, seed)
    policies = {"trained": policy, "untrained": fresh}
    env = HideAndSeek(game, episode_count)
    episodes = {
        (hiders, seekers): play(
            env, PolicyPlayer(policies[hiders], repeat), PolicyPlayer(policies[seekers], repeat), seed
        )
        for hiders, seekers in dict.fromkeys((threshold.hiders, threshold.seekers) for threshold in THRESHOLDS)
    }
    return [Row(t, Interval.of(t.share(episodes[t.hiders, t.seekers]))) for t in THRESHOLDS]


def format_rows(rows: list[Row]) -> str:
    """Return a Markdown table."""
    lines = [
        "| share of the main phase, or of episodes | hiders | seekers | asked | found | |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        t, i = row.threshold, row.found
        found = f"{100 * i.mean:.1f} [{100 * i.low:.1f}, {100 * i.high:.1f}] %"
        verdict = "reached" if row.reached else "missed"
        lines.append(f"| {t.behaviour} | {t.hiders} | {t.seekers} | {100 * t.least:.0f} % | {found} | {verdict} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="RUN", help="folder of a training run, or zoo:NAME")
    parser.add_argument("--own-game", action="store_true", help="the variation that RUN was trained in")
    parser.add_argument("--episodes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    machine = describe_machine() | {"device": jax.default_backend()}
    print(f"python benchmarks/emergence.py {' '.join(arguments)}\n{format_machine(machine)}")
    try:
        rows = measure(options.run, options.episodes, options.seed, options.own_game)
    except (RunError, ValueError) as error:
        parser.error(str(error))
    print(f"{options.episodes} episodes of each pairing, seed {options.seed}; means with 95 % intervals")
    print(format_rows(rows))
    if options.json:
        found = [
            {**dict(zip(Threshold._fields[:4], row.threshold[:4], strict=True)), **asdict(row.found)} for row in rows
        ]
        options.json.write_text(json.dumps({"machine": machine, "episodes": options.episodes, "rows": found}, indent=1))
    return int(not all(row.reached for row in rows))


if __name__ == "__main__":
    sys.exit(main())
