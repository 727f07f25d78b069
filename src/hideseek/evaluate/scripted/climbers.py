"""Seekers that fetch a ramp where all doors are shut, and go over the wall with it."""

import numpy as np

from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.carrying import (
    IN_HAND,
    NO_ROOM,
    angle_between,
    detour,
    facing,
    nearest_grasp,
    where_to_hold,
)
from hideseek.evaluate.scripted.rooms import (
    FIRST,
    INWARD,
    LAST,
    LEFT,
    LEFT_X,
    UPPER_Y,
    Doors,
    Places,
    is_in_room,
)
from hideseek.evaluate.scripted.seekers import ChasingSeekers
from hideseek.game.layout.walls import HALF_THICKNESS
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

AT_WALL = HALF_THICKNESS + RAMP_HALF_SIZE
"""From the middle of a wall to that of a ramp that touches it [m]."""
TURNING_ROOM = 0.5
"""This much farther off a ramp is turned first [m]."""
STRAIGHT = 0.25
"""A ramp that is turned no farther than this from its direction is pushed to the wall [rad]."""
REACHES = 0.12
"""A ramp that is no farther than this from the wall is left where it is [m]."""
BESIDE_DOOR = 0.75
"""A ramp's middle keeps this far from that of a door, where boxes are [m]."""
FROM_END = 0.4
"""And this far from where the wall ends [m]."""
FOOT = 0.65
"""From the middle of a ramp to where one starts to walk up [m]."""
QUEUE = 0.6
"""Who is not first waits this much farther away [m]."""
ON_AXIS = 0.15
"""Who is no farther than this from the middle line of a ramp walks up [m]."""
BEYOND = 2.0
"""They walk towards what is this far behind the ramp, without slowing down [m]."""
OFF_FLOOR = 0.1
"""Who is this high is on its way up or over [m]."""
SHUT_DEPTH, SHUT_ASIDE = 0.55, 0.25
"""A box that is nearer than this to the middle of a door, through it and along the wall, shuts it [m]."""
FACE_COST = np.array([[0.4], [0.0], [0.4], [2.0 * NO_ROOM]])
"""Which faces of a ramp are taken [m]: its foot best, and never the high one, which goes to the wall."""


