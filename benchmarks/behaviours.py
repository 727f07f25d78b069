"""What random play and the scripted players score in each behaviour, and what it costs to look.

    python benchmarks/behaviours.py [--episodes N] [--worlds N] [--threads N] [--json FILE]

Scores are means over episodes of the quadrant game with 95 % intervals, each player against itself, all on the same
layouts. The cost is processor time of all threads for following behaviours, in parts of what else a step needs, of
random play in which all times of the episode are there at once. Exit status 1 if a game's is above the bar.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import LABELS, PREFIX
from hideseek.evaluate.behaviour.tracker import BehaviourTracker
from hideseek.evaluate.compare import Entrant, Match
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.scripted.names import scripted_entrant, scripts_for
from hideseek.game.config import PRESETS, make_game

BAR = 0.05
"""The most that following behaviours may cost, in parts of the rest of a step."""
MEASURES = ("hider_return", "hidden", *(PREFIX + name for name in LABELS))


def score(episode_count: int) -> list[Match]:
    """Return the episodes of each player against itself."""
    env = HideAndSeek(make_game("quadrant"), episode_count)
    entrants = [
        Entrant("random", RandomPlayer(), RandomPlayer()),
        *(scripted_entrant(name) for name in scripts_for("quadrant")),
    ]
    return [Match(e.name, e.name, play(env, e.hiders, e.seekers, seed=0)) for e in entrants]


def cost(game_name: str, world_count: int, threads: int | None) -> float:
    """Return the processor time of following behaviours over one episode, in parts of the rest of the steps."""
    env = HideAndSeek(make_game(game_name), world_count, thread_count=threads)
    env.reset()
    horizon, rng = env.game.horizon, np.random.default_rng(0)
    tracker = BehaviourTracker(env)
    seconds = {"step": 0.0, "observe": 0.0}

    def observe() -> None:
        begin = time.process_time()
        tracker.observe()
        seconds["observe"] += time.process_time() - begin

    def step(count: int) -> None:
        agents = (world_count, env.game.agents)
        for _ in range(count):
            movement = rng.integers(0, 11, (*agents, 3), np.int8)
            grab, lock = rng.integers(0, 2, (2, *agents), np.int8)
            begin = time.process_time()
            env.step(movement, grab, lock)
            seconds["step"] += time.process_time() - begin

    env.before_restart = observe
    # One episode spreads the worlds over all times of it: each joins when its turn comes.
    for now in range(horizon):
        joining = np.flatnonzero(np.arange(world_count) * horizon // world_count == now)
        if now and joining.size:
            env.reset(worlds=joining)
        step(1)
    seconds |= dict.fromkeys(seconds, 0.0)
    step(horizon)
    return seconds["observe"] / (seconds["step"] - seconds["observe"])


def score_table(matches: list[Match]) -> str:
    """Return a Markdown table."""
    lines = [f"| | {' | '.join(f'`{match.hiders}`' for match in matches)} |", f"|---|{'---|' * len(matches)}"]
    for name in MEASURES:
        cells = [match.interval(name) for match in matches]
        texts = ["-" if i is None else f"{i.mean:.2f} ± {i.high - i.mean:.2f}" for i in cells]
        lines.append(f"| `{name.removeprefix(PREFIX)}` | {' | '.join(texts)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print both tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=400)
    parser.add_argument("--worlds", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.episodes < 2 or options.worlds < 1:
        parser.error(f"--episodes is {options.episodes} and --worlds is {options.worlds}, expected at least 2 and 1")
    machine = describe_machine()
    print(format_machine(machine))
    costs = {name: cost(name, options.worlds, options.threads) for name in PRESETS}
    for name, share in costs.items():
        verdict = "FAIL" if share > BAR else "pass"
        print(f"{name:<14}{100.0 * share:5.1f} % of the rest of a step, bar {100.0 * BAR:g} %  {verdict}")
    matches = score(options.episodes)
    print(f"\n{options.episodes} episodes of the quadrant game, each against itself\n\n{score_table(matches)}")
    if options.json:
        means = {m.hiders: {name: float(np.nanmean(m.episodes.measure(name))) for name in MEASURES} for m in matches}
        options.json.write_text(json.dumps({"machine": machine, "cost": costs, "means": means}, indent=1) + "\n")
    return int(max(costs.values()) > BAR)


if __name__ == "__main__":
    sys.exit(main())
