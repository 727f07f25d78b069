"""Hiders that take the ramp into the room before they shut its doors."""

import math

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.carrying import (
    IN_HAND,
    angle_between,
    detour,
    face_direction,
    facing,
    nearest_grasp,
    where_to_hold,
)
from hideseek.evaluate.scripted.hiders import NONE, RoomHiders, beside
from hideseek.evaluate.scripted.rooms import INWARD, Doors, Places, is_in_room

WALK, DRAG = 0.45, 0.38
"""How far a hider gets in a step, by itself and with a ramp [m]."""
TURN_STEPS, CLOSE_STEPS, BOX_STEPS = 3, 7, 5
"""Steps to turn a ramp, to put a box that is at hand into a door and lock it, and to fetch that box first."""
SPARE, LATE = 3, 3
"""Who would not be done this many steps before the end does not set out, and who would be this much late gives up."""
PUSHED = 1.2
"""What it costs to take a ramp by a face from which it would be pushed through the door: a detour [m]."""
STAGE = 0.9
"""This far outside the middle of a door a ramp is lined up [m]."""
THROUGH, PUT_AWAY = 0.9, 1.65
"""A ramp this far inside a door lets the box pass that shuts it, and one this far is left there [m]."""
WAIT_ASIDE = 0.8
"""The box waits this far beside the middle of its door [m]."""
BEFORE = 0.4
"""A ramp outside is before a door if it is no farther than this from its middle line [m]."""
LEAD = 0.8
"""A ramp goes towards what is this far ahead [m]."""
FITS, TURNED = 0.09, 0.2
"""How well a ramp is lined up before it goes through a door [m, rad]."""
DOORWAY = 0.6
"""A ramp nearer to the middle of a door than this is on its way through [m]."""


