"""What the critic knows: how much of what is still to come its values explain, at moments of the episode.

    python benchmarks/critic.py RUN ... [--episodes N] [--seed S] [--json FILE]

RUN is the folder of a training run. Its agents play the run's own game against each other. The hiders' values are
compared with the rewards that came afterwards, discounted as in training, between episodes at the same moment. (Over
all moments together even a critic that only knows the time explains much, since less is to come as time goes by.) The
second table shows whether the critic tells apart the episodes in which doors were closed. With several heads the value
is their mean; with blocks of entropy the agents play with the lowest bonus.

The last table has a line for each run, to choose a critic by: the variance explained when preparation ends and at half
of the main phase, by the hiders' own values and, where one team wins what the other loses, by those of all agents
together (what training uses with `zero_sum_value`, and the other tables then, too).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import check_integer, check_output_file
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import Values
from hideseek.evaluate.behaviour.tracker import follow
from hideseek.learn.advantages import zero_sum_values
from hideseek.learn.checkpoint import load_learner
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.metrics import explained_variance
from hideseek.learn.ppo import Learner, decide
from hideseek.learn.progress import latest
from hideseek.learn.run import wrap
from hideseek.policy.policy import Memories

BEHAVIOURS = ("door_blocked_prep", "door_blocked_locked_prep")
MOMENTS = 5
KINDS, NAMES = ("own", "joint"), ("preparation_end", "main_phase_half")
Figures = dict[str, Any]


class Played(NamedTuple):
    """What the hiders of every episode expected, and what they got."""

    own: Float[np.ndarray, "decision episode"]
    """Mean of the hiders' values."""
    joint: Float[np.ndarray, "decision episode"]
    """Mean of all agents' values, those of seekers with a minus."""
    value: Float[np.ndarray, "decision episode"]
    """The one of both that training uses."""
    to_come: Float[np.ndarray, "decision episode"]
    """Discounted sum of the rewards from this decision on."""
    behaviours: dict[str, Values]


def play(learner: Learner, description: RunDescription, episode_count: int, seed: int) -> Played:
    """Let a learner play against itself for an episode in each of `episode_count` worlds."""
    game, config = description.game, description.config
    worlds = HideAndSeek(game, episode_count, seed=seed)
    env = wrap(worlds, config)
    observation = env.reset()
    tracker = follow(worlds)
    rows, is_hider = episode_count * game.agents, np.arange(game.agents) < game.hiders
    memories = Memories.zeros(rows, config.network.memory)
    done, key = np.ones(episode_count, bool), jax.random.key(seed)
    own, joint, rewards = [], [], []
    for step in range(game.horizon // config.action_repeat):
        decision, memories = decide(learner, observation, memories, done, key, np.asarray(step, np.int32))
        value = np.asarray(decision.value)
        own.append(value.reshape(episode_count, -1)[:, is_hider].mean(1))
        joint.append(zero_sum_values(value, np.ones(rows, bool), is_hider)[:: game.agents])
        actions = [np.array(x).reshape(episode_count, game.agents, *x.shape[1:]) for x in decision.actions]
        observation, reward, done, _ = env.step(*actions)
        rewards.append(reward[:, : game.hiders].mean(1))
    to_come = np.array(rewards, np.float64)
    for step in range(len(to_come) - 2, -1, -1):
        to_come[step] += config.gamma * to_come[step + 1]
    used = joint if config.zero_sum_value else own
    return Played(np.array(own), np.array(joint), np.array(used), to_come, tracker.finished(done))


def compare_moments(played: Played, description: RunDescription) -> Figures:
    """Return the variance that each kind of value explains when preparation ends and at half of the main phase."""
    game, repeat = description.game, description.config.action_repeat
    steps = game.preparation_steps, (game.preparation_steps + game.horizon) // 2
    kinds = KINDS if game.options.get("reward") == "joint_zero_sum" else KINDS[:1]
    return {
        kind: {
            name: explained_variance(getattr(played, kind)[step // repeat], played.to_come[step // repeat])
            for name, step in zip(NAMES, steps, strict=True)
        }
        for kind in kinds
    }


def format_runs(rows: Sequence[Figures]) -> str:
    """Return a Markdown table with a line for each run."""
    lines = [
        "| variance explained | iteration | hiders' values: preparation ends | half of the main phase"
        " | all agents' values: preparation ends | half of the main phase |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        explained = [row["explained"].get(kind, {}).get(name) for kind in KINDS for name in NAMES]
        cells = ("" if x is None else f"{x:.2f}" for x in explained)
        lines.append(f"| {row['run']} | {row['iteration']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def format_moments(played: Played, description: RunDescription) -> str:
    """Return a Markdown table of moments from the start to three quarters of the episode."""
    repeat = description.config.action_repeat
    lines = [
        "| step | to come, mean | value, mean | to come, deviation | value, deviation | variance explained |",
        "|---|---|---|---|---|---|",
    ]
    for decision in np.linspace(0, 0.75 * len(played.value), MOMENTS).astype(int):
        value, to_come = played.value[decision], played.to_come[decision]
        cells = f"{to_come.mean():+.1f} | {value.mean():+.1f} | {to_come.std():.1f} | {value.std():.1f}"
        explained = explained_variance(value, to_come)
        lines.append(f"| {decision * repeat} | {cells} | {'' if explained is None else f'{explained:.2f}'} |")
    return "\n".join(lines)


def format_behaviours(played: Played, description: RunDescription) -> str:
    """Return a Markdown table of what was to come when preparation ended, with each behaviour and without."""
    end = description.game.preparation_steps // description.config.action_repeat
    lines = [
        "| when preparation ends | episodes | to come with | without | value with | without |",
        "|---|---|---|---|---|---|",
    ]
    for name in BEHAVIOURS:
        there = played.behaviours[name] > 0.0
        means = [x[end][where].mean() if where.any() else np.nan
                 for x in (played.to_come, played.value) for where in (there, ~there)]  # fmt: skip
        lines.append(f"| {name} | {100 * there.mean():.1f} % | {' | '.join(f'{mean:+.1f}' for mean in means)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Print both tables of each run, then a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="folder of a training run")
    parser.add_argument("--episodes", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    try:
        check_integer("episodes", options.episodes, 2)
        check_integer("seed", options.seed, 0, 2**32 - 1)
        if options.json:
            check_output_file("json", options.json)
        descriptions = [RunDescription.load(run) for run in options.runs]
        folders = [latest(run) for run in options.runs]
        learners = [load_learner(*each) for each in zip(folders, descriptions, strict=True)]
    except (RunError, ValueError) as error:
        parser.error(str(error))
    machine = describe_machine()
    print(f"{format_machine(machine)}\n{options.episodes} episodes, seed {options.seed}")
    rows = []
    for run, folder, description, learner in zip(options.runs, folders, descriptions, learners, strict=True):
        played = play(learner, description, options.episodes, options.seed)
        print(f"\n{run}, iteration {int(folder.name)}\n\n{format_moments(played, description)}")
        print(f"\n{format_behaviours(played, description)}")
        rows.append({"run": str(run), "iteration": int(folder.name), "explained": compare_moments(played, description)})
    print(f"\n{format_runs(rows)}")
    if options.json:
        figures = {"machine": machine, "episodes": options.episodes, "seed": options.seed, "runs": rows}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
