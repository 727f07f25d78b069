"""Hiders that fetch boxes, put them before the doors of the room from inside, and lock them there."""

import math

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_flag, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.carrying import IN_HAND, angle_between, facing, nearest_grasp
from hideseek.evaluate.scripted.rooms import FIRST, INWARD, LAST, LEFT_X, UPPER_Y, Doors, Places, is_in_room
from hideseek.evaluate.scripted.team import ScriptedTeam
from hideseek.game.layout.walls import HALF_THICKNESS
from hideseek.game.sizes import BOX_HALF_SIZE

BEFORE_DOOR = BOX_HALF_SIZE + HALF_THICKNESS + 0.06
"""A box this far inside the middle of a door touches nothing and closes it all the same [m]."""
STAND_BY = 0.5
"""Boxes are lined up this much farther in [m]."""
LINED_UP, UPRIGHT = 0.25, 0.4
"""How well, before they are put before the door [m, rad]."""
FITS, SQUARE = 0.09, 0.15
"""And before they are pushed into it [m, rad]."""
IN_PLACE = 0.12
"""A box this close to its place is locked [m]; a box this close to where it closes a door too, when time runs out."""
WAIT_STEPS, SPARE_STEPS = 8, 4
"""This long before the end of preparation nobody is waited for any longer, and time runs out."""
ASIDE = 1.1
"""How far beside a door boxes are put that block nothing [m]."""
SIGHT_SLOPE = 0.33
"""Who looks past a box in a door sees this much to the side for each metre ahead."""
NONE = -1


class RoomHiders(ScriptedTeam):
    """Each takes a box to a door and locks it there, then hides; who has no door hides in the room at once."""

    def __init__(self, blocks: bool) -> None:
        """Make the doors shut, or with `blocks` off put the boxes beside them: the same work, for nothing."""
        check_flag("blocks", blocks)
        self._blocks = blocks

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError, ValueError: as for all scripts, and where the game has no boxes.
        """
        super().look_at(env)
        check_integer("boxes_max of game", env.game.boxes_max, 1)

    def _agents(self) -> range:
        return range(self._env.game.hiders)

    def _plan(self, doors: Doors) -> None:
        shape = (len(self._worlds), self._env.game.hiders)
        self._box = np.full(shape, NONE)
        self._wall = np.zeros(shape, int)
        self._is_placed = np.zeros(shape, bool)
        for w in self._worlds:
            for wall in np.flatnonzero(doors.exists[w]):
                self._assign(int(w), int(wall), doors.middle[w, wall])
        self._hideout = _hideouts(doors, self._env.game.hiders)

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
        bodies, box, wall = self._env.bodies, self._box[:, agent], self._wall[:, agent]
        body = self._env.game.agents + np.maximum(box, 0)
        position, place, inward = self.position(agent), self.position(body), INWARD[wall]
        middle = doors.middle[self._worlds, wall]
        middle = self._before(agent, middle, inward)
        has_box, held = box != NONE, bodies.weld_object[:, agent]
        self._is_placed[:, agent] |= has_box & self._is_there(place - middle, inward)
        locks = ~has_box | self._is_placed[:, agent]
        hides = ~has_box | (locks & bodies.locked[self._worlds, np.maximum(box, 0)])
        carries = has_box & (held == box) & ~locks

        grasp = nearest_grasp(self._env, position, body, is_inside=np.ones(len(position), bool))
        way = self._way(position, np.where(hides[:, None], self._hideout[:, agent], grasp))
        arm = np.linalg.norm(place - position, axis=1)
        depth = self._depth(place - middle, inward, self.yaw(agent), self.yaw(body))
        hand = position + middle + inward * depth[:, None] - place
        target = np.where(carries[:, None], hand, np.where((locks & ~hides)[:, None], position, way))
        ahead = np.where(carries[:, None], -inward, place - position)
        grab = carries | (~locks & (arm < IN_HAND) & (held == NONE))
        return self.movement(agent, target, ahead, carries), grab, locks

    def _depth(
        self, off: Places, inward: Places, yaw: np.ndarray, box_yaw: np.ndarray
    ) -> Float64[np.ndarray, " world"]:
        """Return how far inside its door a box that is `off` its middle is to go next [m]."""
        aside = np.abs((off * inward[:, ::-1]).sum(1))
        looks = angle_between(facing(yaw), -inward)
        waits = self._is_open() & (self._env.record.step < self._env.game.preparation_steps - WAIT_STEPS)
        tilt = np.abs(np.remainder(box_yaw + 0.25 * math.pi, 0.5 * math.pi) - 0.25 * math.pi)
        fits = self._blocks & (aside < FITS) & (tilt < SQUARE)
        may_close = ~waits & (aside < LINED_UP) & (looks < UPRIGHT)
        return np.where(may_close, np.where(fits, 0.0, BEFORE_DOOR), BEFORE_DOOR + STAND_BY)

    def _way(self, position: Places, target: Places) -> Places:
        """Return where to walk straight ahead next to get from each position to its target [m]."""
        return self.doors.way(position, target)

    def _before(self, agent: int, middle: Places, inward: Places) -> Places:
        """Return the places in the wall before which a hider takes its box: in each world the `middle` of its door."""
        return middle if self._blocks else beside(middle, inward)

    def _is_open(self) -> np.ndarray:
        """Whether the doors of a world have to stay open, for a hider that is not in the room yet."""
        return ~np.all([is_in_room(self.position(hider)) for hider in self._agents()], axis=0)

    def _is_there(self, off: Places, inward: Places) -> np.ndarray:
        """Whether a box that is `off` the middle of its door is where it can stay."""
        is_late = self._env.record.step >= self._env.game.preparation_steps - SPARE_STEPS
        before = np.linalg.norm(off - BEFORE_DOOR * inward, axis=1) < IN_PLACE
        return before & (is_late | (not self._blocks)) | (np.linalg.norm(off, axis=1) < IN_PLACE)


def beside(middle: Places, inward: Places, distance: float = ASIDE) -> Places:
    """Return places in the wall where a box before them leaves the door open, on the side where there is more room.

    They are `distance` [m] from the `middle` of the door.
    """
    along = np.abs(inward[:, ::-1])
    centre = np.array([0.5 * (LEFT_X + LAST), 0.5 * (FIRST + UPPER_Y)])
    return middle + along * distance * np.sign(((centre - middle) * along).sum(1, keepdims=True))


def _hideouts(doors: Doors, count: int) -> Float64[np.ndarray, "world hider 2"]:
    """Return places in every room for `count` hiders that are as far aside as may be from what can be seen of it."""
    x, y = np.meshgrid(np.arange(LEFT_X + 0.3, LAST - 0.2, 0.4), np.arange(FIRST + 0.25, UPPER_Y - 0.2, 0.4))
    spots = np.column_stack([x.ravel(), y.ravel()])
    inside = spots[:, None] - doors.middle[:, None]
    depth = (inside * INWARD).sum(3)
    aside = np.abs((inside * INWARD[:, ::-1]).sum(3)) - SIGHT_SLOPE * depth
    aside = np.where(doors.exists[:, None], aside, np.inf).min(2)
    return spots[np.argsort(-aside, axis=1, kind="stable")[:, :count]]
