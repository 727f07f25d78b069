"""What each lever of learning is worth: the recipe `--preset quadrant`, one lever changed at a time.

    python benchmarks/levers.py FOLDER [--levers NAME ...] [--seeds S ...] [--iterations N] [--start-from RUN]
        [--episodes N]

Every run trains for the same number of iterations, and so of decisions: a start in the middle counts as its share of an
episode. Then its teams play `--episodes` episodes of the game as the preset has it against each other, from the
beginning. A line for each lever, means over the seeds with 95 % intervals, beside the recipe on the same seeds: how
often doors are blocked or hiders sheltered when preparation ends, how much of what is to come the hiders' values
explain at that moment, and the median of the episodes until a quarter of those with doors blocked (the mean over 20
iterations of training).

Runs and what was found lie in FOLDER: what was interrupted goes on, what is finished is not done again, so that more
seeds and levers can be added later.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import critic
from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import check_choice, check_integer
from hideseek.evaluate.interval import Interval
from hideseek.learn.checkpoint import load_learner
from hideseek.learn.config import TrainConfig
from hideseek.learn.curriculum.config import NO_STARTS
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.logger import read_metrics
from hideseek.learn.presets import TRAIN_PRESETS
from hideseek.learn.progress import latest, read_progress
from hideseek.learn.run import train
from hideseek.zoo.policies import start_from

GAME = "quadrant"
RECIPE = replace(TRAIN_PRESETS["quadrant"].config, replay_interval=0)
"""All levers that seemed to help."""
LEVERS: Mapping[str, Callable[[TrainConfig], TrainConfig]] = {
    "recipe": lambda c: c,
    "no-starts": lambda c: replace(c, starts=NO_STARTS),
    "levels": lambda c: replace(c, starts=replace(c.starts, rule="levels")),
    "visited": lambda c: replace(
        c, starts=replace(c.starts, visited=0.5), network=replace(c.network, value_heads=3)
    ),
    "not-mirrored": lambda c: replace(c, mirrored=False),
    "no-critic-view": lambda c: replace(c, network=replace(c.network, critic_view=False)),
    "own-encoder": lambda c: replace(c, network=replace(c.network, share_encoder=False)),
    "value-heads": lambda c: replace(c, network=replace(c.network, value_heads=3)),
    "value-weight": lambda c: replace(c, value_weight=2.0),
    "zero-sum-value": lambda c: replace(c, zero_sum_value=True),
    "even-opponents": lambda c: replace(c, opponent_choice="uniform"),
    "epochs": lambda c: replace(c, epochs=2),
    "small-step": lambda c: replace(c, learning_rate=3e-4),
    "kl-target": lambda c: replace(c, kl_target=0.006),
    "skip": lambda c: replace(c, skip_below=0.3),
    "entropy-blocks": lambda c: replace(
        c, entropy_blocks=(0.0005, 0.003), network=replace(c.network, entropy_input=True)
    ),
}  # fmt: skip
"""Each changes one thing of a configuration."""
QUARTER, SMOOTHED = 0.25, 20
DOORS = "door_blocked_prep", "sheltered_prep"
LAYOUTS = 10_000
"""Seed of the layouts that are measured on; no run is trained with it."""
Figures = dict[str, Any]


def measure(run: Path, episode_count: int) -> Figures:
    """Return what is told of a trained run: its teams play each other, on the same layouts for every run."""
    description, metrics = RunDescription.load(run), read_metrics(run)
    played = critic.play(load_learner(latest(run), description), description, episode_count, LAYOUTS)
    end = description.game.preparation_steps // description.config.action_repeat
    return {
        "doors": float(np.max([played.behaviours[name] for name in DOORS], axis=0).mean()),
        "explained": critic.explained_variance(played.value[end], played.to_come[end]),
        "episodes": metrics[-1]["episodes"],
        "to_quarter": episodes_to_quarter(metrics),
    }


def episodes_to_quarter(metrics: Sequence[Mapping[str, float]]) -> int | None:
    """Return after how many episodes doors were blocked in a quarter of those that began as the game has it."""
    told = [line for line in metrics if "behaviour/door_blocked_prep" in line]
    doors = np.array([line["behaviour/door_blocked_prep"] for line in told])
    for end in range(SMOOTHED, len(told) + 1):
        if doors[end - SMOOTHED : end].mean() >= QUARTER:
            return int(told[end - 1]["episodes"])
    return None


def train_run(folder: Path, lever: str, seed: int, iterations: int, parent: str | None) -> Path:
    """Train with a lever, from where it was interrupted if it was; return the run's folder.

    Raises:
        ValueError: The run that is there was trained with other options than the lever has now.
        RunError: It was interrupted again.
    """
    run, config = folder / f"{lever}-{seed}", LEVERS[lever](RECIPE)
    if not run.exists():
        start = None if parent is None else start_from(parent)
        train(GAME, out=run, config=config, seed=seed, iterations=iterations, start_from=start)
    elif RunDescription.load(run).config != config:
        raise ValueError(f"{run} was trained with other options than {lever} has now, expected a new FOLDER")
    else:
        train(GAME, out=run, resume=True, iterations=iterations)
    if read_progress(run).iteration < iterations:
        raise RunError(f"{run} was interrupted, expected {iterations} iterations")
    return run


def format_table(found: Mapping[str, Mapping[int, Figures]]) -> str:
    """Return a Markdown table with a line for each lever; `found` holds figures by lever and seed."""
    lines = [
        "| lever | seeds | doors [%] | more than the recipe | explained | episodes to a quarter |",
        "|---|---|---|---|---|---|",
    ]
    for lever, by_seed in found.items():
        doors = _interval([100.0 * x["doors"] for x in by_seed.values()])
        shared = [seed for seed in by_seed if seed in found.get("recipe", {})]
        more = [100.0 * (by_seed[seed]["doors"] - found["recipe"][seed]["doors"]) for seed in shared]
        compared = _interval(more, signed=True) if more and lever != "recipe" else ""
        explained = [x["explained"] for x in by_seed.values() if x["explained"] is not None]
        needed = [np.inf if x["to_quarter"] is None else x["to_quarter"] for x in by_seed.values()]
        median = np.median(needed)
        reached = f"{median:,.0f}" if np.isfinite(median) else "not reached"
        cells = (lever, len(by_seed), doors, compared, f"{np.mean(explained):.2f}" if explained else "", reached)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def _interval(samples: Sequence[float], signed: bool = False) -> str:
    """Return a mean with its interval, which a single sample has not."""
    interval, form = Interval.of(np.array(samples, np.float64)), "+.1f" if signed else ".1f"
    ends = f" [{interval.low:{form}}, {interval.high:{form}}]" if len(samples) > 1 else ""
    return f"{interval.mean:{form}}{ends}"


def main(arguments: list[str] | None = None) -> None:
    """Train and measure what is missing; print the table of all that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the runs lie")
    parser.add_argument("--levers", nargs="+", default=tuple(LEVERS), metavar="NAME", help=", ".join(LEVERS))
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1, 2))
    parser.add_argument("--iterations", type=int, default=300, help="of each run")
    parser.add_argument("--start-from", metavar="RUN", help="folder of a run or zoo:NAME; not with entropy-blocks")
    parser.add_argument("--episodes", type=int, default=1000, help="to measure on, when training is over")
    options = parser.parse_args(arguments)
    try:
        for lever in options.levers:
            check_choice("lever", lever, tuple(LEVERS))
        for seed in options.seeds:
            check_integer("seed", seed, 0, 2**31 - 1)
        check_integer("iterations", options.iterations, 1)
        check_integer("episodes", options.episodes, 2)
        for seed in options.seeds:  # the recipe first, and seed by seed, so that every line grows alike
            for lever in sorted(options.levers, key=lambda name: name != "recipe"):
                _train_and_measure(lever, seed, options)
    except (RunError, ValueError) as error:
        parser.error(str(error))
    print(format_machine(describe_machine()))
    print(f"{options.iterations} iterations from {options.start_from or 'nothing'}, {options.episodes} episodes\n")
    print(format_table(_found(options.folder)))


def _train_and_measure(lever: str, seed: int, options: argparse.Namespace) -> None:
    """Do what is missing of one line's seed; raise ValueError where it was done in another way."""
    path = options.folder / f"{lever}-{seed}.json"
    asked = {"iterations": options.iterations, "start_from": options.start_from, "measured_on": options.episodes}
    if path.exists():
        found = json.loads(path.read_text())
        if (was := {name: found.get(name) for name in asked}) != asked:
            raise ValueError(f"{path} was found with {was}, expected {asked}, or a new FOLDER")
        return
    run = train_run(options.folder, lever, seed, options.iterations, options.start_from)
    figures = measure(run, options.episodes)
    path.write_text(json.dumps({"lever": lever, "seed": seed, **asked, **figures}, indent=1) + "\n")


def _found(folder: Path) -> dict[str, dict[int, Figures]]:
    """Return what was found in a folder, by lever, in their order, and seed."""
    found: dict[str, dict[int, Figures]] = {lever: {} for lever in LEVERS}
    for path in sorted(folder.glob("*.json")):
        figures = json.loads(path.read_text())
        found[figures["lever"]][figures["seed"]] = figures
    return {lever: by_seed for lever, by_seed in found.items() if by_seed}


if __name__ == "__main__":
    main()
