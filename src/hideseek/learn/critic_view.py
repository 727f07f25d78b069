"""What the critic alone is told in training: where the doors of the quadrant game are, and what stands in them.

The policy sees a door only as a few rays of its lidar, and so would the critic: it knows all bodies, but no walls.
What it is told here decides who will be hidden, and it cannot guess it (docs/learning.md). Play needs no critic, so
policies stay what they are: an "asymmetric actor-critic" (Pinto et al. 2018).
"""

import numpy as np
from jaxtyping import Float32

from hideseek.env.batch import HideAndSeek
from hideseek.env.wrapper import Wrapper
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import Game
from hideseek.policy.config import CRITIC_VIEW, CRITIC_VIEW_WIDTH
from hideseek.sim.state import Bodies

WALLS = 2
PER_DOOR = 12
WIDTH = CRITIC_VIEW_WIDTH
"""The share of the episode that is over; for each wall that may have a door: whether it has one, where the observer and
the nearest seeker are from it, where the nearest box is from it, how near, and whether locked; where the observer is
from that box, and how near."""
NEAR = 0.3
"""Nearness is 1 where two places are one, and falls by a factor of e over this distance [m]."""


class CriticView(Wrapper):
    """Adds `CRITIC_VIEW` [world, agent, WIDTH] to the observations."""

    def __init__(self, env: HideAndSeek | Wrapper) -> None:
        """Take an environment; raise ValueError if its game has no doors that are known (`check_game_has_doors`)."""
        check_game_has_doors(env.game)
        super().__init__(env)
        shape = (self.game.agents, WIDTH)
        self.observation_spec = {**self.observation_spec, CRITIC_VIEW: (shape, np.float32)}
        self._middle = np.zeros((self.world_count, WALLS, 2))
        self._exists = np.zeros((self.world_count, WALLS), bool)
        self._walls = np.full(_walls_of(self.unwrapped.bodies).shape, np.nan)

    def _shown(self, observation: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        world = self.unwrapped
        self._find_doors(world.observed)
        clock = world.record.step / self.game.horizon
        view = critic_view(self.game, world.observed, self._middle, self._exists, clock)
        return {**observation, CRITIC_VIEW: view}

    def _find_doors(self, bodies: Bodies) -> None:
        """Look for the doors of worlds whose walls are others than before: episodes end, states are put in."""
        walls = _walls_of(bodies)
        new = np.flatnonzero((walls != self._walls).any(1))
        if new.size:
            doors = Doors(Bodies(*(array[new] for array in bodies)))
            self._middle[new], self._exists[new], self._walls[new] = doors.middle, doors.exists, walls[new]


def _walls_of(bodies: Bodies) -> np.ndarray:
    """Return all that tells where the walls are, [world, number]."""
    rows = len(bodies.wall_count)
    parts = bodies.wall_count, bodies.wall_centre, bodies.wall_half
    return np.concatenate([array.reshape(rows, -1) for array in parts], 1)


def critic_view(
    game: Game, bodies: Bodies, middle: np.ndarray, exists: np.ndarray, clock: np.ndarray
) -> Float32[np.ndarray, "world agent {WIDTH}"]:
    """Return what the critic is told of each agent's situation.

    Args:
        game: The quadrant game.
        bodies: As the agents see them.
        middle: Of the door of each wall, [world, wall, 2] in m.
        exists: Whether the wall has one [world, wall].
        clock: Share of the episode that is over [world].
    """
    place = bodies.pose[:, :, :2].astype(np.float64)
    agents, boxes = place[:, : game.agents], place[:, game.agents : game.agents + game.boxes_max]
    there = bodies.exists[:, game.agents : game.agents + game.boxes_max]
    worlds = np.arange(len(place))
    view = np.zeros((len(place), game.agents, WIDTH), np.float32)
    view[:, :, 0] = clock[:, None]
    for wall in range(WALLS):
        door = middle[:, wall, None]
        box = np.where(there, np.linalg.norm(boxes - door, axis=-1), np.inf).argmin(1)
        seeker = np.linalg.norm(agents[:, game.hiders :] - door, axis=-1).argmin(1)
        lock = bodies.locked[worlds, box][:, None, None]
        columns = (
            np.ones((len(place), 1, 1)),
            agents - door,
            agents[worlds, game.hiders + seeker][:, None] - door,
            there[worlds, box][:, None, None] * _about(boxes[worlds, box][:, None], door, lock),
            there[worlds, box][:, None, None] * _about(agents, boxes[worlds, box][:, None]),
        )
        columns = [np.broadcast_to(x, (*agents.shape[:2], x.shape[2])) for x in columns]
        first = 1 + wall * PER_DOOR
        view[:, :, first : first + PER_DOOR] = np.concatenate(columns, -1) * exists[:, wall, None, None]
    return view


def _about(place: np.ndarray, of: np.ndarray, *more: np.ndarray) -> np.ndarray:
    """Return how far a place is from another along x and y [m], how near to it, and more."""
    off = place - of
    near = np.exp(-np.linalg.norm(off, axis=-1, keepdims=True) / NEAR)
    return np.concatenate([off, near, *more], -1)


def check_game_has_doors(game: Game) -> None:
    """Raise ValueError unless a game is one whose doors the critic can be told."""
    if game.layout.name != "quadrant":
        raise ValueError(f"layout of game is {game.layout.name!r}, expected 'quadrant' where network.critic_view is on")
    for name in ("seekers", "boxes_max"):
        if getattr(game, name) < 1:
            raise ValueError(
                f"{name} of game is {getattr(game, name)}, expected 1 at least where network.critic_view is on"
            )
