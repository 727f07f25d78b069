"""Hiders that fetch boxes, push them into the doors of the room from inside, and lock them there."""

import math

import numpy as np

from hideseek.evaluate.scripted.rooms import FIRST, INWARD, LAST, LEFT_X, UPPER_Y, Doors, Places, is_in_room
from hideseek.evaluate.scripted.team import ScriptedTeam
from hideseek.game.layout.placement import BOX_HALF_SIZE
from hideseek.sim.state import AGENT_RADIUS

GRASP = BOX_HALF_SIZE + AGENT_RADIUS + 0.02
"""From the middle of a box to that of the agent that takes it [m]."""
CLEARANCE = AGENT_RADIUS + 0.03
"""An agent has room where walls are farther than this [m]."""
ELBOW_ROOM = 0.55
"""And other objects' middles farther than this [m]."""
IN_HAND = 0.1
"""Who is this close to where it means to take a box takes it [m]."""
STAND_BY = 0.65
"""Boxes are lined up with a door this far from it [m]."""
ALIGNED, UPRIGHT = 0.1, 0.2
"""How well [m, rad]."""
IN_PLACE = 0.08
"""A box this close to its place is locked [m]."""
ASIDE = 1.1
"""How far beside a door boxes are put that block nothing [m]."""
SPARE_STEPS = 5
"""This long before the end of preparation nobody is waited for any longer, and boxes are locked wherever they are."""
HIDEOUT = np.array([LAST - 0.4, FIRST + 0.4])
"""The corner where hiders wait in the end, one beside the other [m]."""
NONE = -1


class RoomHiders(ScriptedTeam):
    """Each takes a box to a door and locks it there; who has no door goes into the room."""

    def __init__(self, blocks: bool) -> None:
        """Make the doors shut, or with `blocks` off put the boxes beside them: the same work, for nothing."""
        self._blocks = blocks

    def _agents(self) -> range:
        return range(self._env.game.hiders)

    def _plan(self, doors: Doors) -> None:
        shape = (len(self._worlds), self._env.game.hiders)
        self._box = np.full(shape, NONE)
        self._wall = np.zeros(shape, int)
        self._is_placed = np.zeros(shape, bool)
        for w in self._worlds:
            for wall in np.flatnonzero(doors.exists[w]):
                self._assign(w, wall, doors.middle[w, wall])

    def _assign(self, w: int, wall: int, middle: np.ndarray) -> None:
        """Give a door of world `w` to the hider and the box for which it takes the shortest way, among those left."""
        game, pose = self._env.game, self._env.bodies.pose[w, :, :2]
        options = [
            (math.dist(pose[hider], place := pose[game.agents + box]) + math.dist(place, middle), hider, box)
            for hider in np.flatnonzero(self._box[w] == NONE)
            for box in range(game.boxes_max)
            if box not in self._box[w] and self._env.bodies.exists[w, game.agents + box]
        ]
        if options:
            _, hider, box = min(options)
            self._box[w, hider], self._wall[w, hider] = box, wall

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        env, worlds = self._env, self._worlds
        position, box, wall = self.position(agent), self._box[:, agent], self._wall[:, agent]
        body = env.game.agents + np.maximum(box, 0)
        place, inward, middle = self.position(body), INWARD[wall], doors.middle[worlds, wall]
        is_held = (env.bodies.weld_object[:, agent] == box) & (box != NONE)
        goal = middle if self._blocks else self._beside(middle, inward)
        is_late = env.record.step >= env.game.preparation_steps - SPARE_STEPS
        is_there = np.linalg.norm(place - goal, axis=1) < IN_PLACE
        self._is_placed[:, agent] |= (box != NONE) & (is_there | is_late)
        is_done = (box == NONE) | self._is_placed[:, agent] & env.bodies.locked[worlds, np.maximum(box, 0)]
        locks = (box == NONE) | self._is_placed[:, agent]

        grasp = self._grasp(agent, position, body)
        stand = np.where(
            is_done[:, None],
            doors.way(position, self._hideout(agent)),
            np.where(
                is_held[:, None],
                self._carry(agent, position, place, goal, inward, self._is_ready() | is_late),
                doors.way(position, grasp),
            ),
        )
        stand = np.where((locks & ~is_done)[:, None], position, stand)
        ahead = np.where((is_held & ~locks)[:, None], -inward, place - position)
        near = np.linalg.norm(grasp - position, axis=1) < IN_HAND
        holds_other = (env.bodies.weld_object[:, agent] != NONE) & ~is_held
        grab = ~locks & ~holds_other & (near | is_held)
        return self.movement(agent, stand, ahead, is_held[:, None].astype(float)), grab, locks

    def _beside(self, middle: Places, inward: Places) -> Places:
        """Return places along the wall, inside, where a box leaves the door open: on the side where there is room."""
        along = np.abs(inward[:, ::-1])
        centre = np.array([0.5 * (LEFT_X + LAST), 0.5 * (FIRST + UPPER_Y)])
        side = np.sign(((centre - middle) * along).sum(1, keepdims=True))
        return middle + inward * (BOX_HALF_SIZE + 0.15) + along * side * ASIDE

    def _is_ready(self) -> np.ndarray:
        """Whether all hiders are in the room."""
        return np.stack([is_in_room(self.position(hider)) for hider in self._agents()]).all(0)

    def _hideout(self, agent: int) -> Places:
        step = np.array([-2.5 * AGENT_RADIUS * agent, 0.0])
        return np.broadcast_to(HIDEOUT + step, (len(self._worlds), 2))

    def _grasp(self, agent: int, position: Places, body: np.ndarray) -> Places:
        """Return the nearest place before one of the faces of a box at which an agent has room."""
        game, place, yaw = self._env.game, self.position(body), self.yaw(body)
        best, best_length = position.copy(), np.full(len(position), np.inf)
        for quarter in range(4):
            turned = yaw + quarter * 0.5 * math.pi
            spot = place + GRASP * np.column_stack([np.cos(turned), np.sin(turned)])
            has_room = (spot[:, 0] > LEFT_X + CLEARANCE) & (spot[:, 0] < LAST - CLEARANCE)
            has_room &= (spot[:, 1] > FIRST + CLEARANCE) & (spot[:, 1] < UPPER_Y - CLEARANCE)
            for other in range(game.agents, self._env.bodies.pose.shape[1]):
                apart = np.linalg.norm(spot - self.position(other), axis=1)
                has_room &= (apart > ELBOW_ROOM) | (body == other)
            length = np.linalg.norm(spot - position, axis=1) + np.where(has_room, 0.0, 10.0)
            better = length < best_length
            best[better], best_length[better] = spot[better], length[better]
        return best

    def _carry(
        self, agent: int, position: Places, place: Places, goal: Places, inward: Places, may_close: np.ndarray
    ) -> Places:
        """Return where to go with a box: before its place until it is lined up and nobody waits, then there."""
        arm = np.linalg.norm(place - position, axis=1, keepdims=True)
        off = place - goal
        aside = np.abs((off * inward[:, ::-1]).sum(1))
        yaw = self.yaw(agent)
        looks = np.arccos(np.clip((np.column_stack([np.sin(yaw), -np.cos(yaw)]) * -inward).sum(1), -1.0, 1.0))
        goes = may_close & (aside < ALIGNED) & (looks < UPRIGHT)
        return goal + inward * (arm + np.where(goes, 0.0, STAND_BY)[:, None])
