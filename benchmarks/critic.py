"""What the critic knows: how much of what is still to come its values explain, at moments of the episode.

    python benchmarks/critic.py RUN [--episodes N] [--seed S]

RUN is the folder of a training run. Its agents play the run's own game against each other. The hiders' values are
compared with the rewards that came afterwards, discounted as in training, between episodes at the same moment. (Over
all moments together even a critic that only knows the time explains much, since less is to come as time goes by.) The
second table shows whether the critic tells apart the episodes in which doors were closed.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.env.repeat import RepeatedSteps
from hideseek.evaluate.behaviour.names import Values
from hideseek.evaluate.behaviour.tracker import follow
from hideseek.learn.checkpoint import load_learner
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.metrics import explained_variance
from hideseek.learn.ppo import Learner, decide
from hideseek.learn.progress import latest
from hideseek.policy.policy import Memories

BEHAVIOURS = ("door_blocked_prep", "door_blocked_locked_prep")
MOMENTS = 5


class Played(NamedTuple):
    """What the hiders of every episode expected, and what they got."""

    value: Float[np.ndarray, "decision episode"]
    to_come: Float[np.ndarray, "decision episode"]
    """Discounted sum of the rewards from this decision on."""
    behaviours: dict[str, Values]


def play(learner: Learner, description: RunDescription, episode_count: int, seed: int) -> Played:
    """Let a learner play against itself for an episode in each of `episode_count` worlds."""
    game, config = description.game, description.config
    worlds = HideAndSeek(game, episode_count, seed=seed)
    env = RepeatedSteps(worlds, config.action_repeat)
    observation = env.reset()
    tracker = follow(worlds)
    memories = Memories.zeros(episode_count * game.agents, config.network.memory)
    done, key = np.ones(episode_count, bool), jax.random.key(seed)
    values, rewards = [], []
    for step in range(game.horizon // config.action_repeat):
        decision, memories = decide(learner, observation, memories, done, key, np.asarray(step, np.int32))
        values.append(np.asarray(decision.value).reshape(episode_count, -1)[:, : game.hiders].mean(1))
        actions = [np.array(x).reshape(episode_count, game.agents, *x.shape[1:]) for x in decision.actions]
        observation, reward, done, _ = env.step(*actions)
        rewards.append(reward[:, : game.hiders].mean(1))
    to_come = np.array(rewards, np.float64)
    for step in range(len(to_come) - 2, -1, -1):
        to_come[step] += config.gamma * to_come[step + 1]
    return Played(np.array(values), to_come, tracker.finished(done))


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
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="RUN", type=Path, help="folder of a training run")
    parser.add_argument("--episodes", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        check_integer("episodes", options.episodes, 2)
        check_integer("seed", options.seed, 0, 2**32 - 1)
        description = RunDescription.load(options.run)
        learner = load_learner(latest(options.run), description)
    except (RunError, ValueError) as error:
        parser.error(str(error))
    played = play(learner, description, options.episodes, options.seed)
    print(f"{format_machine(describe_machine())}\n{options.episodes} episodes, seed {options.seed}\n")
    print(format_moments(played, description))
    print(f"\n{format_behaviours(played, description)}")


if __name__ == "__main__":
    main()
