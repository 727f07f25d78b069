"""A hider that locks a box and comes back: for the lock tasks in rooms with doors."""

import numpy as np

from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.paths import free_cells, steps_to, way_point
from hideseek.evaluate.scripted.team import ScriptedPlayer
from hideseek.game.config import Game
from hideseek.game.objective.lock_tasks import AGENT
from hideseek.game.objective.options import LockObjective

BOX_RADIUS = 0.42
"""From this far from its centre a box is in reach wherever the agent stands [m]."""
START_RADIUS = 0.08
"""This far from where it began it aims at that very place [m], three times as far at the latest."""


class Locker(ScriptedPlayer):
    """Goes to the box by the shortest way, looking at it when it is near, locks it, and goes back to where it began.

    It wants everything locked always: what is out of reach does not care.
    """

    def _check_game(self, game: Game) -> None:
        if not isinstance(game.objective, LockObjective) or game.boxes_max != 1:
            raise ValueError(
                f"objective of game is {game.objective.name!r} with {game.boxes_max} boxes, expected 'lock' and one box"
                " for a scripted player that locks"
            )
        self._returns = game.objective.returns

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._to_box = self._to_start = None

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        bodies, extras = self._env.bodies, self._env.extras
        place, goal = self.position(AGENT), self.position(self._env.game.agents)
        if self._to_box is None or self._to_start is None:
            free = free_cells(bodies, self._env.world_count)
            self._to_box = steps_to(free, goal, BOX_RADIUS)
            self._to_start = steps_to(free, extras.start.astype(np.float64), START_RADIUS)
        is_back = (bodies.locked[:, 0] & self._returns)[:, None]
        target = np.where(is_back, way_point(self._to_start, place), way_point(self._to_box, place))
        home = np.linalg.norm(extras.start - place, axis=1, keepdims=True) < 3.0 * START_RADIUS
        target = np.where(is_back & home, extras.start, target)
        near = np.linalg.norm(goal - place, axis=1, keepdims=True) < 2.0 * BOX_RADIUS
        ahead = np.where(near, goal - place, target - place)
        movement = self.movement(AGENT, target, ahead, np.zeros(len(place), bool))
        ones = np.ones((len(place), 1), np.int8)
        return TeamActions(movement[:, None].astype(np.int8), 0 * ones, ones)
