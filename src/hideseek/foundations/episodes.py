"""Whole episodes: to learn from, as REINFORCE does, or to see how good a policy is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Float32, Float64, Int

from hideseek.checks import check_integer
from hideseek.foundations.environments import Environments
from hideseek.foundations.networks import Numbers

Player = Callable[[Float32[np.ndarray, "row feature"]], Int[Numbers, " row"]]
"""Chooses an action for each row of observations."""


class Episodes(NamedTuple):
    """One episode per column, filled up to a common length, a power of two, with steps that are not `alive`."""

    observation: Float[Numbers, "time episode feature"]
    action: Int[Numbers, "time episode"]
    reward: Float[Numbers, "time episode"]
    """0 after the episode's end."""
    alive: Bool[Numbers, "time episode"]
    """Whether the step is one of the episode's."""


def play_episodes(worlds: Environments, player: Player) -> Episodes:
    """Play one episode in each copy; all of them must be at the start of one, and are again afterwards."""
    playing = np.ones(worlds.observation.shape[1], bool)
    steps = []
    while playing.any():
        alive, observation = playing.copy(), worlds.observation[0].copy()
        action = np.asarray(player(observation))
        step = worlds.step(action[None], playing)
        steps.append((observation, action, step.reward[0], alive))
        playing &= ~(step.terminated | step.truncated)
    # Few different lengths mean that functions of episodes are compiled a few times.
    padding = (1 << (len(steps) - 1).bit_length()) - len(steps)
    arrays = [np.stack(rows) for rows in zip(*steps, strict=True)]
    return Episodes(*(np.pad(array, [(0, padding)] + [(0, 0)] * (array.ndim - 1)) for array in arrays))


def episode_returns(env: str, player: Player, episodes: int, seed: int) -> Float64[np.ndarray, " episode"]:
    """Return the undiscounted returns of a player's episodes.

    Raises:
        ImportError: Gymnasium is not installed.
        ValueError: There is no such environment, or a number is out of range.
    """
    check_integer("episodes", episodes, 1)
    reward = play_episodes(Environments(env, episodes, seed), player).reward
    return np.asarray(reward, np.float64).sum(0)
