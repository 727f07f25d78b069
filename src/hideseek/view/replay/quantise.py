"""Arrays of a replay as a file stores them: as small whole numbers, or as their differences from frame to frame."""

import math

import numpy as np

from hideseek.game.config import Game
from hideseek.game.lidar import NO_HIT
from hideseek.view.replay.content import ARRAYS, Replay, axis_lengths

STEPS = {"position": 0.001, "yaw": math.pi / 32767, "lidar": 0.035, "spot_place": 0.001, "spot_share": 1.0 / 255}
"""What one step of a stored number stands for [m, rad, m, m, 1]; 254 steps of the lidar exceed the floor's diagonal."""
LIDAR_NOTHING = 255
"""Stored where a ray hits nothing."""
STORED: dict[str, type[np.generic]] = {
    "wall_count": np.int32,
    "wall_centre": np.float32,
    "wall_half": np.float32,
    "cylinder_centre": np.float32,
    "cylinder_size": np.float32,
    "exists": np.uint8,
    "half_size": np.float32,
    "position": np.int16,
    "yaw": np.int16,
    "lock_team": np.int8,
    "grabbed": np.int8,
    "sees": np.uint8,
    "lidar": np.uint8,
    "movement": np.uint8,
    "grab": np.uint8,
    "lock": np.uint8,
    "reward": np.float32,
    "statistics": np.float32,
    "spot_place": np.int16,
    "spot_share": np.uint8,
}
"""Of what type each array is in a file."""
DIFFERENCES = ("position", "yaw", "lidar", "spot_place", "spot_share")
"""Stored as the difference from the frame before, wrapped to the type's range: they hardly change, and pack well."""

LATER = ("cylinder_centre", "cylinder_size", "spot_place", "spot_share")
"""Left out where there is nothing in them, as in files of older versions."""


def stored_names(game: Game) -> tuple[str, ...]:
    """Return the names of the arrays that a file of a game stores."""
    lengths = axis_lengths(game, 1, 1)
    return tuple(name for name in STORED if name not in LATER or all(lengths[axis] for axis in ARRAYS[name].axes))


def stored_shapes(game: Game, episodes: int, statistics: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array that a file stores: bits of `sees` are packed, eight bodies to a byte."""
    lengths = axis_lengths(game, episodes, statistics)
    shapes = {name: tuple(lengths[axis] for axis in ARRAYS[name].axes) for name in stored_names(game)}
    shapes["sees"] = (*shapes["sees"][:-1], -(-lengths["body"] // 8))
    return shapes


def quantise(replay: Replay) -> dict[str, np.ndarray]:
    """Return the stored arrays of a replay."""
    values = {name: getattr(replay, name) for name in stored_names(replay.game)}
    values["yaw"] = _wrapped(replay.yaw.astype(np.float64))
    for name, step in STEPS.items():
        if name in values:
            values[name] = np.rint(values[name] / step)
    values["position"] = np.clip(values["position"], -32767, 32767)
    values["lidar"] = np.where(replay.lidar == NO_HIT, LIDAR_NOTHING, np.minimum(values["lidar"], LIDAR_NOTHING - 1))
    values["sees"] = np.packbits(replay.sees, axis=-1, bitorder="little")
    stored = {name: values[name].astype(STORED[name]) for name in values}
    return {name: _differences(x) if name in DIFFERENCES else x for name, x in stored.items()}


def restored(stored: dict[str, np.ndarray], game: Game) -> dict[str, np.ndarray]:
    """Return the arrays of a replay from those that a file stores, of the right types and shapes.

    What the file has none of is empty.

    Raises:
        ValueError: if a flag is neither 0 nor 1, or there are bits for bodies that are none.
    """
    values = {name: np.cumsum(x, axis=1, dtype=x.dtype) if name in DIFFERENCES else x for name, x in stored.items()}
    lengths, body_count = axis_lengths(game, len(stored["wall_count"]), 0), game.counts.body
    for name in LATER:
        values.setdefault(name, np.zeros([lengths[axis] for axis in ARRAYS[name].axes], STORED[name]))
    nothing = values["lidar"] == LIDAR_NOTHING
    for name, step in STEPS.items():
        values[name] = values[name] * np.float32(step)
    values["lidar"][nothing] = NO_HIT
    values["sees"] = np.unpackbits(values["sees"], axis=-1, bitorder="little")
    if values["sees"][..., body_count:].any():
        raise ValueError(f"sees has bits for bodies after the last, expected {body_count} bodies")
    values["sees"] = values["sees"][..., :body_count]
    for name, array in ARRAYS.items():
        if array.kind == "b":
            if values[name].size and values[name].max() > 1:
                raise ValueError(f"{name} has the value {values[name].max()}, expected 0 or 1")
            values[name] = values[name].astype(np.bool_)
    return values


def _differences(x: np.ndarray) -> np.ndarray:
    """Return the first frame, then what each adds to the one before: whole numbers that wrap around."""
    return np.concatenate([x[:, :1], x[:, 1:] - x[:, :-1]], axis=1)


def _wrapped(angle: np.ndarray) -> np.ndarray:
    """Return angles within (-pi, pi]."""
    return math.pi - np.mod(math.pi - angle, 2.0 * math.pi)
