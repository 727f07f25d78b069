"""Where a box protects a cylinder best: which side of it is to look outwards, and where around the cylinder."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64

from hideseek.evaluate.scripted.rooms import FIRST, LAST
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.objective.shelter import INSET
from hideseek.sim.state import AGENT_RADIUS

GAP = 0.03
"""Between the cylinder and a box before it [m]."""
HAND = AGENT_RADIUS - 0.02
"""From a box's side to the agent that holds it: it leans on it [m]."""
ROOM = AGENT_RADIUS + 0.04
"""How far an agent's centre is from everything else [m]."""
BEARINGS = np.linspace(0.0, 2.0 * math.pi, 72, endpoint=False)
"""Directions from the cylinder in which a box may stand [rad]."""
WAY_PER_STEP, TURN_PER_STEP, SPARE_STEPS = 0.2, 0.15, 10
"""How fast boxes are brought to their places, about [m, rad], and how many steps it takes to take and to lock them."""
LEAST_RAYS = 2
"""A box that stops fewer is left where it is."""

Rectangles = Float64[np.ndarray, "rectangle 5"]
"""x, y, yaw, and half the size along both axes, of boxes seen from above [m, rad]."""


class Place(NamedTuple):
    """What to do with a box."""

    score: float
    """Rays that it stops in its place, times the steps for which it does."""
    side: float
    """Direction of the side by which it is taken, from its own x axis [rad]."""
    bearing: float
    """In this direction from the cylinder it stands, that side outwards [rad]."""
    middle: tuple[float, float]
    """Of the box in its place [m]."""


def ray_starts(per_side: int) -> Float64[np.ndarray, "ray 2"]:
    """Return where the objective's rays start [m]."""
    along = INSET + (FLOOR_SIZE - 2.0 * INSET) * np.arange(per_side) / per_side
    low, high = np.full(per_side, INSET), np.full(per_side, FLOOR_SIZE - INSET)
    sides = (along, low), (high, along), (FLOOR_SIZE - along, high), (low, FLOOR_SIZE - along)
    return np.concatenate([np.column_stack(side) for side in sides])


def stopped_rays(
    starts: Float64[np.ndarray, "ray 2"], centre: np.ndarray, radius: float, boxes: Rectangles
) -> Bool[np.ndarray, "rectangle ray"]:
    """Return which rays on their way to the cylinder's middle each box stops before they reach the cylinder."""
    cosine, sine = np.cos(boxes[:, 2, None]), np.sin(boxes[:, 2, None])
    off, way = starts - boxes[:, None, :2], centre - starts
    origin = np.stack([cosine * off[..., 0] + sine * off[..., 1], cosine * off[..., 1] - sine * off[..., 0]])
    along = np.stack([cosine * way[:, 0] + sine * way[:, 1], cosine * way[:, 1] - sine * way[:, 0]])
    along = np.where(np.abs(along) < 1e-9, 1e-9, along)
    half = boxes[:, 3:].T[..., None]
    first, second = (-half - origin) / along, (half - origin) / along
    entry, leave = np.minimum(first, second).max(0), np.maximum(first, second).min(0)
    surface = 1.0 - radius / np.linalg.norm(way, axis=1)
    return (entry <= leave) & (leave > 0.0) & (entry < surface)


