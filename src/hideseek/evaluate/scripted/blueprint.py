"""A hider that builds from a blueprint: it takes boxes to the sites, one after the other."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.carrying import GRASP, IN_HAND, face_direction, facing, where_to_hold
from hideseek.evaluate.scripted.paths import SIZE, free_cells, steps_to
from hideseek.evaluate.scripted.team import ScriptedPlayer
from hideseek.evaluate.scripted.ways import cell_of, copies_of, way_around, with_holder, without_objects
from hideseek.game.config import Game
from hideseek.game.objective.blueprint import AGENT
from hideseek.game.objective.options import BlueprintObjective
from hideseek.game.sizes import BOX_HALF_SIZE

FACES = 4
QUARTER = 0.5 * math.pi
BOX_MARGIN = BOX_HALF_SIZE + 0.04
"""Boxes are carried this far from what is in the way, from their middle [m]."""
PLACED, BUILT = 0.06, 0.095
"""A box whose corners are this close to those of a site is let go there; it counts as built up to the second [m]."""
TO_CORNER = math.sqrt(2.0) * BOX_HALF_SIZE
AT_FACE = 0.12
"""Who is this close to where it takes a box looks at the box and leans on it [m]."""
FREE_OF_BOX = 0.12
"""This much farther from a box one has room beside it [m]."""
HEAVY = 2.0
"""A way with a box counts this many times what it counts without."""
NO_WAY = 1000.0
"""What it counts where there is no way [cells], so that such boxes and sites are taken last."""
PATIENCE = 30
"""What is not done after so many steps is planned anew."""
NONE = -1


class Plan(NamedTuple):
    """What to do next in one world."""

    box: int
    """Body of the box to take; `NONE` where there is nothing left to do."""
    face: int
    """Side of the box, in quarters from the world's x axis, on which the agent stands all the way."""
    site: int


