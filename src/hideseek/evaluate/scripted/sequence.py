"""A hider that locks boxes in their order, in rooms without doors: it goes over the walls by the ramps."""

import numpy as np

from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.carrying import (
    GRASP,
    IN_HAND,
    NO_ROOM,
    angle_between,
    face_direction,
    facing,
    where_to_hold,
)
from hideseek.evaluate.scripted.climbers import (
    AT_WALL,
    BEYOND,
    FACE_COST,
    FOOT,
    OFF_FLOOR,
    ON_AXIS,
    REACHES,
    STRAIGHT,
    TURNING_ROOM,
)
from hideseek.evaluate.scripted.lockers import BOX_RADIUS
from hideseek.evaluate.scripted.paths import free_cells
from hideseek.evaluate.scripted.rooms import Places
from hideseek.evaluate.scripted.team import ScriptedPlayer
from hideseek.evaluate.scripted.three_rooms import ThreeRooms
from hideseek.evaluate.scripted.ways import cell_of, copies_of, way_around, with_holder, without_objects
from hideseek.game.config import Game
from hideseek.game.layout.options import ThreeRoomsLayout
from hideseek.game.objective.lock_tasks import AGENT
from hideseek.game.objective.options import LockObjective
from hideseek.game.sizes import BOX_HALF_SIZE
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

NONE = -1
RAMP_MARGIN = RAMP_HALF_SIZE + 0.04
"""Ramps are carried this far from what is in the way, from their middle [m]."""
ROOMY = RAMP_HALF_SIZE + 0.15
"""And put rather where there is so much room [m]."""
ELSEWHERE = 0.5
"""A place that is this far from another one is worth trying after it [m]."""
LANDING = AT_WALL + 0.45
"""From the middle of a ramp at a wall to where one comes down behind it [m]."""
TURN = 0.5
"""What it costs to turn a ramp by one radian, in metres of the way."""
CROWDED = 1.0
"""And what it costs to put it where objects are in the way [m]."""
AT_FACE = 0.12
"""Who is this close to where it takes a ramp has arrived there [m]."""
STRAIGHT_AHEAD = 0.5
"""What is this close to its goal goes there straight ahead [m]."""
FREE_OF_RAMP = 0.12
"""This much farther from a ramp one has room beside it [m]."""
BEYOND_REACH = 0.3
"""Who is this far from an object does not touch its lock [m]."""
PATIENCE = 45
"""What is not done after so many steps is planned anew."""


