"""Hiders that take the ramp into the room before they shut its doors."""

import numpy as np

from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.carrying import IN_HAND, detour, face_direction, facing, nearest_grasp, where_to_hold
from hideseek.evaluate.scripted.hiders import NONE, RoomHiders, beside
from hideseek.evaluate.scripted.rooms import INWARD, Doors, Places, is_in_room

WALK, DRAG = 0.42, 0.28
"""How far a hider gets in a step, by itself and with a ramp [m]."""
TURN_STEPS, CLOSE_STEPS, BOX_STEPS = 3, 7, 5
"""Steps to turn a ramp, to put a box that is at hand into a door and lock it, and to fetch that box first."""
LATE = 3
"""A run ends that would take this many steps longer than preparation."""
PUSHED = 1.2
"""What it costs to take a ramp by a face from which it would be pushed through the door: a detour [m]."""
STAGE = 0.9
"""This far outside the middle of a door a ramp is lined up [m]."""
THROUGH, PUT_AWAY = 0.9, 1.65
"""A ramp this far inside a door lets the box pass that shuts it, and one this far is left there [m]."""
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
        self._ramp = first + np.where(is_in_room(places), np.inf, 0.0).argmin(0)
        place = self.position(self._ramp)
        steps = np.full((game.hiders, len(worlds)), np.inf)
        for hider in self._agents():
            wall = self._run_wall(doors, hider, place)
            steps[hider] = self._steps_left(doors, hider, self._ramp, wall)
        self._runner = steps.argmin(0)
        self._run_door = np.stack([self._run_wall(doors, hider, place) for hider in self._agents()])[
            self._runner, worlds
        ]
        self._runs = (steps.min(0) < game.preparation_steps) & ~is_in_room(place)

    def _run_wall(self, doors: Doors, hider: int, place: Places) -> np.ndarray:
        """Return through which wall a hider takes a ramp at `place`: that of its own door, or that of the nearest."""
        length = np.linalg.norm(doors.middle - place[:, None], axis=2)
        nearest = np.where(doors.exists, length, np.inf).argmin(1)
        return np.where(self._box[:, hider] == NONE, nearest, self._wall[:, hider])

    def _steps_left(self, doors: Doors, hider: int, ramp: np.ndarray, wall: np.ndarray) -> np.ndarray:
        """Return about how many steps it takes until the ramp is in the room and all doors are shut."""
        middle, inward = doors.middle[self._worlds, wall], INWARD[wall]
        position, place = self.position(hider), self.position(ramp)
        stage = middle - STAGE * inward
        holds = self._env.bodies.weld_object[:, hider] == ramp - self._env.game.agents
        walk = np.where(holds, 0.0, doors.length(position, place) / WALK + TURN_STEPS)
        depth = ((place - middle) * inward).sum(1)
        outside = doors.length(place, stage) + STAGE
        drag = np.where(depth > -STAGE, np.maximum(0.0, -depth), outside) + THROUGH
        box = self._env.game.agents + np.maximum(self._box[:, hider], 0)
        at_box = self.position(box)
        fetch = np.linalg.norm(at_box - middle, axis=1) * (1.0 / WALK + 1.0 / DRAG) + BOX_STEPS
        return walk + drag / DRAG + np.where(self._box[:, hider] == NONE, 0.0, fetch) + CLOSE_STEPS

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        runs = self._runs & (self._runner == agent)
        left = self._env.game.preparation_steps - self._env.record.step
        is_late = self._steps_left(doors, agent, self._ramp, self._run_door) > left + LATE
        ends = (self._ramp_depth() > PUT_AWAY) | (is_late & ~self._is_through())
        self._runs &= ~(runs & ends)
        runs &= self._runs
        movement, grab, lock = super()._act(agent, doors)
        run, run_grab = self._run(agent, doors)
        return np.where(runs[:, None], run, movement), np.where(runs, run_grab, grab), np.where(runs, False, lock)

    def _ramp_depth(self) -> np.ndarray:
        """Return how far inside of its door the ramp of each world is [m]."""
        off = self.position(self._ramp) - self.doors.middle[self._worlds, self._run_door]
        return (off * INWARD[self._run_door]).sum(1)

    def _is_through(self) -> np.ndarray:
        """Whether the ramp is so far inside that its door can be shut."""
        return self._ramp_depth() > THROUGH

    def _run(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray]:
        """Return the movement [world, 3] and the grab [world] of who takes the ramp into the room, pulling it."""
        middle, inward = doors.middle[self._worlds, self._run_door], INWARD[self._run_door]
        position, place, yaw = self.position(agent), self.position(self._ramp), self.yaw(self._ramp)
        holds = self._env.bodies.weld_object[:, agent] == self._ramp - self._env.game.agents
        cost = np.stack([PUSHED * (1.0 - (face_direction(yaw, q) * inward).sum(1)) for q in range(4)])
        grasp = nearest_grasp(self._env, position, self._ramp, is_in_room(place), cost)
        way = detour(position, doors.way(position, grasp), place)
        off = place - middle
        depth, aside = (off * inward).sum(1), np.abs((off * inward[:, ::-1]).sum(1))
        tilt = np.arccos(np.clip(-(facing(self.yaw(agent)) * inward).sum(1), -1.0, 1.0))
        in_line = (aside < FITS) & (tilt < TURNED) | (np.abs(depth) < DOORWAY) & (aside < 2.0 * FITS)
        ahead = middle + inward * np.minimum(depth + LEAD, PUT_AWAY + LEAD)[:, None]
        goal = np.where((in_line | is_in_room(place))[:, None], ahead, doors.way(place, middle - STAGE * inward))
        towards = np.arctan2(-inward[:, 0], inward[:, 1])
        target = np.where(holds[:, None], where_to_hold(self._env, agent, goal, towards), way)
        looks = np.where(holds[:, None], -inward, place - position)
        near = np.linalg.norm(place - position, axis=1) < IN_HAND
        return self.movement(agent, target, looks, holds), holds | near

    def _before(self, agent: int, middle: Places, inward: Places) -> Places:
        waits = self._runs & ~self._is_through() & (self._runner != agent)
        waits &= self._run_door == self._wall[:, agent]
        return np.where(waits[:, None], beside(middle, inward), middle)

    def _is_open(self) -> np.ndarray:
        return super()._is_open() | (self._runs & ~self._is_through())