class BlueprintBuilder(ScriptedPlayer):
    """Takes boxes to the sites, those with the shortest way first, and lets them go there with their sides on the axes.

    While it carries a box it does not turn: both move like one body, along the shortest way for that body.
    """

    def _check_game(self, game: Game) -> None:
        if not isinstance(game.objective, BlueprintObjective) or game.elongated_max:
            raise ValueError(
                f"objective of game is {game.objective.name!r} with at most {game.elongated_max} elongated boxes,"
                " expected 'blueprint' and 0 for a scripted player that builds"
            )

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._box = np.full(world_count, NONE)
        self._face, self._site, self._since = (np.zeros(world_count, np.int64) for _ in range(3))
        self._is_new = True

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        bodies, extras = self._env.bodies, self._env.extras
        if self._is_new:
            self._walls = free_cells(bodies, len(self._worlds))
            self._box_walls = free_cells(bodies, len(self._worlds), BOX_MARGIN)
            self._is_new = False
        self._since += 1
        self._box[self._env.record.step == 0] = NONE  # an episode that is complete is followed by another at once
        for w in np.flatnonzero(self._is_over()):
            self._box[w], self._face[w], self._site[w] = self._plan(int(w))
            self._since[w] = 0
        works = self._box != NONE
        box = np.maximum(self._box, self._env.game.agents)
        position, place, tilt = self.position(AGENT), self.position(box), _tilt(self.yaw(box))
        goal = extras.site_position[self._worlds, self._site, :2].astype(np.float64)
        holds = works & (bodies.weld_object[:, AGENT] == box - self._env.game.agents)
        grasp = place + GRASP * face_direction(tilt, self._face)
        free = without_objects(self._walls, bodies, self._env.game.agents)
        at_face = np.linalg.norm(grasp - position, axis=1) < AT_FACE
        close = np.linalg.norm(grasp - position, axis=1) < 3.0 * AT_FACE
        way = np.where(close[:, None], grasp, way_around(self._walls, free, grasp, position, AT_FACE))
        yaw = self.yaw(AGENT)
        upright = yaw - _tilt(yaw + bodies.weld_pose[:, AGENT, 3])
        carried = where_to_hold(self._env, AGENT, self._next_place(box, place, goal), upright)
        target = np.where(holds[:, None], carried, np.where(works[:, None], way, position))
        near = np.linalg.norm(place - position, axis=1) < 2.0 * IN_HAND
        ahead = np.where(holds[:, None], facing(upright), np.where(near[:, None], place - position, way - position))
        movement = self.movement(AGENT, target, ahead, holds)
        grab = works & (holds | at_face)
        nothing = np.zeros((len(place), 1), np.int8)
        return TeamActions(movement[:, None].astype(np.int8), grab[:, None].astype(np.int8), nothing)

    def _is_over(self) -> np.ndarray:
        """Whether something has to be planned [world]: nothing is, or it is done, or takes too long."""
        box = np.maximum(self._box, self._env.game.agents)
        goal = self._env.extras.site_position[self._worlds, self._site, :2]
        is_done = _error(self.position(box), self.yaw(box), goal) < PLACED
        return (self._box == NONE) | is_done | (self._since > PATIENCE)

    def _next_place(self, box: np.ndarray, place: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """Return where the middle of a box that is carried goes next [world, 2]."""
        bodies = self._env.bodies
        free = without_objects(self._walls, bodies, self._env.game.agents, box)
        box_free = without_objects(self._box_walls, bodies, self._env.game.agents, box, BOX_MARGIN)
        both = box_free & with_holder(free, GRASP * face_direction(np.zeros(len(place)), self._face))
        way, there = way_around(self._walls, both, goal, place, SIZE), np.linalg.norm(goal - place, axis=1)
        return np.where((there < 2.5 * SIZE)[:, None], goal, way)

    def _plan(self, w: int) -> Plan:
        """Return what counts least in world `w`: the way to a box, and with it to a site on which nothing is built."""
        bodies, first = self._env.bodies, self._env.game.agents
        boxes = first + np.flatnonzero(bodies.exists[w, first : first + self._env.game.boxes_max])
        sites = self._env.extras.site_position[w, : self._env.extras.site_count[w], :2].astype(np.float64)
        place, yaw = bodies.pose[w, boxes, :2].astype(np.float64), bodies.pose[w, boxes, 3].astype(np.float64)
        built = _error(place[:, None], yaw[:, None], sites) < BUILT
        if built.any(0).all():
            return Plan(NONE, 0, 0)
        here = copies_of(bodies, w, len(boxes))
        walls, box_walls = (np.repeat(x[w : w + 1], len(boxes), 0) for x in (self._walls, self._box_walls))
        from_agent = steps_to(
            without_objects(walls[:1], here, first), bodies.pose[w : w + 1, AGENT, :2].astype(np.float64), 2.0 * SIZE
        )
        free = without_objects(walls, here, first, boxes)
        box_free = without_objects(box_walls, here, first, boxes, BOX_MARGIN)
        cost = np.empty((FACES, len(boxes), len(sites)))
        for face in range(FACES):
            holder = GRASP * face_direction(np.zeros(len(boxes)), face)
            carry = steps_to(box_free & with_holder(free, holder), place, SIZE)
            before = place + (GRASP + FREE_OF_BOX) * face_direction(_tilt(yaw), face)
            walk = from_agent[0][cell_of(before)]
            with_box = carry[np.arange(len(boxes))[:, None], *cell_of(sites)]
            cost[face] = np.minimum(walk, NO_WAY)[:, None] + HEAVY * np.minimum(with_box, NO_WAY)
        cost[:, built.any(1)] = np.inf
        cost[:, :, built.any(0)] = np.inf
        face, box, site = np.unravel_index(cost.argmin(), cost.shape)
        return Plan(int(boxes[box]), int(face), int(site))


def _tilt(yaw: Float64[np.ndarray, "*batch"]) -> Float64[np.ndarray, "*batch"]:
    """Return by how much the sides of a box are off the axes [rad]."""
    return np.remainder(yaw + 0.5 * QUARTER, QUARTER) - 0.5 * QUARTER


def _error(place: np.ndarray, yaw: np.ndarray, site: np.ndarray) -> np.ndarray:
    """Return how far corners of a box may be from those of a site at most [m]."""
    return np.linalg.norm(place - site, axis=-1) + TO_CORNER * np.abs(_tilt(yaw))
