"""A hider that builds a shelter: it carries boxes to the cylinder, one after the other, and locks them there."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from hideseek.checks import check_instance, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.carrying import facing, where_to_hold
from hideseek.evaluate.scripted.paths import CELLS, SIZE, UNREACHED, cells_at, free_cells, steps_to, way_point
from hideseek.evaluate.scripted.shelter_places import HAND, Place, best_place, ray_starts, stopped_rays
from hideseek.evaluate.scripted.steering import PHYSICS, push, turn
from hideseek.game.objective.options import ShelterObjective
from hideseek.sim.state import AGENT_RADIUS, Bodies

AGENT = 0
NOTHING = -1
IN_HAND = AGENT_RADIUS + 0.03
"""Who is this close to a box's side takes it [m]."""
NEAR = 0.2
"""Who is this close to where it takes its box does not press lock [m]; before that it is not to be pushed away."""
NEAR_GOAL, STRAIGHT = 0.35, 0.4
"""A way ends this near to where it leads, and this near it is straight on [m]."""
IN_PLACE, SQUARE = 0.06, 0.1
"""How well a box stands before it is locked [m, rad]."""
FETCH_STEPS, CARRY_STEPS = 30, 24
"""A box that is not in hand after so many steps is given up, one that is not in place is locked where it is."""
WALK_MARGIN, AROUND, CARRY_MARGIN = AGENT_RADIUS + 0.02, AGENT_RADIUS + 0.05, 0.3
"""How far the agent stays from walls, and from boxes, and the middle of what it carries from all of them [m]."""
LOOK_AHEAD, NEXT, SLOW = 7, 2, 0.5
"""Cells along the way at which it aims, and at which where it is slower than this [m/s]: something is in its way."""
STILL, STILL_STEPS = 0.3, 4
"""A box that is slower than this for so many steps, while it is carried, is stuck [m/s]."""
GOOD_ENOUGH = 0.2
"""This near to its place it stays where it is [m]."""
FAILED, TRIES = 0.7, 5
"""Share of its worth that a box keeps each time that it could not be brought, and how often that is tried."""
WAY_STEPS = 8
"""Ways are looked for anew after so many."""
FINAL = 0.5
"""This near to its place a box is turned as it is to stand [m]."""


