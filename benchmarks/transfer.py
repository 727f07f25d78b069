"""Whether what was learnt here holds in MuJoCo: a policy against itself on the same layouts, on both engines.

    python benchmarks/transfer.py RUN [--layouts N] [--seed S] [--native-collisions] [--json FILE]

RUN is the folder of a training run. Layouts, the players' chances and the rules are the same on both engines, so that a
difference is due to the physics; players that choose at random are the second row. Compared are the hiders' returns,
layout by layout, as a share of what a return can range over: +1 or -1 in every step after preparation. Exit status 0 if
the whole 95 % interval of every difference lies within the bar, 1 if not, 2 if the run cannot be played.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import jax

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.batch import HideAndSeek
from hideseek.env.mujoco_batch import MujocoHideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import Player, PolicyPlayer, RandomPlayer
from hideseek.game.config import Game
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.files import RunError

BAR = 0.05
"""How far the difference of the returns may be from zero, as a share of the return's range."""


@dataclass(frozen=True)
class Row:
    """How players fare against their own kind on both engines; returns are the hiders'."""

    players: str
    here: Interval
    mujoco: Interval
    share: Interval
    """Of the paired difference, MuJoCo's return less ours, as a share of the return's range."""
    seconds_here: float
    seconds_mujoco: float

    @property
    def misses(self) -> bool:
        """Whether the difference may be larger than the bar."""
        return not (self.share.low >= -BAR and self.share.high <= BAR)


def compare_engines(
    game: Game, name: str, make_player: Callable[[], Player], layouts: int, seed: int, native_collisions: bool = False
) -> Row:
    """Play one episode on each layout, on both engines.

    Args:
        game: has seekers and steps after preparation.
        name: of the players in the table.
        make_player: returns a new player, one for each team.
        layouts: how many, at least 2.
        seed: of layouts and of the players' chances.
        native_collisions: see `MujocoHideAndSeek`.

    Raises:
        ImportError: if MuJoCo is not installed.
        ValueError: if there is nothing to compare.
    """
    main_steps = game.horizon - game.preparation_steps
    if layouts < 2 or game.seekers < 1 or main_steps < 1:
        raise ValueError(
            f"layouts is {layouts}, seekers is {game.seekers}, steps after preparation are {main_steps}, "
            "expected at least 2, 1 and 1"
        )
    engines = HideAndSeek(game, layouts), MujocoHideAndSeek(game, layouts, native_collisions=native_collisions)
    (here, seconds_here), (mujoco, seconds_mujoco) = (_timed_play(env, make_player, seed) for env in engines)
    share = (mujoco.hider_return - here.hider_return) / (2.0 * main_steps)
    returns = Interval.of(here.hider_return), Interval.of(mujoco.hider_return)
    return Row(name, *returns, Interval.of(share), seconds_here, seconds_mujoco)


def _timed_play(env: HideAndSeek, make_player: Callable[[], Player], seed: int) -> tuple[Episodes, float]:
    start = time.perf_counter()
    episodes = play(env, make_player(), make_player(), seed)
    return episodes, time.perf_counter() - start


def format_rows(rows: list[Row]) -> str:
    """Return the rows as a table."""
    header = ("hideseek", "mujoco", "mujoco - here, % of range")
    lines = [f"{'players':<12}" + "".join(f"{name:>26}" for name in header) + f"{'bar':>12}{'seconds':>16}"]
    for row in rows:
        cells = (_in_text(row.here), _in_text(row.mujoco), _in_text(row.share, 100.0))
        verdict = "FAIL" if row.misses else "pass"
        lines.append(
            f"{row.players:<12}" + "".join(f"{cell:>26}" for cell in cells) + f"{f'within {100 * BAR:g}':>12}"
            f"{f'{row.seconds_here:.1f} + {row.seconds_mujoco:.1f}':>16}  {verdict}"
        )
    return "\n".join(lines)


def _in_text(interval: Interval, scale: float = 1.0) -> str:
    return f"{scale * interval.mean:+.2f} [{scale * interval.low:+.2f}, {scale * interval.high:+.2f}]"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a training run")
    parser.add_argument("--layouts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--native-collisions", action="store_true", help="MuJoCo's newer routine for ramps' contacts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    machine = describe_machine() | {"device": jax.default_backend()}
    print(f"python benchmarks/transfer.py {' '.join(arguments)}\n{format_machine(machine)}")
    try:
        policy, description = load_policy(options.run)
        players = {"trained": lambda: PolicyPlayer(policy), "random": RandomPlayer}
        rows = [
            compare_engines(
                description.game, name, make_player, options.layouts, options.seed, options.native_collisions
            )
            for name, make_player in players.items()
        ]
    except (RunError, ImportError, ValueError) as error:
        parser.error(str(error))
    print(f"{description.game_name}, {options.layouts} layouts, seed {options.seed}; hiders' return, 95 % intervals")
    print(format_rows(rows))
    if options.json:
        case = {"game": description.game_name, "layouts": options.layouts, "seed": options.seed}
        case |= {"native_collisions": options.native_collisions, "bar": BAR}
        data = {"machine": machine, **case, "rows": [asdict(row) for row in rows]}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    return int(any(row.misses for row in rows))


if __name__ == "__main__":
    sys.exit(main())
