"""Hiders that eat: for the games with food."""

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_instance
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.paths import CELLS, UNREACHED, cells_at, free_cells, steps_to, way_point
from hideseek.evaluate.scripted.steering import push, turn
from hideseek.game.objective.options import FoodObjective

STANDS = 0.7
"""Share of the radius within which hiders eat at which they stop."""
WALK_MARGIN = 0.18
"""Ways stay this far from boxes and ramps [m]."""
WAY_STEPS = 8
"""Ways are looked for anew after so many steps: objects are moved."""


class Eaters:
    """Each hider goes to the nearest food that there is, stops beside it and looks at it; they never hide."""

    _env: HideAndSeek

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError: if `env` is no environment.
            ValueError: if there is no food in its game.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        if not isinstance(env.game.objective, FoodObjective):
            raise ValueError(
                f"objective of game is {env.game.objective.name!r}, expected 'food' for a scripted player that eats"
            )
        self._env, self._near = env, STANDS * env.game.objective.food_radius

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._step = 0
        self._goal = np.full((agent_count, world_count, 2), np.nan)
        self._way = np.full((agent_count, world_count, CELLS, CELLS), UNREACHED, np.int32)

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        movement = np.stack([self._move(hider) for hider in range(self._env.game.hiders)], axis=1)
        self._step += 1
        nothing = np.zeros(movement.shape[:2], np.int8)
        return TeamActions(movement.astype(np.int8), nothing, nothing)

    def _move(self, hider: int) -> np.ndarray:
        """Return the buckets [world, 3] of one hider."""
        bodies = self._env.bodies
        place = bodies.pose[:, hider, :2].astype(np.float64)
        goal = self._nearest_food(place)
        self._find_way(hider, goal)
        distance = np.linalg.norm(goal - place, axis=1, keepdims=True)
        point = way_point(self._way[hider], place)
        target = np.where(distance < self._near, place, np.where(distance < 2.0 * self._near, goal, point))
        velocity, nothing = bodies.velocity[:, hider, :2].astype(np.float64), np.zeros(len(place))
        yaw = bodies.pose[:, hider, 3].astype(np.float64)
        return np.column_stack([push(target - place, velocity, nothing), turn(yaw, goal - place, nothing)])

    def _nearest_food(self, place: Float64[np.ndarray, "world 2"]) -> Float64[np.ndarray, "world 2"]:
        """Return where the nearest food is of which something is left, or the nearest at all."""
        extras = self._env.extras
        distance = np.linalg.norm(extras.food_position[:, :, :2] - place[:, None], axis=2)
        nearest = (distance + np.where(extras.food_health > 0.0, 0.0, 100.0)).argmin(1)
        return extras.food_position[np.arange(len(place)), nearest, :2].astype(np.float64)

    def _find_way(self, hider: int, goal: Float64[np.ndarray, "world 2"]) -> None:
        """Find the ways to a hider's goals, where they are new, and to all of them now and then."""
        is_new = (goal != self._goal[hider]).any(1) | (self._step % WAY_STEPS == 0)
        if is_new.any():
            bodies, agents = self._env.bodies, self._env.game.agents
            free = free_cells(bodies, len(goal)) & ~cells_at(bodies, agents, bodies.exists[:, agents:], WALK_MARGIN)
            self._way[hider, is_new] = steps_to(free[is_new], goal[is_new], self._near)
        self._goal[hider] = goal
