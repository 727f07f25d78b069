"""Symmetries of the game: what a reflection of the room makes of bodies, walls and actions."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Integer

from hideseek.checks import check_choice
from hideseek.game.config import MOVEMENT_BUCKETS, Game, check_game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.sim.state import Bodies, Counts


class Symmetry(NamedTuple):
    """A map of the floor onto itself that is its own inverse.

    (x, y), counted from the middle of the floor, becomes (`sign_x` * x, `sign_y` * y), or (`sign_x` * y, `sign_y` * x)
    with `swaps`, where both signs are equal.
    """

    swaps: bool
    sign_x: int
    sign_y: int

    @property
    def turn(self) -> int:
        """-1 where left and right change places, and with them the directions of rotation; else 1."""
        return self.sign_x * self.sign_y * (-1 if self.swaps else 1)

    @property
    def yaw_of_zero(self) -> float:
        """Yaw of the image of what has yaw 0, and so looks or climbs along -y, if it is symmetric about that axis."""
        x, y = (-self.sign_x, 0) if self.swaps else (0, -self.sign_y)
        return math.atan2(x, -y)

    def __str__(self) -> str:
        """Return what becomes of (x, y), in the world's coordinates."""
        names = "yx" if self.swaps else "xy"
        signs = zip(names, (self.sign_x, self.sign_y), strict=True)
        return f"(x, y) -> ({', '.join(name if sign > 0 else f'{FLOOR_SIZE:g} - {name}' for name, sign in signs)})"


IDENTITY = Symmetry(swaps=False, sign_x=1, sign_y=1)
SYMMETRIES: dict[str, tuple[Symmetry, ...]] = {
    "quadrant": (IDENTITY, Symmetry(swaps=True, sign_x=-1, sign_y=-1)),
    "random_walls": (IDENTITY, Symmetry(False, -1, 1), Symmetry(False, 1, -1), Symmetry(False, -1, -1)),
}
"""Of each layout. The quadrant's room is in the lower right corner: the diagonal through that corner reflects it onto
itself, and its two walls with doors onto each other."""


def symmetries_of(game: Game) -> tuple[Symmetry, ...]:
    """Return the symmetries of a game, the identity first.

    Raises:
        TypeError: if `game` is no Game.
        ValueError: if the game is not the same when it is reflected.
    """
    check_game(game)
    if game.original_quirks:
        raise ValueError(
            "original_quirks is True, expected False in mirrored play: positions are corners there, not centres"
        )
    if game.objective.entities:
        raise ValueError(
            f"objective is {game.objective.name!r}, expected one without {' and '.join(game.objective.entities)} in"
            " mirrored play: only bodies and walls are reflected"
        )
    check_choice("layout of the game in mirrored play", game.layout.name, tuple(SYMMETRIES))
    for symmetry in SYMMETRIES[game.layout.name]:
        corners = np.reshape(game.area, (2, 2))
        _reflect_places(symmetry, corners)
        image = np.sort(corners, axis=0).ravel()
        if not np.allclose(image, game.area, rtol=0.0, atol=1e-5):
            shown = ", ".join(f"{bound:g}" for bound in image)
            raise ValueError(
                f"area is {game.area}, expected one that mirrored play does not change: {symmetry} makes it ({shown})"
            )
    return SYMMETRIES[game.layout.name]


def reflect_bodies(symmetry: Symmetry, counts: Counts, bodies: Bodies, worlds: slice) -> None:
    """Replace some worlds by their images, in place.

    Agents and ramps are symmetric about their local y axis, along which they look or climb: their heading is reflected.
    A box is symmetric about both axes. Its yaw changes sign with the direction of rotation, and where x and y change
    places its sizes do so, too; so boxes that stand along the walls stay at yaw 0, as in the game's own layouts.
    """
    pose, lock_pose, velocity = bodies.pose[worlds], bodies.lock_pose[worlds], bodies.velocity[worlds]
    for places in (pose, lock_pose, bodies.wall_centre[worlds]):
        _reflect_places(symmetry, places)
    _reflect_directions(symmetry, velocity)
    agents, boxes_end = counts.agent, counts.agent + counts.box
    for turning in (pose, lock_pose, velocity):
        turning[..., 3] *= symmetry.turn
    for headed in (pose[:, :agents], pose[:, boxes_end:], lock_pose[:, counts.box :]):
        headed[..., 3] += symmetry.yaw_of_zero
    _reflect_held(symmetry, counts, bodies.weld_pose[worlds], bodies.weld_object[worlds])
    if symmetry.swaps:
        for sizes in (bodies.half_size[worlds, agents:boxes_end], bodies.wall_half[worlds]):
            sizes[..., :2] = sizes[..., 1::-1].copy()


def _reflect_held(
    symmetry: Symmetry,
    counts: Counts,
    weld_pose: Float32[np.ndarray, "world agent 4"],
    weld_object: Integer[np.ndarray, "world agent"],
) -> None:
    """Replace the poses of held objects in their agents' frames by those of their images: left becomes right."""
    weld_pose[..., 0] *= symmetry.turn
    weld_pose[..., 3] *= symmetry.turn
    weld_pose[..., 3] -= np.where(weld_object < counts.box, np.float32(symmetry.yaw_of_zero), 0)  # ramps turn as well


def _reflect_places(symmetry: Symmetry, places: Float[np.ndarray, "*item axis"]) -> None:
    """Replace x and y, the first coordinates of places [m], by those of their images."""
    _reflect_directions(symmetry, places)
    for axis, sign in enumerate((symmetry.sign_x, symmetry.sign_y)):
        if sign < 0:
            places[..., axis] += FLOOR_SIZE


def _reflect_directions(symmetry: Symmetry, directions: Float[np.ndarray, "*item axis"]) -> None:
    """Replace x and y, the first coordinates of directions, by those of their images."""
    if symmetry.swaps:
        directions[..., :2] = directions[..., 1::-1].copy()
    directions[..., :2] *= np.array([symmetry.sign_x, symmetry.sign_y], directions.dtype)


def reflect_movement(symmetry: Symmetry, movement: Integer[np.ndarray, "world agent 3"]) -> None:
    """Replace buckets of the force along x and y, and of the torque, by those of their images, in place."""
    if symmetry.swaps:
        movement[..., :2] = movement[..., 1::-1].copy()
    for k, sign in enumerate((symmetry.sign_x, symmetry.sign_y, symmetry.turn)):
        if sign < 0:
            movement[..., k] = MOVEMENT_BUCKETS - 1 - movement[..., k]