class RampSeekers(ChasingSeekers):
    """As `ChasingSeekers`, but where boxes shut all doors they put a ramp to the wall and go over it."""

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError, ValueError: as for all scripts, and where the game has no ramps.
        """
        super().look_at(env)
        check_integer("ramps of game", env.game.ramps, 1)

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        movement, grab, lock = super()._act(agent, doors)
        ramp, berth, inward, has_ramp = self._choose_ramp(doors)
        position, place = self.position(agent), self.position(ramp)
        climbs = has_ramp & self._are_shut(doors) & ~is_in_room(position) & ~self._sees_outside(agent)
        stands = self._stands(ramp, inward)
        carries = climbs & ~stands & (self._carrier(ramp) == agent)
        goes_up = climbs & stands
        climb = self._climb(agent, place, inward)
        carried, carried_grab = self._carry(agent, ramp, berth, inward)
        movement = np.where(goes_up[:, None], climb, np.where(carries[:, None], carried, movement))
        return movement, np.where(carries, carried_grab, grab), lock

    def _choose_ramp(self, doors: Doors) -> tuple[np.ndarray, Places, Places, np.ndarray]:
        """Return the body of the ramp that has the shortest way to its place at the wall, in each world.

        With it, that place, the direction over the wall, and whether any ramp is outside of the room.
        """
        game = self._env.game
        first = game.agents + game.boxes_max
        options = [self._berth(self.position(first + k), doors) for k in range(game.ramps)]
        best = np.stack([length for _, _, length in options]).argmin(0)
        worlds = self._worlds
        spot, inward, length = (np.stack(part)[best, worlds] for part in zip(*options, strict=True))
        return first + best, spot, inward, np.isfinite(length)

    def _berth(self, place: Places, doors: Doors) -> tuple[Places, Places, np.ndarray]:
        """Return where at the wall a ramp at `place` goes, the direction over the wall, and the way there [m].

        The way of a ramp in the room is infinite.
        """
        spot, inward = np.zeros_like(place), np.zeros_like(place)
        best = np.full(len(place), np.inf)
        for wall in range(2):
            reaches = place[:, 0] < LEFT_X if wall == LEFT else place[:, 1] > UPPER_Y
            axis = 1 if wall == LEFT else 0
            low, high = (FIRST, UPPER_Y) if wall == LEFT else (LEFT_X, LAST)
            low, high = low + FROM_END, high - FROM_END
            along = np.clip(place[:, axis], low, high)
            door = doors.middle[:, wall, axis]
            side = np.where(along < door, -1.0, 1.0)
            side = np.where(door + side * BESIDE_DOOR < low, 1.0, side)
            side = np.where(door + side * BESIDE_DOOR > high, -1.0, side)
            moved = doors.exists[:, wall] & (np.abs(along - door) < BESIDE_DOOR)
            along = np.where(moved, door + side * BESIDE_DOOR, along)
            candidate = np.empty_like(place)
            candidate[:, axis] = along
            candidate[:, 1 - axis] = (LEFT_X if wall == LEFT else UPPER_Y) - AT_WALL * INWARD[wall, 1 - axis]
            length = np.linalg.norm(candidate - place, axis=1)
            better = reaches & (length < best)
            spot[better], inward[better], best[better] = candidate[better], INWARD[wall], length[better]
        return spot, inward, best

    def _are_shut(self, doors: Doors) -> np.ndarray:
        """Whether something stands in or right behind each door of a world."""
        game = self._env.game
        shut = ~doors.exists
        for body in range(game.agents, game.agents + game.boxes_max):
            off = self.position(body)[:, None] - doors.middle
            depth, aside = np.abs((off * INWARD).sum(2)), np.abs((off * INWARD[:, ::-1]).sum(2))
            shut |= (depth < SHUT_DEPTH) & (aside < SHUT_ASIDE) & self._env.bodies.exists[:, body, None]
        return np.all(shut, axis=1)

    def _sees_outside(self, agent: int) -> np.ndarray:
        """Whether an agent sees a hider that is not in the room."""
        hiders = range(self._env.game.hiders)
        sees = self._env.record.sees_agent[:, agent]
        return np.any([sees[:, h] & ~is_in_room(self.position(h)) for h in hiders], axis=0)

    def _stands(self, ramp: np.ndarray, inward: Places) -> np.ndarray:
        """Whether a ramp is at the wall, with its high side there."""
        place = self.position(ramp)
        gap = np.abs(((np.array([LEFT_X, UPPER_Y]) - place) * inward).sum(1)) - AT_WALL
        return (gap < REACHES) & (self._tilt(ramp, inward) < STRAIGHT)

    def _tilt(self, ramp: np.ndarray, inward: Places) -> np.ndarray:
        """Return by how much a ramp's direction of climb is off [rad]."""
        return angle_between(facing(self.yaw(ramp)), inward)

    def _carrier(self, ramp: np.ndarray) -> np.ndarray:
        """Return which seeker outside takes the ramp: who holds it, or else who is nearest; -1 for none."""
        place, held = self.position(ramp), ramp - self._env.game.agents
        seekers = list(self._agents())
        length = np.stack([np.linalg.norm(self.position(s) - place, axis=1) for s in seekers])
        length -= NO_ROOM * np.stack([self._env.bodies.weld_object[:, s] == held for s in seekers])
        length[np.stack([is_in_room(self.position(s)) for s in seekers])] = np.inf
        return np.where(np.isfinite(length).any(0), np.array(seekers)[length.argmin(0)], -1)

    def _carry(self, agent: int, ramp: np.ndarray, berth: Places, inward: Places) -> tuple[np.ndarray, np.ndarray]:
        """Return the movement [world, 3] and the grab [world] of who takes a ramp to its place at the wall."""
        position, place = self.position(agent), self.position(ramp)
        held = self._env.bodies.weld_object[:, agent] == ramp - self._env.game.agents
        goal = berth - inward * np.where(self._tilt(ramp, inward) < STRAIGHT, 0.0, TURNING_ROOM)[:, None]
        yaw = np.arctan2(inward[:, 0], -inward[:, 1]) - self._env.bodies.weld_pose[:, agent, 3]
        grasp = nearest_grasp(self._env, position, ramp, ~np.ones(len(position), bool), FACE_COST)
        way = self._way(position, grasp, place)
        target = np.where(held[:, None], where_to_hold(self._env, agent, goal, yaw), way)
        ahead = np.where(held[:, None], facing(yaw), place - position)
        near = np.linalg.norm(place - position, axis=1) < IN_HAND
        return self.movement(agent, target, ahead, held), held | near

    def _climb(self, agent: int, place: Places, inward: Places) -> np.ndarray:
        """Return the movement [world, 3] of who goes up a ramp that stands at the wall, one after the other."""
        position, foot = self.position(agent), place - FOOT * inward
        off = position - place
        aside = np.abs((off * inward[:, ::-1]).sum(1))
        is_up = self._env.bodies.pose[:, agent, 2] > AGENT_RADIUS + OFF_FLOOR
        walks = is_up | ((aside < ON_AXIS) & ((off * inward).sum(1) < 0.0))
        rank = np.sum([self._is_before(other, agent, foot) for other in self._agents()], axis=0)
        way = self._way(position, foot - QUEUE * rank[:, None] * inward, place)
        target = np.where(walks[:, None], place + BEYOND * inward, way)
        return self.movement(agent, target, inward, np.zeros(len(position), bool))

    def _is_before(self, other: int, agent: int, foot: Places) -> np.ndarray:
        """Whether another seeker goes up a ramp before an agent: it is nearer to its foot, and not on its way yet."""
        is_down = (self._env.bodies.pose[:, other, 2] < AGENT_RADIUS + OFF_FLOOR) & ~is_in_room(self.position(other))
        length, own = (np.linalg.norm(self.position(a) - foot, axis=1) for a in (other, agent))
        return is_down & (length < own)

    def _way(self, position: Places, target: Places, place: Places) -> Places:
        """Return where to walk straight ahead next, around the room and around the ramp at `place`."""
        return detour(position, self.doors.way(position, target), place)