class Builder:
    """Takes a box by the side that will look outwards, and carries it to where it stops most rays.

    Elongated boxes come first. What is in place is locked. In every world the plan is made anew for each box.
    """

    _env: HideAndSeek

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError: if `env` is no environment.
            ValueError: if it is none of shelter construction for one hider.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        objective, hiders = env.game.objective, env.game.hiders
        if not isinstance(objective, ShelterObjective) or hiders != 1:
            raise ValueError(
                f"objective of game is {objective.name!r} with {hiders} hiders, expected 'shelter' and one hider for a"
                " scripted player that builds"
            )
        check_integer("boxes_max of game", env.game.boxes_max, 1)
        self._env = env
        self._starts = ray_starts(objective.rays_per_side)

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._worlds = np.arange(world_count)
        self._box = np.full(world_count, NOTHING)
        self._is_settled = np.zeros((world_count, self._env.game.boxes_max), np.bool_)
        self._failures = np.zeros((world_count, self._env.game.boxes_max), np.int64)
        self._still = np.zeros(world_count, np.int64)
        self._is_idle = np.zeros(world_count, np.bool_)
        self._carries = np.zeros(world_count, np.bool_)
        self._pushes = np.zeros(world_count, np.bool_)
        self._steps = np.zeros(world_count, np.int64)
        self._side, self._bearing = np.zeros((2, world_count))
        self._middle = np.zeros((world_count, 2))
        self._way = np.zeros((world_count, CELLS, CELLS), np.int32)

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        bodies = self._env.bodies
        self._take_stock()
        for w in np.flatnonzero((self._box == NOTHING) & ~self._is_idle):
            self._choose(int(w))
        self._find_ways(np.flatnonzero((self._steps % WAY_STEPS == 0) & (self._box != NOTHING)))
        self._steps += 1

        place, velocity = self._place(AGENT), bodies.velocity[:, AGENT, :2].astype(np.float64)
        box, side, depth = self._place(self._body), self._directions(), self._depth()
        spot = box + (depth + HAND)[:, None] * side
        goal = np.where(self._carries[:, None], self._middle, spot)
        mover = np.where(self._carries[:, None], box, place)
        is_slow = np.linalg.norm(velocity, axis=1) < SLOW
        point = np.where(is_slow[:, None], way_point(self._way, mover, NEXT), way_point(self._way, mover, LOOK_AHEAD))
        ahead = np.where(self._distance(goal, mover)[:, None] < STRAIGHT, goal, point)

        outward = self._outward(box)
        yaw = bodies.pose[:, AGENT, 3].astype(np.float64)
        wanted_yaw = yaw + _angle(side, outward)
        hold = where_to_hold(self._env, AGENT, ahead, wanted_yaw)
        is_busy = self._box != NOTHING
        target = np.where(self._carries[:, None], hold, np.where(is_busy[:, None], ahead, place))
        looks = np.where(self._carries[:, None], facing(wanted_yaw), box - place)
        load = np.where(self._carries, PHYSICS.box_mass, 0.0)
        movement = np.column_stack([push(target - place, velocity, load), turn(yaw, looks, load)])
        gap = ((place - box) * side).sum(1) - depth
        at_hand = is_busy & (self._distance(place, spot) < 0.12) & (gap < IN_HAND)
        grab = self._carries | at_hand
        lock = ~self._carries & ~(is_busy & (self._pushes | (self._distance(place, spot) < NEAR)))
        return TeamActions(*(x[:, None].astype(np.int8) for x in (movement, grab, lock)))

    def _take_stock(self) -> None:
        """See whether boxes have come into hand or into place, or whether that takes too long."""
        bodies, worlds = self._env.bodies, self._worlds
        has = (self._box != NOTHING) & (bodies.weld_object[:, AGENT] == self._box)
        self._steps[has & ~self._carries] = 0
        lost = self._carries & ~has
        box = self._place(self._body)
        turned = np.abs(_angle(self._directions(), _direction(self._bearing)))
        is_placed = has & (self._distance(box, self._middle) < IN_PLACE) & (turned < SQUARE)
        speed = np.linalg.norm(bodies.velocity[worlds, self._body], axis=1)
        self._still = np.where(has & (speed < STILL), self._still + 1, 0)
        is_late = (self._steps >= np.where(self._carries, CARRY_STEPS, FETCH_STEPS)) | (self._still >= STILL_STEPS)
        over = (self._box != NOTHING) & (is_placed | is_late | lost)
        stays = over & has & (self._distance(box, self._middle) < GOOD_ENOUGH)
        self._is_settled[worlds[stays], self._box[stays]] = True
        fails = over & ~stays
        self._failures[worlds[fails], self._box[fails]] += 1
        self._carries = has & ~over
        self._box[over] = NOTHING
        self._steps[over] = 0

    def _choose(self, w: int) -> None:
        """Choose the next box of a world, an elongated one if any is left that is worth it."""
        boxes, settled = self._rectangles(w), self._is_settled[w]
        bodies = self._env.bodies
        centre, radius = bodies.cylinder_centre[w, 0, :2].astype(np.float64), float(bodies.cylinder_size[w, 0, 0])
        stopped = stopped_rays(self._starts, centre, radius, boxes[settled]).any(0)
        steps = self._env.game.horizon - int(self._env.record.step[w])
        agent = bodies.pose[w, AGENT, :2].astype(np.float64)
        best: tuple[Place, int] | None = None
        is_elongated = np.abs(boxes[:, 3] - boxes[:, 4]) > 0.1
        exists = bodies.exists[w, 1 : 1 + len(boxes)]
        is_left = exists & ~settled & (self._failures[w] < TRIES)
        for is_long in (True, False):
            for box in np.flatnonzero(is_left & (is_elongated == is_long)):
                half_x, half_y = boxes[box, 3:]
                sides = 0.5 * math.pi * np.arange(4)
                if is_long:
                    sides = sides[1::2] if half_x > half_y else sides[::2]
                others = boxes[exists & (np.arange(len(boxes)) != box)]
                place = best_place(
                    boxes[box], sides, agent, others, boxes[settled], self._starts[~stopped], centre, radius, steps
                )
                if place is not None:
                    place = place._replace(score=place.score * FAILED ** self._failures[w, box])
                    best = (place, int(box)) if best is None or place.score > best[0].score else best
            if best is not None:
                break
        if best is None:
            self._is_idle[w] = True
            return
        place, self._box[w] = best
        self._side[w], self._bearing[w], self._middle[w] = place.side, place.bearing, place.middle

    def _rectangles(self, w: int) -> Float64[np.ndarray, "box 5"]:
        """Return the boxes of a world, seen from above."""
        bodies = self._env.bodies
        boxes = slice(1, 1 + self._env.game.boxes_max)
        pose, half = bodies.pose[w, boxes].astype(np.float64), bodies.half_size[w, boxes].astype(np.float64)
        return np.column_stack([pose[:, :2], pose[:, 3], half[:, :2]])

    def _find_ways(self, worlds: Int64[np.ndarray, " some"]) -> None:
        """Find the ways of agents to their boxes, or of these to their places, around what stands there."""
        if not len(worlds):
            return
        bodies = Bodies(*(array[worlds] for array in self._env.bodies))
        settled, carries, box = self._is_settled[worlds], self._carries[worlds], self._box[worlds]
        exists = bodies.exists[:, 1 : 1 + settled.shape[1]]
        here = np.where(carries[:, None], self._place(self._body)[worlds], self._place(AGENT)[worlds])
        spot = self._place(self._body) + (self._depth() + HAND)[:, None] * self._directions()
        goal = np.where(carries[:, None], self._middle[worlds], spot[worlds])
        walk = free_cells(bodies, len(worlds), WALK_MARGIN) & ~cells_at(bodies, 1, exists, AROUND)
        tight = free_cells(bodies, len(worlds), WALK_MARGIN) & ~cells_at(bodies, 1, exists & settled, AROUND)
        others = exists & (np.arange(settled.shape[1]) != box[:, None])
        drag = free_cells(bodies, len(worlds), CARRY_MARGIN)
        carry, tug = (drag & ~cells_at(bodies, 1, which, CARRY_MARGIN) for which in (others, exists & settled))
        way = steps_to(np.where(carries[:, None, None], carry, walk), goal, NEAR_GOAL)
        cell = np.clip((here / SIZE).astype(np.int64), 1, CELLS - 2)
        around = [
            way[np.arange(len(worlds)), cell[:, 0] + dx, cell[:, 1] + dy] for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        ]
        closed = np.min(around, axis=0) == UNREACHED
        if closed.any():
            push_aside = np.where(carries[:, None, None], tug, tight)
            way[closed] = steps_to(push_aside[closed], goal[closed], NEAR_GOAL)
        self._way[worlds], self._pushes[worlds] = way, closed

    @property
    def _body(self) -> Int64[np.ndarray, " world"]:
        """The box that each world is busy with, or the first one, as a body."""
        return 1 + np.maximum(self._box, 0)

    def _place(self, body: int | np.ndarray) -> Float64[np.ndarray, "world 2"]:
        """Return where a body is in every world [m]."""
        return self._env.bodies.pose[self._worlds, body, :2].astype(np.float64)

    def _directions(self) -> Float64[np.ndarray, "world 2"]:
        """Return in which direction the side looks by which each box is taken."""
        yaw = self._env.bodies.pose[self._worlds, self._body, 3].astype(np.float64)
        return _direction(yaw + self._side)

    def _depth(self) -> Float64[np.ndarray, " world"]:
        """Return how far this side is from the middle of the box [m]."""
        half = self._env.bodies.half_size[self._worlds, self._body].astype(np.float64)
        return np.where(np.abs(np.cos(self._side)) > 0.5, half[:, 0], half[:, 1])

    def _outward(self, box: Float64[np.ndarray, "world 2"]) -> Float64[np.ndarray, "world 2"]:
        """Return in which direction that side is to look: away from the cylinder, near its place as it is to stand."""
        off = box - self._env.bodies.cylinder_centre[:, 0, :2]
        away = off / np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9)
        is_near = self._distance(box, self._middle) < FINAL
        return np.where(is_near[:, None], _direction(self._bearing), away)

    @staticmethod
    def _distance(one: np.ndarray, other: np.ndarray) -> Float64[np.ndarray, " world"]:
        return np.linalg.norm(one - other, axis=1)


def _direction(angle: np.ndarray) -> Float64[np.ndarray, "world 2"]:
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _angle(one: np.ndarray, other: np.ndarray) -> Float64[np.ndarray, " world"]:
    """Return by how much directions have to turn to become others, counter-clockwise [rad]."""
    return np.arctan2(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0], (one * other).sum(1))
