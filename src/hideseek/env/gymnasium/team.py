"""Worlds as one team sees and plays them: what both of Gymnasium's environments are made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from jaxtyping import Bool, Float64, Int8

from hideseek.checks import check_choice
from hideseek.env.actor_observation import seen_by
from hideseek.env.adapters import ACTION_CHOICES, info_of_start, info_of_step
from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium.opponents import Opponent, act_as, check_opponent
from hideseek.env.spaces import action_space, observation_space
from hideseek.game.config import Game

TEAMS = ("hiders", "seekers")


class TeamWorlds:
    """`world_count` worlds of one game; all agents of one team have one controller, an opponent plays the other.

    A world whose episode is over stays as it is until it is reset.

    Attributes:
        env: the worlds.
        observation_space, action_space: of the team in one world.
    """

    def __init__(
        self, game: Game, world_count: int, team: str, opponent: Opponent, thread_count: int | None = None
    ) -> None:
        """Allocate all memory.

        Raises:
            ValueError: if an argument is out of range, or the team has no member.
        """
        check_choice("team", team, TEAMS)
        check_opponent(opponent)
        hiders, seekers = slice(0, game.hiders), slice(game.hiders, game.agents)
        self._team, self._other = (hiders, seekers) if team == "hiders" else (seekers, hiders)
        members = self._team.stop - self._team.start
        if members == 0:
            raise ValueError(f"team is {team!r}, expected one that the game has members of")
        self._opponent = opponent
        self.env = HideAndSeek(game, world_count, thread_count=thread_count, autoreset=False)
        self.observation_space: spaces.Dict = observation_space(game, members)
        self.action_space: spaces.MultiDiscrete = action_space(members)
        self._observation: dict[str, np.ndarray] = {}

    def reset(
        self, seed: Sequence[int] | None = None, worlds: Sequence[int] | np.ndarray | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Begin a new episode in `worlds` (all by default), each with a seed of its own or as its stream goes on.

        Returns:
            What the team sees in all worlds [world, member, ...], and infos as of a beginning [world, ...].
        """
        self._observation = self.env.reset(seed, worlds)
        return self._seen(), info_of_start(self.env)

    def step(
        self, actions: Int8[np.ndarray, "world member 5"]
    ) -> tuple[dict[str, np.ndarray], Float64[np.ndarray, " world"], Bool[np.ndarray, " world"], dict[str, np.ndarray]]:
        """Advance all worlds by 75 ms.

        Args:
            actions: of all members, in their space.

        Returns:
            What the team sees, the mean of its members' rewards, whether the episode is over, and infos: new arrays.

        Raises:
            RuntimeError: before the first reset, or where an episode is over and its world was not reset.
            TypeError, ValueError: if the opponent returned what are no actions; nothing is changed then.
        """
        if not self.env.started:
            raise RuntimeError("step was called before the first reset")
        joint = np.empty((self.env.world_count, self.env.game.agents, len(ACTION_CHOICES)), np.int8)
        joint[:, self._team] = actions
        joint[:, self._other] = act_as(self._opponent, self.env, self._observation, self._other)
        self._observation, reward, done, info = self.env.step(joint[..., :3], joint[..., 3], joint[..., 4])
        mean = reward[:, self._team].mean(axis=1, dtype=np.float64)
        return self._seen(), mean, done.copy(), info_of_step(done, info)

    def _seen(self) -> dict[str, np.ndarray]:
        return seen_by(self._observation, self._team)


def check_options(options: dict[str, Any] | None, known: tuple[str, ...]) -> None:
    """Raise ValueError for an option of `reset` that is not known."""
    if unknown := sorted(map(str, (options or {}).keys() - set(known))):
        raise ValueError(f"unknown option {unknown[0]!r} of reset, expected {' or '.join(known) or 'none'}")


def draw_seeds(random: np.random.Generator, count: int) -> list[int]:
    """Return seeds for worlds that were given none."""
    return random.integers(2**64, size=count, dtype=np.uint64).tolist()
