"""One world as an environment of Gymnasium."""

from typing import Any

import gymnasium
import numpy as np
from jaxtyping import Bool, UInt8

from hideseek.checks import check_integer
from hideseek.env.adapters import METADATA, as_actions, check_rendering, render_world, resolve_game
from hideseek.env.gymnasium.opponents import Opponent
from hideseek.env.gymnasium.team import Observation, TeamWorlds, at_world, check_options, draw_seeds
from hideseek.game.config import Game
from hideseek.game.random_stream import LARGEST_SEED

Info = dict[str, Any]


class HideAndSeekEnv(gymnasium.Env[Observation, np.ndarray]):
    """One world, all agents of one team as one player; its reward is the mean of theirs.

    Episodes end by truncation at the game's horizon, or by termination where a game can end before it.
    """

    metadata = METADATA.copy()

    def __init__(
        self,
        game: str | Game = "quadrant",
        *,
        team: str = "hiders",
        opponent: Opponent = "random",
        observation: str = "dict",
        render_mode: str | None = None,
        render_view: str = "oblique",
        **changes: object,
    ) -> None:
        """Allocate all memory.

        Args:
            game: a name from `hideseek.PRESETS`, or a game.
            team: "hiders" or "seekers".
            opponent: who plays the other team: "random", "still", a trained policy (`zoo:NAME`, the folder of a run, or
                what `hideseek.load_policy` returned), or a function, which is given a batch of one world
                (`hideseek.env.gymnasium.opponents.Opponent`).
            observation: "dict" for a dictionary of fields, "flat" for one vector of float32, member after member.
            render_mode: "rgb_array" for pictures.
            render_view: "oblique", or "top" for pictures straight from above.
            **changes: other values for fields of `hideseek.Game`.

        Raises:
            TypeError: if `game` is neither a name nor a Game.
            ValueError: if a name or a field is unknown, or a value is out of range.
        """
        check_rendering(render_mode, render_view)
        self.render_mode, self._render_view = render_mode, render_view
        self._worlds = TeamWorlds(resolve_game(game, changes), 1, team, opponent, observation, thread_count=1)
        self.game = self._worlds.env.game
        self.observation_space = self._worlds.observation_space
        self.action_space = self._worlds.action_space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Begin a new episode.

        Args:
            seed: starts the random stream anew; without one new layouts follow, the first from a seed of the system.
            options: there are none.

        Raises:
            ValueError: if `seed` is not below 2**64, or an option is given.
        """
        check_options(options, ())
        if seed is not None:
            check_integer("seed", seed, 0, LARGEST_SEED)
        super().reset(seed=seed)
        if seed is None and not self._worlds.env.started:
            seed = draw_seeds(self.np_random, 1)[0]
        observation, info = self._worlds.reset(None if seed is None else [seed])
        return at_world(observation, 0), _first_info(info)

    def step(self, action: np.ndarray) -> tuple[Observation, float, bool, bool, Info]:
        """Advance the world by 75 ms.

        Args:
            action: five integers per member of the team: buckets 0 .. 10 of the force along the world's x and y and of
                the torque (5 is none), whether to grab, whether to lock.

        Returns:
            Observation, reward, termination (before the horizon, in games that can end
            so), truncation (at the horizon) and info: "hidden" (no seeker sees a
            hider), "preparation" (the step belonged to it) and "statistics" (of the episode, named by
            `hideseek.game.statistics.STATISTIC_NAMES`; zeros before its last step).

        Raises:
            RuntimeError: before the first reset, and after the end of an episode.
            TypeError: if the action has no integers.
            ValueError: if the action is not in its space.
        """
        batch = as_actions("action", action, self._worlds.action_space.shape)[None]
        observation, reward, terminated, truncated, info = self._worlds.step(batch)
        return at_world(observation, 0), float(reward[0]), bool(terminated[0]), bool(truncated[0]), _first_info(info)

    def action_masks(self) -> Bool[np.ndarray, " choice"]:
        """Return which values of the coming action are of use, as sb3-contrib's MaskablePPO asks for them.

        The values of all parts of the action one after the other; seekers in preparation may only do nothing.

        Raises:
            RuntimeError: before the first reset.
        """
        return self._worlds.action_masks()[0]

    def render(self) -> UInt8[np.ndarray, "height width 3"]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a picture of the world.

        Raises:
            RuntimeError: if the environment was made without `render_mode`, or was not reset yet.
        """
        return render_world(self._worlds.env, 0, self.render_mode, self._render_view)


def _first_info(info: dict[str, np.ndarray]) -> Info:
    """Return a batch of one as plain values."""
    return {name: value[0] if value.ndim > 1 else bool(value[0]) for name, value in info.items()}
