"""What a replay holds: whole episodes of one game, as arrays that lead with the episode."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int8, Int32, UInt8

from hideseek.checks import check_array, check_instance, check_integer, check_name, shown
from hideseek.game.config import LIDAR_RAYS, MOVEMENT_BUCKETS, Game, check_game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record, allocate_record
from hideseek.sim.state import Bodies, allocate_bodies

FARTHEST = 33.0
"""Positions are at most this far from the floor's corner along each axis, a little more than a file can hold [m]."""
SHORTEST = 0.001
"""Half extents of what exists are at least as long [m]."""
LARGEST_VALUE = 1e9
"""Of rewards and statistics."""


class Array(NamedTuple):
    """What is known of an array of a replay."""

    axes: tuple[str, ...]
    """What each axis counts."""
    kind: str
    """As in `hideseek.checks.KINDS`."""
    least: float | None = None
    most: str | float | None = None
    """Largest value: a number, or the name of the axis whose length it is."""


ARRAYS: dict[str, Array] = {
    "wall_count": Array(("episode",), "i", 0, "wall"),
    "wall_centre": Array(("episode", "wall", "xyz"), "f", 0.0, FLOOR_SIZE),
    "wall_half": Array(("episode", "wall", "xyz"), "f", 0.0, FLOOR_SIZE),
    "cylinder_centre": Array(("episode", "cylinder", "xyz"), "f", 0.0, FLOOR_SIZE),
    "cylinder_size": Array(("episode", "cylinder", "radius and half height"), "f", 0.0, FLOOR_SIZE),
    "exists": Array(("episode", "body"), "b"),
    "half_size": Array(("episode", "body", "xyz"), "f", 0.0, FLOOR_SIZE),
    "position": Array(("episode", "frame", "body", "xyz"), "f", -FARTHEST, FARTHEST),
    "yaw": Array(("episode", "frame", "body"), "f"),
    "lock_team": Array(("episode", "frame", "object"), "i", -1, 1),
    "grabbed": Array(("episode", "frame", "agent"), "i", -1, "last object"),
    "sees": Array(("episode", "frame", "agent", "body"), "b"),
    "lidar": Array(("episode", "frame", "agent", "ray"), "f", 0.0),
    "movement": Array(("episode", "step", "agent", "xyz"), "u", 0, MOVEMENT_BUCKETS - 1),
    "grab": Array(("episode", "step", "agent"), "b"),
    "lock": Array(("episode", "step", "agent"), "b"),
    "reward": Array(("episode", "step", "agent"), "f", -LARGEST_VALUE, LARGEST_VALUE),
    "statistics": Array(("episode", "step", "statistic"), "f", -LARGEST_VALUE, LARGEST_VALUE),
    "spot_place": Array(("episode", "frame", "spot", "xyz"), "f", -FARTHEST, FARTHEST),
    "spot_share": Array(("episode", "frame", "spot"), "f", 0.0, 1.0),
}
"""All arrays of a replay, in the order of the fields of `Replay`."""

FIXED = ("wall_count", "wall_centre", "wall_half", "cylinder_centre", "cylinder_size", "exists", "half_size")
"""Those that stay the same during an episode, under the names that they have in `Bodies`."""


def axis_lengths(game: Game, episodes: int, statistics: int) -> dict[str, int]:
    """Return how long each axis that `ARRAYS` names is."""
    counts = game.counts
    return {
        "episode": episodes,
        "frame": game.horizon + 1,
        "step": game.horizon,
        "body": counts.body,
        "agent": counts.agent,
        "object": counts.object,
        "wall": counts.wall,
        "cylinder": counts.cylinder,
        "xyz": 3,
        "radius and half height": 2,
        "ray": LIDAR_RAYS,
        "statistic": statistics,
        "spot": game.objective.spot_count,
        "last object": counts.object - 1,
    }