class SequenceLocker(ScriptedPlayer):
    """Goes to the box that is next and locks it; where that is in another room, it takes a ramp to the wall first."""

    def _check_game(self, game: Game) -> None:
        if not isinstance(game.layout, ThreeRoomsLayout) or not isinstance(game.objective, LockObjective):
            raise ValueError(
                f"layout of game is {game.layout.name!r} and its objective {game.objective.name!r}, expected"
                " 'three_rooms' and 'lock' for a scripted player that goes over the walls"
            )
        self._first_box, self._first_ramp = game.agents, game.agents + game.boxes_max
        self._boxes, self._ramps = range(game.boxes_max), range(game.ramps)

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._ramp = np.full(world_count, NONE)
        self._ways = np.full((world_count, 2), NONE)
        self._since = np.zeros(world_count, np.int64)
        self._berth, self._inward = np.zeros((world_count, 2)), np.zeros((world_count, 2))
        self._is_new = True

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        bodies, count = self._env.bodies, len(self._worlds)
        if self._is_new:
            self._rooms, self._is_new = ThreeRooms(bodies), False
            self._walls, self._ramp_walls = free_cells(bodies, count), free_cells(bodies, count, RAMP_MARGIN)
        self._free = without_objects(self._walls, bodies, self._first_box)
        position, box = self.position(AGENT), self._next_box()
        goal = self.position(box)
        is_up = bodies.pose[:, AGENT, 2] > AGENT_RADIUS + OFF_FLOOR
        self._plan_ways(is_up, position, goal)
        crosses = (self._ramp != NONE) & (is_up | (self._rooms.room(position) != self._rooms.room(goal)))
        ramp = np.maximum(self._ramp, self._first_ramp)
        stands = self._stands(ramp)
        carries, climbs = crosses & ~stands & ~is_up, crosses & (stands | is_up)

        way = way_around(self._walls, self._free, goal, position, BOX_RADIUS)
        near = np.linalg.norm(goal - position, axis=1) < 2.0 * BOX_RADIUS
        walked = self.movement(AGENT, way, np.where(near[:, None], goal, way) - position, np.zeros(count, bool))
        carried, grab = self._carry(ramp)
        movement = np.where(climbs[:, None], self._climb(ramp), np.where(carries[:, None], carried, walked))
        lock = self._locks(box)
        grab &= carries & ~lock
        return TeamActions(*(x[:, None].astype(np.int8) for x in (movement, grab, lock)))

    def _next_box(self) -> np.ndarray:
        """Return the body of the first box of each world that is not locked, the first of all if all are."""
        return self._first_box + self._env.bodies.locked[:, : len(self._boxes)].argmin(1)

    def _locks(self, box: np.ndarray) -> np.ndarray:
        """Whether it presses lock: what is in reach is the box that is next, or one that shall stay locked."""
        sees, locked = self._env.record.sees_object[:, AGENT], self._env.bodies.locked
        lock = np.zeros(len(box), bool)
        for k in self._boxes:
            lock |= sees[:, k] & (locked[:, k] | (box == self._first_box + k)) & self._is_in_reach(self._first_box + k)
        return lock

    def _is_in_reach(self, body: int) -> np.ndarray:
        """Whether the agent reaches a cube."""
        yaw, off = self.yaw(body), self.position(AGENT) - self.position(body)
        along = np.stack([np.abs((off * face_direction(yaw, quarter)).sum(1)) for quarter in range(2)])
        return np.hypot(*np.maximum(along - BOX_HALF_SIZE, 0.0)) <= self._env.game.reach

    def _plan_ways(self, is_up: np.ndarray, position: Places, goal: Places) -> None:
        """Choose ramp and place at the wall where there is none for the way from room to room, or it takes too long."""
        ways = np.column_stack([self._rooms.room(position), self._rooms.room(goal)])
        self._since += 1
        is_old = (ways != self._ways).any(1) | (self._since > PATIENCE)
        for w in np.flatnonzero(is_old & ~is_up):
            failed = self._berth[w].copy() if self._since[w] > PATIENCE else None
            self._ways[w], self._since[w] = ways[w], 0
            self._ramp[w] = NONE
            if ways[w, 0] != ways[w, 1]:
                self._choose(int(w), goal[w], failed)

    def _choose(self, w: int, goal: np.ndarray, failed: np.ndarray | None) -> None:
        """Choose the ramp in the agent's room of world `w` and where it goes for the shortest way to a goal.

        Best not near a place [2] where it has `failed` to arrive.
        """
        bodies, (start, end) = self._env.bodies, self._ways[w]
        berths, inward = self._rooms.berths(w, int(start), int(end))
        least = np.inf
        for ramp in (self._first_ramp + k for k in self._ramps):
            if self._rooms.room(self.position(ramp))[w] != start:
                continue
            place, yaw = bodies.pose[w, ramp, :2].astype(np.float64), bodies.pose[w, ramp, 3:].astype(np.float64)
            here = copies_of(bodies, w, 1)
            floor, but = np.ones((1, *self._free.shape[1:]), bool), np.array([ramp])
            for_ramp = without_objects(floor, here, self._first_box, but, ROOMY)[0]
            for_agent = without_objects(floor, here, self._first_box, but, BEYOND_REACH)[0]
            cost = np.linalg.norm(berths - place, axis=1) + np.linalg.norm(berths - goal, axis=1)
            cost += TURN * angle_between(facing(yaw), inward[None])
            for depth in (0.0, -TURNING_ROOM):
                cost += CROWDED * ~for_ramp[cell_of(berths + depth * inward)]
            for depth in (-GRASP, -FOOT, LANDING):
                cost += CROWDED * ~for_agent[cell_of(berths + depth * inward)]
            if failed is not None:
                cost += CROWDED * (np.linalg.norm(berths - failed, axis=1) < ELSEWHERE)
            if cost.min() < least:
                least = cost.min()
                self._ramp[w], self._berth[w], self._inward[w] = ramp, berths[cost.argmin()], inward

    def _stands(self, ramp: np.ndarray) -> np.ndarray:
        """Whether a ramp is at its place at the wall, with its high side there."""
        off = self._berth - self.position(ramp)
        gap, aside = np.abs((off * self._inward).sum(1)), np.linalg.norm(off, axis=1)
        return (gap < REACHES) & (aside < RAMP_HALF_SIZE) & (self._tilt(ramp) < STRAIGHT)

    def _tilt(self, ramp: np.ndarray) -> np.ndarray:
        """Return by how much a ramp's direction of climb is off [rad]."""
        return angle_between(facing(self.yaw(ramp)), self._inward)

    def _carry(self, ramp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the movement [world, 3] and the grab [world] that take a ramp to its place at the wall."""
        bodies, position, place = self._env.bodies, self.position(AGENT), self.position(ramp)
        held = bodies.weld_object[:, AGENT] == ramp - self._first_box
        before = self._berth - self._inward * np.where(self._tilt(ramp) < STRAIGHT, 0.0, TURNING_ROOM)[:, None]
        yaw = np.arctan2(self._inward[:, 0], -self._inward[:, 1]) - bodies.weld_pose[:, AGENT, 3]
        free = without_objects(self._ramp_walls, bodies, self._first_box, ramp, RAMP_MARGIN)
        holder = where_to_hold(self._env, AGENT, place, yaw) - place
        free &= with_holder(without_objects(self._walls, bodies, self._first_box, ramp), holder)
        goal = self._way(self._ramp_walls, free, before, place)
        way = self._way(self._walls, self._free, self._grasp(ramp), position)
        target = np.where(held[:, None], where_to_hold(self._env, AGENT, goal, yaw), way)
        ahead = np.where(held[:, None], facing(yaw), place - position)
        near = np.linalg.norm(place - position, axis=1) < IN_HAND
        return self.movement(AGENT, target, ahead, held), held | near

    def _way(self, walls: np.ndarray, free: np.ndarray, goal: Places, place: Places) -> Places:
        """Return where to go next on the way to a goal, which is straight ahead in the end."""
        close = np.linalg.norm(goal - place, axis=1) < STRAIGHT_AHEAD
        return np.where(close[:, None], goal, way_around(walls, free, goal, place, AT_FACE))

    def _grasp(self, ramp: np.ndarray) -> Places:
        """Return where an agent takes a ramp: before the nearest face that has room, its foot by choice."""
        position, place, yaw = self.position(AGENT), self.position(ramp), self.yaw(ramp)
        spots = np.stack([face_direction(yaw, quarter) for quarter in range(len(FACE_COST))])
        x, y = cell_of(place + (GRASP + FREE_OF_RAMP) * spots)
        has_room = self._free[self._worlds, x, y]
        spots = place + GRASP * spots
        cost = np.linalg.norm(spots - position, axis=2) + np.where(has_room, 0.0, NO_ROOM) + FACE_COST
        return spots[cost.argmin(0), self._worlds]

    def _climb(self, ramp: np.ndarray) -> np.ndarray:
        """Return the movement [world, 3] of who goes up a ramp that stands at the wall."""
        position, place = self.position(AGENT), self.position(ramp)
        off = position - place
        depth, aside = (off * self._inward).sum(1), np.abs((off * self._inward[:, ::-1]).sum(1))
        is_up = self._env.bodies.pose[:, AGENT, 2] > AGENT_RADIUS + OFF_FLOOR
        walks = is_up | ((aside < ON_AXIS) & (depth < 0.0))
        way = way_around(self._walls, self._free, place - FOOT * self._inward, position, AT_FACE)
        target = np.where(walks[:, None], place + BEYOND * self._inward, way)
        return self.movement(AGENT, target, self._inward, np.zeros(len(position), bool))
