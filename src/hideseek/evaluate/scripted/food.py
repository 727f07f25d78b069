"""Hiders that eat and seekers that hunt: for the games with food, in any rooms."""

import numpy as np

from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.carrying import facing
from hideseek.evaluate.scripted.paths import free_cells
from hideseek.evaluate.scripted.rooms import Places
from hideseek.evaluate.scripted.seekers import ARRIVED, SPIN
from hideseek.evaluate.scripted.steering import STEP
from hideseek.evaluate.scripted.team import ScriptedPlayer
from hideseek.evaluate.scripted.ways import way_around, without_objects
from hideseek.game.config import Game
from hideseek.game.objective.options import FoodExtras, FoodObjective

CLOSE = 0.85
"""Hiders stop where they are this share of the radius away from food that they see."""
IN_VIEW = 1.2
"""Closer than this they look at it on the way, too [m]."""
BESIDE = 0.15
"""Ways lead this close to food, and to hiders [m]."""
NOWHERE = 1e6
"""How far food counts that is eaten up, beside the way there [m]."""


class FoodTeam(ScriptedPlayer):
    """What both teams share: ways around walls and objects, and where the food is."""

    _game: Game

    def _check_game(self, game: Game) -> None:
        if not isinstance(game.objective, FoodObjective):
            raise ValueError(f"objective of game is {game.objective.name!r}, expected 'food' for this scripted player")
        self._game, self._radius = game, game.objective.food_radius

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._has_walls = False

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        if not self._has_walls:
            self._walls, self._has_walls = free_cells(self._env.bodies, len(self._worlds)), True
        self._free = without_objects(self._walls, self._env.bodies, self._game.agents)
        movement = np.stack([self._move(agent) for agent in self._agents()], 1).astype(np.int8)
        nothing = np.zeros(movement.shape[:2], np.int8)
        return TeamActions(movement, nothing, nothing)

    def _agents(self) -> range:
        """Return the bodies of the team."""
        raise NotImplementedError

    def _move(self, agent: int) -> np.ndarray:
        """Return the movement [world, 3] of one agent."""
        raise NotImplementedError

    def _walk(self, agent: int, goal: Places, stays: np.ndarray, looks: np.ndarray, ahead: Places) -> np.ndarray:
        """Return the movement [world, 3] of an agent that goes to a goal unless it stays, and looks where it goes.

        Where it `looks`, it looks `ahead`.
        """
        position = self.position(agent)
        way = way_around(self._walls, self._free, goal, position, BESIDE)
        target = np.where(stays[:, None], position, way)
        ahead = np.where(looks[:, None], ahead, target - position)
        return self.movement(agent, target, ahead, np.zeros(len(position), bool))

    def _nearest_food(self, position: Places) -> np.ndarray:
        """Return the food that is nearest to a position in each world, eaten ones last."""
        extras: FoodExtras = self._env.extras
        length = np.linalg.norm(extras.food_position[:, :, :2] - position[:, None], axis=2)
        return (length + NOWHERE * (extras.food_health <= 0.0)).argmin(1)


class EatingHiders(FoodTeam):
    """Each walks to the nearest food that is left and stays by it, looking at it."""

    def _agents(self) -> range:
        return range(self._game.hiders)

    def _move(self, agent: int) -> np.ndarray:
        position = self.position(agent)
        food = self._nearest_food(position)
        goal = self._env.extras.food_position[self._worlds, food, :2].astype(np.float64)
        sees = self._env.extras.sees_food[self._worlds, agent, food]
        length = np.linalg.norm(goal - position, axis=1)
        return self._walk(agent, goal, sees & (length < CLOSE * self._radius), length < IN_VIEW, goal - position)


class HuntingSeekers(FoodTeam):
    """Each runs to the nearest hider that it sees; who sees none goes to the nearest food and looks around there."""

    def _agents(self) -> range:
        return range(self._game.hiders, self._game.agents)

    def _move(self, agent: int) -> np.ndarray:
        position, hiders = self.position(agent), self._game.hiders
        sees = self._env.record.sees_agent[:, agent, :hiders]
        distance = np.stack([np.linalg.norm(self.position(h) - position, axis=1) for h in range(hiders)], 1)
        prey = self.position(np.where(sees, distance, np.inf).argmin(1))
        food = self._env.extras.food_position[self._worlds, self._nearest_food(position), :2].astype(np.float64)
        chases = np.any(sees, axis=1)
        arrived = ~chases & (np.linalg.norm(food - position, axis=1) < ARRIVED)
        spun = facing(self.yaw(agent) + SPIN * STEP)
        return self._walk(agent, np.where(chases[:, None], prey, food), arrived, arrived, spun)