@dataclass(frozen=True, eq=False)
class Replay:
    """Whole episodes of one game: what can be seen of the worlds, what was done in them, and what came of it.

    Frame t = 0 .. horizon is the state before step t, the last one that after the last step. Bodies are ordered agents
    (hiders, then seekers), boxes, ramps; objects are boxes, then ramps. Lengths [m], angles [rad].
    """

    game: Game
    hiders: str
    """Who played the hiders."""
    seekers: str
    about: dict[str, Any]
    """Whatever else there is to know (seed, iteration, versions), as JSON has it."""
    statistic_names: tuple[str, ...]
    """Of the last axis of `statistics`."""

    wall_count: Int32[np.ndarray, " episode"]
    """Walls 0 .. wall_count - 1 exist."""
    wall_centre: Float32[np.ndarray, "episode wall 3"]
    wall_half: Float32[np.ndarray, "episode wall 3"]
    cylinder_centre: Float32[np.ndarray, "episode cylinder 3"]
    cylinder_size: Float32[np.ndarray, "episode cylinder 2"]
    """Radius and half the height."""
    exists: Bool[np.ndarray, "episode body"]
    half_size: Float32[np.ndarray, "episode body 3"]
    """Half extents in body axes; an agent's are its radius."""
    position: Float32[np.ndarray, "episode frame body 3"]
    """Of the bodies' centres; zero for those that do not exist."""
    yaw: Float32[np.ndarray, "episode frame body"]
    lock_team: Int8[np.ndarray, "episode frame object"]
    """-1 unlocked, 0 locked by the hiders, 1 by the seekers."""
    grabbed: Int8[np.ndarray, "episode frame agent"]
    """The object that the agent holds, -1 for none."""
    sees: Bool[np.ndarray, "episode frame agent body"]
    """Whether the agent has the body in sight; every agent sees itself."""
    lidar: Float32[np.ndarray, "episode frame agent ray"]
    """As the game's observation: distances, every 12 degrees counter-clockwise from the world's x axis."""
    movement: UInt8[np.ndarray, "episode step agent 3"]
    """Buckets 0 .. 10, as the environment's action."""
    grab: Bool[np.ndarray, "episode step agent"]
    lock: Bool[np.ndarray, "episode step agent"]
    reward: Float32[np.ndarray, "episode step agent"]
    statistics: Float32[np.ndarray, "episode step statistic"]
    """Of the episode up to and including the step."""
    spot_place: Float32[np.ndarray, "episode frame spot 3"]
    """Of food, or of sites to build on."""
    spot_share: Float32[np.ndarray, "episode frame spot"]
    """What there is of each: 1 for a whole food or a site, 0 where there is nothing."""

    def __post_init__(self) -> None:
        check_game(self.game)
        for name in ("hiders", "seekers"):
            check_name(name, getattr(self, name))
        _check_about(self.about)
        _check_names(self.statistic_names)
        check_array("position", self.position, ("episode", "frame", "body", 3), "f")
        if not len(self.position):
            raise ValueError("position has no episode, expected at least one")
        lengths = axis_lengths(self.game, len(self.position), len(self.statistic_names))
        for name, array in ARRAYS.items():
            _check_values(name, getattr(self, name), array, lengths)
        _check_extents("half_size", self.half_size, self.exists)
        walls = np.arange(lengths["wall"]) < self.wall_count[:, None]
        _check_extents("wall_half", self.wall_half, walls)
        _check_extents("cylinder_size", self.cylinder_size, np.ones(self.cylinder_size.shape[:2], np.bool_))

    @property
    def episodes(self) -> int:
        """How many there are."""
        return len(self.position)

    def restore(self, episode: int, step: int) -> tuple[Bodies, Record]:
        """Return one world as it was at a frame, for whatever draws or measures worlds.

        A replay does not hold all of the state: bodies are at rest, random streams zero, and where an object is locked
        the first agent of the team counts as its owner. A game cannot be played on from here.

        Args:
            episode: which one, from 0.
            step: the frame, from 0 to the game's horizon.

        Raises:
            ValueError: if there is no such episode or frame.
        """
        check_integer("episode", episode, 0, self.episodes - 1)
        check_integer("step", step, 0, self.game.horizon)
        game, counts = self.game, self.game.counts
        bodies, record = allocate_bodies(1, counts), allocate_record(1, counts)
        for name in FIXED:
            getattr(bodies, name)[0] = getattr(self, name)[episode]
        bodies.pose[0, :, :3] = self.position[episode, step]
        bodies.pose[0, :, 3] = self.yaw[episode, step]
        bodies.weld_object[0] = self.grabbed[episode, step]
        bodies.locked[0] = self.lock_team[episode, step] >= 0
        bodies.lock_pose[0] = bodies.pose[0, counts.agent :]
        record.step[0] = step
        record.lock_owner[0] = np.where(self.lock_team[episode, step] == 1, game.hiders, 0)
        record.sees_agent[0] = self.sees[episode, step, :, : counts.agent]
        record.sees_object[0] = self.sees[episode, step, :, counts.agent :]
        record.start_position[0] = self.position[episode, 0, counts.agent :]
        return bodies, record

    def spots(self, episode: int, step: int) -> Spots | None:
        """Return the food or the sites of the world that `restore` returns, None where its game has none."""
        if not self.game.objective.spot_count:
            return None
        return Spots(self.spot_place[episode, step][None], self.spot_share[episode, step][None])


def _check_about(about: object) -> None:
    check_instance("about", about, dict, "a dictionary")
    try:
        again = json.loads(json.dumps(about, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"about is {shown(about)}, expected what JSON can hold: {error}") from error
    if again != about:
        raise ValueError(f"about is {shown(about)}, expected what JSON gives back as it is")


def _check_names(names: object) -> None:
    if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"statistic_names is {shown(names)}, expected a tuple of strings")
    if len(set(names)) != len(names):
        raise ValueError(f"statistic_names is {shown(names)}, expected each name once")
    for name in names:
        check_name("name of statistic_names", name)


def _check_values(name: str, value: np.ndarray, array: Array, lengths: dict[str, int]) -> None:
    """Raise TypeError or ValueError unless an array is of the kind, shape and range that `array` says."""
    check_array(name, value, tuple(lengths[axis] for axis in array.axes), array.kind)
    if array.kind == "f" and not np.isfinite(value).all():
        raise ValueError(f"{name} has values that are not finite, expected numbers")
    if array.kind == "b" or not value.size:
        return
    most = lengths[array.most] if isinstance(array.most, str) else array.most
    low, high = value.min(), value.max()
    if array.least is not None and low < array.least:
        raise ValueError(f"{name} has the value {low:g}, expected at least {array.least:g}")
    if most is not None and high > most:
        raise ValueError(f"{name} has the value {high:g}, expected at most {most:g}")


def _check_extents(name: str, half: np.ndarray, exists: np.ndarray) -> None:
    """Raise ValueError where something exists that is too short to be drawn."""
    if exists.any() and (least := half[exists].min()) < SHORTEST:
        raise ValueError(f"{name} has the value {least:g} of what exists, expected at least {SHORTEST:g}")
