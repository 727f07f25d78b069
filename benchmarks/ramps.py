"""Whether using the ramp pays, and putting it away, told by players that follow a script.

    python benchmarks/ramps.py [--episodes N] [--seed N] [--json FILE]

Hiders that shut the doors meet seekers that chase, then seekers that go over the wall by a ramp (`scripted:ramp`); then
hiders that put the ramp away first (`scripted:ramp-away`) meet the latter. All on the same layouts, in the quadrant
game and with one door; differences are paired. Exit status 1 unless each of the two gains in both games.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.scripted.names import scripted_entrant
from hideseek.game.config import make_game

GAMES = {"quadrant": {}, "quadrant, one door": {"door_dropout": 1.0}}
PAIRINGS = (("door", "chase"), ("door", "ramp"), ("ramp-away", "chase"), ("ramp-away", "ramp"))
"""Whose hiders meet whose seekers."""
SHARES = ("door_blocked_prep", "ramp_defence", "ramp_use", "over_wall")
"""Behaviours, of all episodes."""
DEFENCE = "behaviour/ramp_defence"


def play_all(episode_count: int, seed: int, **changes: float) -> dict[tuple[str, str], Episodes]:
    """Return the episodes of all pairings on the same layouts of a variation of the quadrant game."""
    env = HideAndSeek(make_game("quadrant", **changes), episode_count)
    return {
        (hiders, seekers): play(
            env, scripted_entrant(f"scripted:{hiders}").hiders, scripted_entrant(f"scripted:{seekers}").seekers, seed
        )
        for hiders, seekers in PAIRINGS
    }


def gains(episodes: dict[tuple[str, str], Episodes]) -> dict[str, Interval]:
    """Return what seekers gain by the ramp, and what hiders gain by putting it away from these seekers, per episode."""
    returns = {pairing: each.hider_return for pairing, each in episodes.items()}
    return {
        "seekers, by the ramp": Interval.of(returns["door", "chase"] - returns["door", "ramp"]),
        "hiders, by putting it away": Interval.of(returns["ramp-away", "ramp"] - returns["door", "ramp"]),
    }


def newly_put_away(episodes: dict[tuple[str, str], Episodes]) -> tuple[float, float]:
    """Return the share of episodes in which hiders put the ramp away that others leave, and what they gain there."""
    left, put_away = (episodes[hiders, "ramp"] for hiders in ("door", "ramp-away"))
    newly = (put_away.measure(DEFENCE) > 0.0) & (left.measure(DEFENCE) == 0.0)
    gain = (put_away.hider_return - left.hider_return)[newly]
    return float(newly.mean()), float(gain.mean()) if gain.size else 0.0


def table(episodes: dict[tuple[str, str], Episodes]) -> str:
    """Return a Markdown table of all pairings."""
    lines = [f"| hiders | seekers | hiders' return | hidden | {' | '.join(SHARES)} |", f"|{'---|' * (4 + len(SHARES))}"]
    for (hiders, seekers), each in episodes.items():
        shares = [each.hidden, *(each.measure(f"behaviour/{name}") for name in SHARES)]
        cells = [f"{_text(Interval.of(each.hider_return))}", *(f"{100.0 * np.mean(share):.0f} %" for share in shares)]
        lines.append(f"| `{hiders}` | `{seekers}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _text(interval: Interval) -> str:
    return f"{interval.mean:+.1f} [{interval.low:+.1f}, {interval.high:+.1f}]"


def main(arguments: list[str] | None = None) -> int:
    """Print tables and gains; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the gains to this file")
    options = parser.parse_args(arguments)
    if options.episodes < 2 or options.seed < 0:
        parser.error(f"--episodes is {options.episodes} and --seed is {options.seed}, expected at least 2 and 0")
    found = {}
    for name, changes in GAMES.items():
        episodes = play_all(options.episodes, options.seed, **changes)
        found[name] = gains(episodes)
        print(f"{name}: {options.episodes} episodes, seed {options.seed}\n\n{table(episodes)}\n")
        for who, interval in found[name].items():
            print(f"gain of {who}: {_text(interval)}")
        share, gain = newly_put_away(episodes)
        print(f"put away only by who means to: in {100.0 * share:.0f} % of the episodes; gain there {gain:+.1f}\n")
    if options.json:
        data = {name: {who: [i.low, i.mean, i.high] for who, i in each.items()} for name, each in found.items()}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    return int(any(interval.low <= 0.0 for each in found.values() for interval in each.values()))


if __name__ == "__main__":
    sys.exit(main())