class RampAwayHiders(RoomHiders):
    """As `RoomHiders`, but one hider takes the ramp into the room first, where preparation is long enough for both."""

    def __init__(self) -> None:
        super().__init__(blocks=True)

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError, ValueError: as for all scripts, and where the game has no boxes or no ramps.
        """
        super().look_at(env)
        check_integer("ramps of game", env.game.ramps, 1)

    def _plan(self, doors: Doors) -> None:
        super()._plan(doors)
        game, worlds = self._env.game, self._worlds
        first = game.agents + game.boxes_max
        places = np.stack([self.position(first + k) for k in range(game.ramps)])
        self._ramp = first + is_in_room(places).argmin(0)
        place = self.position(self._ramp)
        ways = np.stack([self._way_in(doors, hider, place) for hider in self._agents()])
        steps = np.stack([self._steps_left(doors, hider, ways[hider]) for hider in self._agents()])
        self._runner = steps.argmin(0)
        self._way_through = ways[self._runner, worlds]
        self._runs = (steps.min(0) < game.preparation_steps - SPARE) & ~is_in_room(place)

    def _way_in(self, doors: Doors, hider: int, place: Places) -> np.ndarray:
        """Return through which wall's door a hider takes a ramp at `place`: its own, or the nearest if it has none."""
        length = np.linalg.norm(doors.middle - place[:, None], axis=2)
        nearest = np.where(doors.exists, length, np.inf).argmin(1)
        return np.where(self._box[:, hider] == NONE, nearest, self._wall[:, hider])

    def _steps_left(self, doors: Doors, hider: int, wall: np.ndarray) -> Float64[np.ndarray, " world"]:
        """Return about how many steps it takes a hider to bring the ramp in through a wall's door and shut its own."""
        middle, inward = doors.middle[self._worlds, wall], INWARD[wall]
        position, place = self.position(hider), self.position(self._ramp)
        walk = np.where(self._holds(hider), 0.0, doors.length(position, place) / WALK + TURN_STEPS)
        depth = _depth(place, middle, inward)
        to_door = doors.length(place, middle - STAGE * inward) + STAGE
        drag = np.where(np.isfinite(depth), np.maximum(-depth, -THROUGH), to_door) + THROUGH
        has_box = self._box[:, hider] != NONE
        box = self.position(self._env.game.agents + np.maximum(self._box[:, hider], 0))
        fetch = np.linalg.norm(box - middle, axis=1) * (1.0 / WALK + 1.0 / DRAG) + BOX_STEPS
        return walk + drag / DRAG + np.where(has_box, fetch, 0.0) + CLOSE_STEPS

    def _holds(self, hider: int) -> np.ndarray:
        """Whether a hider has the ramp in its hands."""
        return self._env.bodies.weld_object[:, hider] == self._ramp - self._env.game.agents

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        is_runner = self._runner == agent
        left = self._env.game.preparation_steps - self._env.record.step
        is_late = self._steps_left(doors, agent, self._way_through) > left + LATE
        depth = self._ramp_depth()
        self._runs &= ~(is_runner & ((depth > PUT_AWAY) | (is_late & (depth < -DOORWAY))))
        runs = self._runs & is_runner
        movement, grab, lock = super()._act(agent, doors)
        run, run_grab = self._run(agent, doors)
        return np.where(runs[:, None], run, movement), np.where(runs, run_grab, grab), np.where(runs, False, lock)

    def _ramp_depth(self) -> Float64[np.ndarray, " world"]:
        """Return how far inside of its door the ramp of each world is [m], minus infinity far outside."""
        middle, inward = self.doors.middle[self._worlds, self._way_through], INWARD[self._way_through]
        return _depth(self.position(self._ramp), middle, inward)

    def _is_through(self) -> np.ndarray:
        """Whether the ramp is so far inside that its door can be shut."""
        return self._ramp_depth() > THROUGH

    def _run(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray]:
        """Return the movement [world, 3] and the grab [world] of who takes the ramp into the room, pulling it."""
        middle, inward = doors.middle[self._worlds, self._way_through], INWARD[self._way_through]
        position, place, yaw = self.position(agent), self.position(self._ramp), self.yaw(self._ramp)
        holds = self._holds(agent)
        cost = np.stack([PUSHED * (1.0 - (face_direction(yaw, q) * inward).sum(1)) for q in range(4)])
        grasp = nearest_grasp(self._env, position, self._ramp, is_in_room(place), cost)
        way = detour(position, doors.way(position, grasp), place)
        off = place - middle
        depth, aside = (off * inward).sum(1), np.abs((off * inward[:, ::-1]).sum(1))
        towards = self._pulling_yaw(agent, inward)
        tilt = angle_between(facing(self.yaw(agent)), facing(towards))
        in_line = (aside < FITS) & (tilt < TURNED) | (np.abs(depth) < DOORWAY) & (aside < 2.0 * FITS)
        ahead = middle + inward * np.minimum(depth + LEAD, PUT_AWAY + LEAD)[:, None]
        goal = np.where((in_line | is_in_room(place))[:, None], ahead, doors.way(place, middle - STAGE * inward))
        target = np.where(holds[:, None], where_to_hold(self._env, agent, goal, towards), way)
        looks = np.where(holds[:, None], facing(towards), place - position)
        near = np.linalg.norm(place - position, axis=1) < IN_HAND
        return self.movement(agent, target, looks, holds), holds | near

    def _pulling_yaw(self, agent: int, inward: Places) -> Float64[np.ndarray, " world"]:
        """Return how a hider is turned that pulls a ramp through a door, along its sides [rad]."""
        yaw = np.arctan2(-inward[:, 0], inward[:, 1])
        quarter = 0.5 * math.pi
        tilt = np.remainder(yaw + self._env.bodies.weld_pose[:, agent, 3] + 0.5 * quarter, quarter) - 0.5 * quarter
        return yaw - tilt

    def _before(self, agent: int, middle: Places, inward: Places) -> Places:
        waits = self._runs & ~self._is_through() & (self._runner != agent)
        waits &= self._way_through == self._wall[:, agent]
        return np.where(waits[:, None], beside(middle, inward, WAIT_ASIDE), middle)

    def _way(self, position: Places, target: Places) -> Places:
        way, place = super()._way(position, target), self.position(self._ramp)
        return np.where(is_in_room(place)[:, None], detour(position, way, place), way)

    def _is_open(self) -> np.ndarray:
        return super()._is_open() | (self._runs & ~self._is_through())


def _depth(place: Places, middle: Places, inward: Places) -> Float64[np.ndarray, " world"]:
    """Return how far inside the middle of a door a ramp is [m], minus infinity where it is not even before it."""
    off = place - middle
    depth, aside = (off * inward).sum(1), np.abs((off * inward[:, ::-1]).sum(1))
    return np.where(is_in_room(place) | ((depth < 0.0) & (aside < BEFORE)), depth, -np.inf)
