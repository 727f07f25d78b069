"""Worlds as one team sees and plays them: what both of Gymnasium's environments are made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from jaxtyping import Bool, Float64, Int8, Integer

from hideseek.checks import check_choice
from hideseek.env.actor_observation import flatten, seen_by
from hideseek.env.adapters import (
    ACTION_CHOICES,
    OBSERVATIONS,
    action_masks,
    ends_of_step,
    info_of_start,
    info_of_step,
)
from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium.opponents import Opponent, make_opponent
from hideseek.env.spaces import action_space, flat_observation_space, observation_space
from hideseek.game.config import Game

TEAMS = ("hiders", "seekers")
Observation = dict[str, np.ndarray] | np.ndarray
"""A dictionary of arrays [world, member, ...], or with `observation="flat"` one array [world, feature]."""
Infos = dict[str, np.ndarray]
Flags = Bool[np.ndarray, " world"]
TeamStep = tuple[Observation, Float64[np.ndarray, " world"], Flags, Flags, Infos]


class TeamWorlds:
    """`world_count` worlds of one game; all agents of one team have one controller, an opponent plays the other.

    A world whose episode is over stays as it is until it is reset.

    Attributes:
        env: the worlds.
        observation_space, action_space: of the team in one world.
    """

    def __init__(
        self,
        game: Game,
        world_count: int,
        team: str,
        opponent: Opponent,
        observation: str = "dict",
        thread_count: int | None = None,
    ) -> None:
        """Allocate all memory.

        Raises:
            ValueError: if an argument is out of range, or the team has no member.
        """
        check_choice("team", team, TEAMS)
        check_choice("observation", observation, OBSERVATIONS)
        hiders, seekers = slice(0, game.hiders), slice(game.hiders, game.agents)
        self._team, self._other = (hiders, seekers) if team == "hiders" else (seekers, hiders)
        members = self._team.stop - self._team.start
        if members == 0:
            raise ValueError(f"team is {team!r}, expected one that the game has members of")
        see = see_flat if observation == "flat" else seen_by
        self._see, self._opponent = see, make_opponent(opponent, game, see)
        self.env = HideAndSeek(game, world_count, thread_count=thread_count, autoreset=False)
        self.observation_space: spaces.Space = (
            flat_observation_space(game, members) if observation == "flat" else observation_space(game, members)
        )
        self.action_space: spaces.MultiDiscrete = action_space(members)
        self._observation: dict[str, np.ndarray] = {}

    def reset(
        self, seed: Sequence[int] | None = None, worlds: Sequence[int] | np.ndarray | None = None
    ) -> tuple[Observation, Infos]:
        """Begin a new episode in `worlds` (all by default), each with a seed of its own or as its stream goes on.

        Returns:
            What the team sees in all worlds, and infos as of a beginning [world, ...].
        """
        self._observation = self.env.reset(seed, worlds)
        return self._see(self._observation, self._team), info_of_start(self.env)

    def step(
        self, actions: Int8[np.ndarray, "world member 5"], begin: Integer[np.ndarray, " some"] | None = None
    ) -> TeamStep:
        """Advance all worlds by 75 ms.

        Args:
            actions: of all members, in their space.
            begin: worlds in which a new episode begins in place of the step; their actions do not matter.

        Returns:
            What the team sees, the mean of its members' rewards, whether the episode is over before its horizon,
            whether it is over there, and infos: new arrays.

        Raises:
            RuntimeError: before the first reset, or where an episode is over and its world was not reset.
            TypeError, ValueError: if the opponent returned what are no actions; nothing is changed then.
        """
        if not self.env.started:
            raise RuntimeError("step was called before the first reset")
        joint = np.empty((self.env.world_count, self.env.game.agents, len(ACTION_CHOICES)), np.int8)
        joint[:, self._team] = actions
        joint[:, self._other] = self._opponent(self.env, self._observation, self._other)
        if begin is None or not begin.size:
            return self._advance(joint)
        return self._advance_and_begin(joint, begin)

    def action_masks(self) -> Bool[np.ndarray, "world choice"]:
        """Return which values of the team's coming action are of use, member after member.

        Raises:
            RuntimeError: before the first reset.
        """
        return action_masks(self.env)[:, self._team].reshape(self.env.world_count, -1)

    def _advance(self, joint: Int8[np.ndarray, "world agent 5"]) -> TeamStep:
        """Step all worlds."""
        self._observation, reward, done, info = self.env.step(joint[..., :3], joint[..., 3], joint[..., 4])
        mean = reward[:, self._team].mean(axis=1, dtype=np.float64)
        ends = ends_of_step(done, info)
        return self._see(self._observation, self._team), mean, *ends, info_of_step(self.env, done, info)

    def _advance_and_begin(
        self, joint: Int8[np.ndarray, "world agent 5"], begin: Integer[np.ndarray, " some"]
    ) -> TeamStep:
        """Begin new episodes in some worlds, and step the others.

        All worlds of a batch step together; those that begin are put back to their first moment afterwards.
        """
        self.env.reset(worlds=begin)
        first = self.env.get_state(begin)
        _, reward, terminated, truncated, info = self._advance(joint)
        self.env.set_state(first, begin)
        self._observation = self.env.observe()
        begins = np.zeros(self.env.world_count, np.bool_)
        begins[begin] = True
        start = info_of_start(self.env)
        info = {name: choose(begins, start[name], value) for name, value in info.items()}
        seen, reward = self._see(self._observation, self._team), np.where(begins, 0.0, reward)
        return seen, reward, terminated & ~begins, truncated & ~begins, info


def see_flat(observation: dict[str, np.ndarray], agents: slice) -> np.ndarray:
    """Return what `seen_by` does as one vector per world, agent after agent."""
    vectors = flatten(seen_by(observation, agents))
    return vectors.reshape(len(vectors), -1)


def at_world(observation: Observation, w: int) -> Observation:
    """Return the observation of one world."""
    return {name: value[w] for name, value in observation.items()} if isinstance(observation, dict) else observation[w]


def choose(mask: Bool[np.ndarray, " world"], some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Choose by the world, whatever axes follow."""
    return np.where(mask.reshape(-1, *[1] * (some.ndim - 1)), some, others)


def check_options(options: dict[str, Any] | None, known: tuple[str, ...]) -> None:
    """Raise ValueError for an option of `reset` that is not known."""
    if unknown := sorted(map(str, (options or {}).keys() - set(known))):
        raise ValueError(f"unknown option {unknown[0]!r} of reset, expected {' or '.join(known) or 'none'}")


def draw_seeds(random: np.random.Generator, count: int) -> list[int]:
    """Return seeds for worlds that were given none."""
    return random.integers(2**64, size=count, dtype=np.uint64).tolist()
