"""What the adapters to other libraries (`hideseek.env.pettingzoo`, `hideseek.env.gymnasium`) share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Int8, UInt8

from hideseek.checks import check_choice, shown
from hideseek.env.batch import RENDER_VIEWS, HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS, Game, check_game, make_game
from hideseek.game.statistics import STATISTIC_NAMES

ACTION_CHOICES = (MOVEMENT_BUCKETS,) * 3 + (2, 2)
"""How many values each part of an agent's action has: force along x and y, torque, grab, lock."""
_CHOICES = np.array(ACTION_CHOICES)
METADATA: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 1 / 0.075}
"""As both libraries want it: a frame is an environment step, 75 ms of simulated time."""

OBSERVATIONS = ("dict", "flat")
"""How an agent is told what it sees: a dictionary of fields, or all of them as one vector of float32."""
NO_ACTION = (5, 5, 5, 0, 0)
"""Neither force nor torque, nothing grabbed, nothing locked."""


def resolve_game(game: str | Game, changes: Mapping[str, Any]) -> Game:
    """Return a game by name, or as it is, with some fields changed.

    Raises:
        TypeError: if `game` is neither a name nor a Game.
        ValueError: if the name or a field does not exist, or a value is out of range.
    """
    if isinstance(game, str):
        return make_game(game, **changes)
    check_game(game)
    return game.changed(**changes)


def check_rendering(render_mode: str | None, render_view: str) -> None:
    """Raise ValueError for a mode or a view that does not exist."""
    if render_mode is not None:
        check_choice("render_mode", render_mode, METADATA["render_modes"])
    check_choice("render_view", render_view, RENDER_VIEWS)


def render_world(
    env: HideAndSeek, w: int, render_mode: str | None, render_view: str
) -> UInt8[np.ndarray, "height width 3"]:
    """Return a picture of world `w`, obliquely or from above.

    Raises:
        RuntimeError: if the environment was made without `render_mode`, or was not reset yet.
    """
    if render_mode is None:
        raise RuntimeError("render was called, but the environment was made without render_mode='rgb_array'")
    return env.render(w, render_view)


def as_actions(name: str, value: object, shape: tuple[int, ...]) -> Int8[np.ndarray, "..."]:
    """Return actions as an array [..., 5], each of `ACTION_CHOICES`.

    Args:
        name: what errors call it.
        value: an array or a sequence of integers, its last axis 5 numbers per agent.
        shape: the shape that is expected.

    Raises:
        TypeError: if they are no integers.
        ValueError: if their shape or a value is not as expected.
    """
    try:
        actions = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{name} is {shown(value)}, expected integers of shape {shape}") from error
    if not np.issubdtype(actions.dtype, np.integer):
        raise TypeError(f"{name} is {shown(value)}, expected integers")
    if actions.shape != shape:
        raise ValueError(f"{name} has shape {actions.shape}, expected {shape}")
    actions = actions.reshape(*shape[:-1], -1, len(ACTION_CHOICES))
    fine = (actions >= 0) & (actions < _CHOICES)
    if not fine.all():
        bad = actions[~fine.all(axis=-1)][0]
        raise ValueError(f"{name} has {bad.tolist()} for an agent, expected 0 to below {list(ACTION_CHOICES)}")
    return actions.astype(np.int8)


def action_masks(env: HideAndSeek) -> Bool[np.ndarray, "world agent choice"]:
    """Return which values of the coming action are of use, the values of all `ACTION_CHOICES` one after the other.

    Seekers in preparation do nothing whatever they choose; of each choice they have `NO_ACTION` alone.

    Raises:
        RuntimeError: before the first reset.
    """
    if not env.started:
        raise RuntimeError("action_masks was called before the first reset")
    masks = np.ones((env.world_count, env.game.agents, sum(ACTION_CHOICES)), np.bool_)
    nothing = np.concatenate([np.arange(n) == k for n, k in zip(ACTION_CHOICES, NO_ACTION, strict=True)])
    masks[env.record.step < env.game.preparation_steps, env.game.hiders :] = nothing
    return masks


def info_of_start(env: HideAndSeek) -> dict[str, np.ndarray]:
    """Return what `info_of_step` does, for worlds whose episode has just begun.

    There was no step yet: "preparation" says whether the first one belongs to preparation.
    """
    game, worlds = env.game, env.world_count
    sees_hider = env.record.sees_agent[:, game.hiders : game.agents, : game.hiders].any(axis=(1, 2))
    return {
        "hidden": np.logical_not(sees_hider),
        "preparation": np.full(worlds, game.preparation_steps > 0),
        "statistics": np.zeros((worlds, len(STATISTIC_NAMES)), np.float32),
        **{name: np.zeros((worlds, 1), np.float32) for name in game.objective.metric_names},
    }


def info_of_step(env: HideAndSeek, done: np.ndarray, info: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return copies of a step's "hidden", "preparation" and "statistics", and of what the objective measures by name.

    Statistics and measures are zero before the episode's end. The fields are the same at every step, as some learners
    make buffers for them after the first reset.
    """
    at_end = {name: np.where(done[:, None], info[name], np.float32(0.0)) for name in ("statistics", "metrics")}
    names = env.game.objective.metric_names
    return {
        "hidden": info["hidden"].copy(),
        "preparation": info["preparation"].copy(),
        "statistics": at_end["statistics"],
        **{name: at_end["metrics"][:, i : i + 1] for i, name in enumerate(names)},
    }


def ends_of_step(
    done: Bool[np.ndarray, " world"], info: dict[str, np.ndarray]
) -> tuple[Bool[np.ndarray, " world"], Bool[np.ndarray, " world"]]:
    """Return whose episode ended before its horizon, and whose there: termination and truncation."""
    return info["terminated"].copy(), done & ~info["terminated"]
