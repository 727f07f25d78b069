"""What all scripts share: which worlds they play in, and how what each agent wants becomes the team's actions."""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_instance
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import Observation, TeamActions
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.evaluate.scripted.steering import PHYSICS, push, turn
from hideseek.game.config import Game


class ScriptedPlayer(ABC):
    """Plays a team, looking at the state of the worlds; draws no chances."""

    _env: HideAndSeek

    def look_at(self, env: HideAndSeek) -> None:
        """See `Onlooker`.

        Raises:
            TypeError: if `env` is no environment.
            ValueError: if it is of a game that the script was not written for.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        self._check_game(env.game)
        self._env = env
        self._worlds = np.arange(env.world_count)

    @abstractmethod
    def _check_game(self, game: Game) -> None:
        """Raise ValueError for a game that the script was not written for."""

    @abstractmethod
    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""

    @abstractmethod
    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""

    def position(self, body: int | np.ndarray) -> Float64[np.ndarray, "world 2"]:
        """Return where a body is in every world, or one body for each [m]."""
        return self._env.bodies.pose[self._worlds, body, :2].astype(np.float64)

    def yaw(self, body: int | np.ndarray) -> Float64[np.ndarray, " world"]:
        """Return how a body is turned in every world, or one body for each [rad]."""
        return self._env.bodies.pose[self._worlds, body, 3].astype(np.float64)

    def movement(self, agent: int, target: np.ndarray, ahead: np.ndarray, is_loaded: np.ndarray) -> np.ndarray:
        """Return the buckets [world, 3] that take an agent straight to `target`, looking `ahead` (each [world, 2]).

        `is_loaded` [world] tells where it drags a box along.
        """
        velocity = self._env.bodies.velocity[:, agent, :2].astype(np.float64)
        load = np.where(is_loaded, PHYSICS.box_mass, 0.0)
        return np.column_stack(
            [push(target - self.position(agent), velocity, load), turn(self.yaw(agent), ahead, load)]
        )


class ScriptedTeam(ScriptedPlayer):
    """Plays one team of the quadrant game."""

    _doors: Doors | None

    def _check_game(self, game: Game) -> None:
        if game.layout.name != "quadrant":
            raise ValueError(f"layout of game is {game.layout.name!r}, expected 'quadrant' for a scripted player")

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """See `Player`."""
        self._doors = None

    def act(self, observation: Observation) -> TeamActions:
        """See `Player`."""
        if self._doors is None:
            self._plan(self.doors)
        actions = [self._act(agent, self.doors) for agent in self._agents()]
        shape = (len(self._worlds), 0)
        if not actions:
            return TeamActions(np.zeros((*shape, 3), np.int8), np.zeros(shape, np.int8), np.zeros(shape, np.int8))
        return TeamActions(*(np.stack(parts, 1).astype(np.int8) for parts in zip(*actions, strict=True)))

    @property
    def doors(self) -> Doors:
        """The doors of every world, as the episode has found them."""
        if self._doors is None:
            self._doors = Doors(self._env.bodies)
        return self._doors

    @abstractmethod
    def _agents(self) -> range:
        """Return the bodies of the team."""

    @abstractmethod
    def _plan(self, doors: Doors) -> None:
        """Decide what to do in the episode that begins."""

    @abstractmethod
    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return movement [world, 3], grab and lock [world] of one agent."""


class StillTeam(ScriptedTeam):
    """Hiders that stand where they are."""

    def _agents(self) -> range:
        return range(self._env.game.hiders)

    def _plan(self, doors: Doors) -> None:
        pass

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        nothing = np.zeros(len(self._worlds), np.int8)
        return np.full((len(nothing), 3), 5, np.int8), nothing, nothing