def best_place(
    box: np.ndarray,
    sides: np.ndarray,
    agent: np.ndarray,
    others: Rectangles,
    placed: Rectangles,
    open_rays: Float64[np.ndarray, "ray 2"],
    centre: np.ndarray,
    radius: float,
    steps: int,
) -> Place | None:
    """Return the place of a box that is worth most, None where none is worth it.

    Args:
        box: its rectangle as it stands.
        sides: directions of the sides by which it may be taken, from its own x axis [rad].
        agent: where the agent is [m].
        others: all other boxes.
        placed: those of them that stay where they are.
        open_rays: where rays start that nothing in place stops [m].
        centre: of the cylinder [m].
        radius: of the cylinder [m].
        steps: how many are left.
    """
    bearing, side = (x.ravel() for x in np.meshgrid(BEARINGS, sides[_can_be_taken(box, sides, others)], indexing="ij"))
    if not len(bearing):
        return None
    outward = np.column_stack([np.cos(bearing), np.sin(bearing)])
    depth = np.where(np.abs(np.cos(side)) > 0.5, box[3], box[4])
    middle = centre + (radius + GAP + depth)[:, None] * outward
    stands = np.column_stack([middle, bearing - side, np.tile(box[3:], (len(side), 1))])
    hand = np.column_stack([middle + (depth + HAND)[:, None] * outward, bearing, np.full((len(side), 2), ROOM)])
    fits = _are_inside(stands) & _are_inside(hand)
    for other in others:
        fits &= ~_overlap(stands, other)
    for other in placed:
        fits &= ~_overlap(hand, other)
    gain = stopped_rays(open_rays, centre, radius, stands).sum(1)
    off = box[:2] - centre
    turn_around = np.abs(_wrapped(bearing - math.atan2(off[1], off[0])))
    turn_box = np.abs(_wrapped(bearing - side - box[2]))
    way = np.hypot(*(agent - box[:2])) + radius * turn_around + np.abs(np.hypot(*off) - radius - depth)
    needed = SPARE_STEPS + way / WAY_PER_STEP + turn_box / TURN_PER_STEP
    score = np.where(fits & (gain >= LEAST_RAYS), gain * (steps - needed), 0.0)
    k = int(score.argmax())
    if score[k] <= 0.0:
        return None
    return Place(float(score[k]), float(side[k]), float(bearing[k]), (float(middle[k, 0]), float(middle[k, 1])))


def _can_be_taken(box: np.ndarray, sides: np.ndarray, others: Rectangles) -> Bool[np.ndarray, " side"]:
    """Return whether an agent has room before each side of a box as it stands."""
    direction = box[2] + sides
    depth = np.where(np.abs(np.cos(sides)) > 0.5, box[3], box[4]) + HAND
    middle = box[:2] + depth[:, None] * np.column_stack([np.cos(direction), np.sin(direction)])
    spots = np.column_stack([middle, direction, np.full((len(sides), 2), AGENT_RADIUS + 0.01)])
    can = _are_inside(spots)
    for other in others:
        can &= ~_overlap(spots, other)
    return can


def _corners(boxes: Rectangles) -> Float64[np.ndarray, "rectangle 4 2"]:
    cosine, sine = np.cos(boxes[:, 2, None]), np.sin(boxes[:, 2, None])
    x, y = boxes[:, 3, None] * [-1, 1, 1, -1], boxes[:, 4, None] * [-1, -1, 1, 1]
    return boxes[:, None, :2] + np.stack([cosine * x - sine * y, sine * x + cosine * y], -1)


def _are_inside(boxes: Rectangles) -> Bool[np.ndarray, " rectangle"]:
    """Return whether boxes are within the outer walls."""
    corners = _corners(boxes)
    return np.all((corners > FIRST) & (corners < LAST), axis=(1, 2))


def _overlap(boxes: Rectangles, other: np.ndarray) -> Bool[np.ndarray, " rectangle"]:
    """Return whether boxes overlap another one: no side of either separates them."""
    mine, its = _corners(boxes), _corners(other[None])
    apart = np.zeros(len(boxes), np.bool_)
    for yaw in (boxes[:, 2], np.broadcast_to(other[2], len(boxes))):
        for turn in (0.0, 0.5 * math.pi):
            axis = np.stack([np.cos(yaw + turn), np.sin(yaw + turn)], -1)
            a, b = np.einsum("rcd,rd->rc", mine, axis), np.einsum("cd,rd->rc", its[0], axis)
            apart |= (a.max(1) < b.min(1)) | (b.max(1) < a.min(1))
    return ~apart


def _wrapped(angle: np.ndarray) -> np.ndarray:
    """Return angles within [-pi, pi)."""
    return np.remainder(angle + math.pi, 2.0 * math.pi) - math.pi
