"""A batch of worlds as a vector environment of Gymnasium."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from jaxtyping import Bool, Float64, UInt8

from hideseek.checks import check_array, check_choice, check_instance, check_integer
from hideseek.env.adapters import METADATA, as_actions, check_rendering, render_world, resolve_game
from hideseek.env.gymnasium.opponents import Opponent
from hideseek.env.gymnasium.team import Observation, TeamWorlds, at_world, check_options, choose, draw_seeds
from hideseek.game.config import Game
from hideseek.game.random_stream import LARGEST_SEED

MODES = {mode.value: mode for mode in AutoresetMode}
Info = dict[str, Any]


class HideAndSeekVectorEnv(VectorEnv[Observation, np.ndarray, np.ndarray]):
    """A batch of worlds, stepped together, each as in `HideAndSeekEnv`.

    World i with seed s is a `HideAndSeekEnv` with seed s + i. By default a world whose episode ends is reset within the
    same step; what it showed last is in `infos["final_obs"]` and `infos["final_info"]`.
    """

    metadata = METADATA | {"autoreset_mode": AutoresetMode.SAME_STEP}

    def __init__(
        self,
        game: str | Game = "quadrant",
        num_envs: int = 1,
        *,
        team: str = "hiders",
        opponent: Opponent = "random",
        observation: str = "dict",
        autoreset_mode: str | AutoresetMode = AutoresetMode.SAME_STEP,
        render_mode: str | None = None,
        render_view: str = "oblique",
        thread_count: int | None = None,
        **changes: object,
    ) -> None:
        """Allocate all memory; see `HideAndSeekEnv` for what is not here.

        Args:
            game: as there.
            num_envs: number of worlds.
            team: as there.
            opponent: as there; a function is given all worlds in one call.
            observation: as there.
            autoreset_mode: one of Gymnasium's, or its value. "SameStep": a world whose episode ends begins the next one
                in the same step. "NextStep": in the next step, which ignores its action and has no reward. "Disabled":
                never; `reset(options={"reset_mask": ...})` begins it before the next step.
            render_mode: as there.
            render_view: as there.
            thread_count: number of threads, all cores by default.
            **changes: as there.

        Raises:
            TypeError: if `game` is neither a name nor a Game.
            ValueError: if a name or a field is unknown, or a value is out of range.
        """
        check_integer("num_envs", num_envs, 1)
        check_rendering(render_mode, render_view)
        if not isinstance(autoreset_mode, AutoresetMode):
            check_choice("autoreset_mode", autoreset_mode, tuple(MODES))
            autoreset_mode = MODES[autoreset_mode]
        self.metadata = {**self.metadata, "autoreset_mode": autoreset_mode}
        self._mode, self._over = autoreset_mode, np.zeros(num_envs, np.bool_)
        self.num_envs = num_envs
        self.render_mode, self._render_view = render_mode, render_view
        self._worlds = TeamWorlds(resolve_game(game, changes), num_envs, team, opponent, observation, thread_count)
        self.game = self._worlds.env.game
        self.single_observation_space = self._worlds.observation_space
        self.single_action_space = self._worlds.action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._action_shape = (num_envs, *self._worlds.action_space.shape)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Begin new episodes.

        Args:
            seed: starts the random streams anew: that of world i with `seed` + i, or with `seed[i]`. Without one, or
                where it is None, new layouts follow, the first from seeds of the system.
            options: "reset_mask", booleans [world], resets these worlds alone.

        Raises:
            RuntimeError: if the first reset is not of all worlds.
            TypeError: if "reset_mask" is no array of booleans.
            ValueError: if a seed is not an integer from 0 to 2**64 - 1, if there is not one for each world, if
                "reset_mask" has another shape or names no world, or if there is another option.
        """
        check_options(options, ("reset_mask",))
        mask = self._reset_mask(options)
        seeds = self._seeds(seed)
        super().reset(seed=seeds[0] if isinstance(seed, int | np.integer) else None)
        if not self._worlds.env.started:
            drawn = draw_seeds(self.np_random, self.num_envs)
            seeds = [new if given is None else given for given, new in zip(seeds, drawn, strict=True)]
        fresh = {w: value for w, value in enumerate(seeds) if mask[w] and value is not None}
        self._over[mask] = False
        going_on = [w for w in np.flatnonzero(mask).tolist() if w not in fresh]
        if fresh:
            observation, info = self._worlds.reset(list(fresh.values()), list(fresh))
        if going_on:
            observation, info = self._worlds.reset(worlds=going_on)
        return observation, _with_masks(_only(mask, info), mask)

    def step(
        self, actions: np.ndarray
    ) -> tuple[
        Observation, Float64[np.ndarray, " world"], Bool[np.ndarray, " world"], Bool[np.ndarray, " world"], Info
    ]:
        """Advance all worlds by 75 ms.

        Args:
            actions: [world, 5 per member], each as in `HideAndSeekEnv.step`.

        Returns:
            Observations, rewards, terminations (before the horizon), truncations (at the horizon) and infos. Where an
            episode ended and is reset in the same step, observation and info are those of the next one's beginning;
            "final_obs" and "final_info" are of the end.

        Raises:
            RuntimeError: before the first reset; where an episode is over and nothing resets its world.
            TypeError: if actions are no integers.
            ValueError: if actions are not in their space.
        """
        begin = np.flatnonzero(self._over) if self._mode is AutoresetMode.NEXT_STEP else None
        actions = as_actions("actions", actions, self._action_shape)
        observation, reward, terminated, truncated, info = self._worlds.step(actions, begin)
        self._over = done = terminated | truncated
        infos: Info = {}
        if self._mode is AutoresetMode.SAME_STEP and done.any():
            infos = self._final(observation, info, done)
            observation, start = self._worlds.reset(worlds=np.flatnonzero(done))
            info = {name: choose(done, start[name], value) for name, value in info.items()}
        infos |= _with_masks(info, np.ones(self.num_envs, np.bool_))
        return observation, reward, terminated, truncated, infos

    def action_masks(self) -> Bool[np.ndarray, "world choice"]:
        """Return which values of the coming actions are of use; see `HideAndSeekEnv.action_masks`.

        Raises:
            RuntimeError: before the first reset.
        """
        return self._worlds.action_masks()

    def render(self) -> tuple[UInt8[np.ndarray, "height width 3"], ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a picture of each world.

        Raises:
            RuntimeError: if the environment was made without `render_mode`, or was not reset yet.
        """
        return tuple(
            render_world(self._worlds.env, w, self.render_mode, self._render_view) for w in range(self.num_envs)
        )

    def _reset_mask(self, options: dict[str, Any] | None) -> Bool[np.ndarray, " world"]:
        if not options:
            return np.ones(self.num_envs, np.bool_)
        mask = options["reset_mask"]
        check_array("reset_mask", mask, (self.num_envs,), "b")
        if not mask.any():
            raise ValueError("reset_mask names no world, expected at least one")
        return mask

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        """Return each world's seed, None where its stream runs on."""
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            check_integer("seed", seed, 0, LARGEST_SEED - self.num_envs + 1)
            return [int(seed) + i for i in range(self.num_envs)]
        check_instance("seed", seed, (Sequence, np.ndarray), "an integer, or a sequence of one for each world")
        seeds = list(seed)
        if len(seeds) != self.num_envs:
            raise ValueError(f"seed has {len(seeds)} values, expected one for each of {self.num_envs} worlds")
        for value in seeds:
            if value is not None:
                check_integer("seed", value, 0, LARGEST_SEED)
        return seeds

    def _final(self, observation: Observation, info: dict[str, np.ndarray], done: np.ndarray) -> Info:
        """Return the infos about episodes that ended, in the layout of Gymnasium's own vector environments."""
        final = np.full(self.num_envs, None, object)
        for w in np.flatnonzero(done).tolist():
            final[w] = at_world(observation, w)
        return _with_masks({"final_obs": final, "final_info": _with_masks(_only(done, info), done)}, done)


def _with_masks(info: dict[str, Any], mask: Bool[np.ndarray, " world"]) -> Info:
    """Add to each entry the mask that says in which worlds it holds."""
    return {key: value for name in info for key, value in ((name, info[name]), (f"_{name}", mask.copy()))}


def _only(mask: Bool[np.ndarray, " world"], info: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Set infos to zero in all worlds but those of the mask."""
    return {name: choose(mask, value, np.zeros_like(value)) for name, value in info.items()}
