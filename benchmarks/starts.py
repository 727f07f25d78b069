"""What a policy does where episodes begin in starts of some hardness, and whether its critic sees what comes of it.

    python benchmarks/starts.py RUN ... [--scenario NAME] [--hardness H ...] [--episodes N] [--seed S] [--json FILE]

Both teams are the run's; in every world an episode begins in a start of the scenario, its hardness along each axis
drawn evenly from 0 to H. A line for each run and hardness: how often the team of the scenario succeeds, as training
counts it, with a 95 % interval; how often all doors are shut with locked boxes when preparation ends; and how much of
what the hiders are still to get is explained by their values at that moment.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import check_choice, check_integer, check_number, check_output_file
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.learn.checkpoint import load_learner
from hideseek.learn.curriculum.config import StartsConfig
from hideseek.learn.curriculum.curriculum import SCENARIOS, TRIES, check_scenarios
from hideseek.learn.curriculum.scenario import Scenario, build_start
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.metrics import explained_variance
from hideseek.learn.ppo import Learner, decide
from hideseek.learn.progress import latest
from hideseek.learn.run import wrap
from hideseek.policy.policy import Memories

HARDNESS = (0.1, 0.2, 0.4, 1.0)
BARS = 0.35
"""A box no farther than this from the middle of a door bars it [m]."""
Figures = dict[str, Any]


class Outcome(NamedTuple):
    """What came of each episode, [episode]."""

    hidden: np.ndarray
    """Share of the time after preparation in which hiders were hidden."""
    shut: np.ndarray
    """Whether all doors were shut with locked boxes when preparation ended."""
    value: np.ndarray
    """Mean of the hiders' values when preparation ended."""
    to_come: np.ndarray
    """What they got from then on, discounted."""


def begin(env: HideAndSeek, scenario: Scenario, hardness: float, seed: int) -> np.ndarray:
    """Let all worlds begin in starts; return which of them found room [world]; the others are left out."""
    env.reset(seed)
    state, doors, generator = env.get_state(), Doors(env.bodies), np.random.default_rng(seed)
    built = np.zeros(env.world_count, bool)
    for w in range(env.world_count):
        for _ in range(TRIES):
            along = {axis: hardness * generator.random() for axis in scenario.axes}
            built[w] = build_start(scenario, env.game, state, w, doors, along, generator)
            if built[w]:
                break
    env.set_state(state)
    env.sense()
    return built


def play(
    learner: Learner, description: RunDescription, scenario: Scenario, hardness: float, episodes: int, seed: int
) -> Outcome:
    """Let a learner play against itself from starts, each world until its episode ends."""
    game, config = description.game, description.config
    worlds = HideAndSeek(game, episodes, seed=seed)
    built = begin(worlds, scenario, hardness, seed)
    doors = Doors(worlds.bodies)
    env = wrap(worlds, config)
    memories, first = Memories.zeros(episodes * game.agents, config.network.memory), np.ones(episodes, bool)
    observation, key, open_episodes = env.observe(), jax.random.key(seed), np.ones(episodes, bool)
    hidden, value, to_come, shut = (np.zeros(episodes) for _ in range(4))
    discount, steps = np.ones(episodes), 0
    while open_episodes.any():
        is_main = worlds.record.step >= game.preparation_steps
        begins = worlds.record.step == game.preparation_steps
        decision, memories = decide(learner, observation, memories, first, key, np.asarray(steps, np.int32))
        own = np.asarray(decision.value).reshape(episodes, -1)[:, : game.hiders].mean(1)
        value = np.where(begins & open_episodes, own, value)
        shut = np.where(begins & open_episodes, are_shut(worlds, doors), shut)
        actions = [np.array(x).reshape(episodes, game.agents, *x.shape[1:]) for x in decision.actions]
        observation, reward, done, info = env.step(*actions)
        counts = is_main & open_episodes
        hidden += counts * info["hidden"]
        to_come += counts * discount * reward[:, : game.hiders].mean(1)
        discount = np.where(counts, discount * config.gamma, discount)
        open_episodes &= ~done
        first, steps = np.zeros(episodes, bool), steps + 1
    main = (game.horizon - game.preparation_steps) / config.action_repeat
    return Outcome(*(x[built] for x in (hidden / main, shut > 0.0, value, to_come)))


def are_shut(env: HideAndSeek, doors: Doors) -> np.ndarray:
    """Return in which worlds a locked box stands in every door [world]."""
    boxes = slice(env.game.agents, env.game.agents + env.game.boxes_max)
    place, locked = env.bodies.pose[:, boxes, :2], env.bodies.locked[:, : env.game.boxes_max].astype(bool)
    far = np.linalg.norm(place[:, None] - doors.middle[:, :, None], axis=-1)
    return (((far < BARS) & locked[:, None]).any(2) | ~doors.exists).all(1)


def figures(outcome: Outcome, scenario: Scenario) -> Figures:
    """Return what is told of the episodes from starts of one hardness."""
    own = outcome.hidden if scenario.team == "hiders" else 1.0 - outcome.hidden
    success = Interval.of((own >= scenario.success).astype(np.float64))
    return {
        "episodes": len(own),
        "success": [success.mean, success.low, success.high],
        "shut": float(outcome.shut.mean()),
        "explained": explained_variance(outcome.value, outcome.to_come),
    }


def format_rows(rows: Sequence[Figures]) -> str:
    """Return a Markdown table with a line for each run and hardness."""
    lines = [
        "| run | iteration | hardness up to | episodes | success | doors shut and locked | explained |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        mean, low, high = (100.0 * x for x in row["success"])
        explained = "" if row["explained"] is None else f"{row['explained']:.2f}"
        lines.append(
            f"| {row['run']} | {row['iteration']} | {row['hardness']:g} | {row['episodes']} |"
            f" {mean:.0f} % [{low:.0f}, {high:.0f}] | {100.0 * row['shut']:.0f} % | {explained} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Print a line for each run and hardness."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="folder of a training run")
    parser.add_argument("--scenario", default="doors", help=", ".join(SCENARIOS))
    parser.add_argument("--hardness", type=float, nargs="+", default=HARDNESS, help="greatest along each axis")
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    try:
        check_choice("scenario", options.scenario, tuple(SCENARIOS))
        check_integer("episodes", options.episodes, 2)
        check_integer("seed", options.seed, 0, 2**31 - 1)
        for hardness in options.hardness:
            check_number("hardness", hardness, least=0.0, most=1.0)
        if options.json:
            check_output_file("json", options.json)
        descriptions = [RunDescription.load(run) for run in options.runs]
        for description in descriptions:
            starts = StartsConfig(scenarios=(options.scenario,))
            check_scenarios(starts, description.game, description.config.action_repeat)
        folders = [latest(run) for run in options.runs]
        learners = [load_learner(*each) for each in zip(folders, descriptions, strict=True)]
    except (RunError, ValueError) as error:
        parser.error(str(error))
    machine = describe_machine()
    print(f"{format_machine(machine)}\n{options.scenario}, {options.episodes} episodes, seed {options.seed}\n")
    rows, scenario = [], SCENARIOS[options.scenario]()
    for run, folder, description, learner in zip(options.runs, folders, descriptions, learners, strict=True):
        for hardness in options.hardness:
            outcome = play(learner, description, scenario, hardness, options.episodes, options.seed)
            row = {"run": str(run), "iteration": int(folder.name), "hardness": hardness}
            rows.append(row | figures(outcome, scenario))
    print(format_rows(rows))
    if options.json:
        content = {"machine": machine, "scenario": options.scenario, "seed": options.seed, "rows": rows}
        options.json.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
