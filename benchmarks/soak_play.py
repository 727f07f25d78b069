"""Hostile play for a soak: games, and ways to mistreat them. Both are data."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int8

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS, Game, make_game
from hideseek.game.floor import FLOOR_SIZE

NO_PREPARATION = {"preparation_fraction": 0.0, "horizon": 120}
GAMES: dict[str, Game] = {
    "quadrant 1v1": make_game("quadrant", hiders=1, seekers=1, lock_ramps=True, lock_rule="any_lock", **NO_PREPARATION),
    "quadrant 2v2": make_game("quadrant"),
    "quadrant 3v3 long": make_game(
        "quadrant", hiders=3, seekers=3, boxes_min=4, boxes_max=4, elongated_min=1, elongated_max=2, ramps=2,
        lock_ramps=True, lock_rule="all_lock", wall_friction=1.0, **NO_PREPARATION,
    ),
    "walls 1v1": make_game("random-walls", hiders=1, seekers=1, lock_rule="any_lock_specific", **NO_PREPARATION),
    "walls 2v2": make_game("random-walls"),
    "walls 3v3 crowded": make_game(
        "random-walls", hiders=3, seekers=3, boxes_min=8, boxes_max=8, elongated_min=0, elongated_max=8, rooms_max=8,
        **NO_PREPARATION,
    ),
}  # fmt: skip
MIDDLE, FULL = MOVEMENT_BUCKETS // 2, MOVEMENT_BUCKETS - 1
TURN_PER_BUCKET = 0.135
"""How far an agent turns in a step per bucket of torque [rad]."""
LONG = 0.5
"""Boxes with a half size above this are elongated [m]."""
SHIFT = np.array([0.04, 0.04, 0.03, 0.3])
"""How far a perturbed body is moved at most [m, rad]: into others by some centimetres."""
SPEED = np.array([8.0, 8.0, 4.0, 8.0])
"""The greatest velocity that a perturbed body gets [m/s, rad/s]."""
DROP_HEIGHT, DROP_PLACES = (0.6, 1.6), (1.0, FLOOR_SIZE - 1.0)
"""From where bodies are dropped: above the highest centre in the world, or 0.5 m; x and y [m]."""


class Director:
    """Decides what all agents of a batch do, by a style.

    Attributes:
        env: the environment.
        random: draws everything.
        step: steps played.
        movement, grab, lock: the actions of the coming step, as `HideAndSeek.step` takes them.
    """

    def __init__(self, env: HideAndSeek, random: np.random.Generator) -> None:
        self.env, self.random, self.step = env, random, 0
        shape = (env.world_count, env.game.agents)
        self.movement: Int8[np.ndarray, "world agent 3"] = np.full((*shape, 3), MIDDLE, np.int8)
        self.grab, self.lock = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
        self._targets = random.random((*shape, 2))

    def act(self, style: "Style") -> None:
        """Fill the actions of the coming step; a style may also change the state."""
        style(self)
        self.step += 1

    def draw(self, array: np.ndarray, probability: float) -> None:
        """Draw grabs or locks."""
        array[:] = self.random.random(array.shape) < probability

    def flip(self, probability: float) -> None:
        """Full force and torque on all axes; each changes its sign with some probability."""
        self.movement[self.movement == MIDDLE] = FULL
        flipped = self.random.random(self.movement.shape) < probability
        self.movement[:] = np.where(flipped, FULL - self.movement, self.movement)

    def kept_targets(self, steps: int) -> Float[np.ndarray, "world agent 2"]:
        """Return random numbers from 0 to 1 that stay the same for some steps."""
        if self.step % steps == 0:
            self._targets = self.random.random(self._targets.shape)
        return self._targets

    def push_towards(self, place: Float[np.ndarray, "world agent 2"], look: bool = True) -> None:
        """Run to a place with full force along both axes, looking there (or spinning, each agent its own way)."""
        pose = self.env.bodies.pose[:, : self.env.game.agents]
        apart = place - pose[..., :2]
        self.movement[..., :2] = MIDDLE + MIDDLE * np.clip(np.round(apart / 0.02), -1, 1)
        if look:
            turn = np.arctan2(apart[..., 0], -apart[..., 1]) - pose[..., 3]
            turn = (turn + np.pi) % (2.0 * np.pi) - np.pi
            self.movement[..., 2] = MIDDLE + np.clip(np.round(turn / TURN_PER_BUCKET), -MIDDLE, MIDDLE)
        else:
            self.movement[..., 2] = np.where(self._targets[..., 0] < 0.5, 0, FULL)

    def item_places(self, item: np.ndarray) -> Float[np.ndarray, "world agent 2"]:
        """Return where each agent's object [world, agent] is."""
        world = np.arange(self.env.world_count)[:, None]
        return self.env.bodies.pose[world, self.env.game.agents + item, :2]

    def change_state(self, share: float, change: Callable[[dict[str, np.ndarray], np.ndarray], None]) -> None:
        """Let `change` alter the state of a share of the worlds, told which of their bodies exist."""
        worlds = np.flatnonzero(self.random.random(self.env.world_count) < share)
        state = self.env.get_state(worlds)
        change(state, state["exists"])
        self.env.set_state(state, worlds)


Style = Callable[[Director], None]


def play_uniformly(director: Director) -> None:
    """All actions uniform, new at every step."""
    director.movement[:] = director.random.integers(0, MOVEMENT_BUCKETS, director.movement.shape)
    director.draw(director.grab, 0.5)
    director.draw(director.lock, 0.5)


def flip_full_force(director: Director) -> None:
    """Full force and torque, flipped now and then; seldom grabs and locks."""
    director.flip(0.1)
    director.draw(director.grab, 0.2)
    director.draw(director.lock, 0.1)


def grab_and_lock(director: Director) -> None:
    """Full force, grabbing and locking at every step."""
    director.flip(0.1)
    director.grab[:] = director.lock[:] = 1


def alternate(director: Director) -> None:
    """Full force, locking and grabbing by turns."""
    director.flip(0.1)
    director.grab[:] = director.step % 2
    director.lock[:] = 1 - director.grab


def meet_in_a_corner(director: Director) -> None:
    """All agents of a world into the same corner of the floor."""
    corner = FLOOR_SIZE * np.round(director.kept_targets(40)[:, :1])
    director.push_towards(corner)
    director.draw(director.grab, 0.3)
    director.draw(director.lock, 0.1)


def meet_at_a_spot(director: Director) -> None:
    """All agents of a world to the same spot."""
    director.push_towards(FLOOR_SIZE * director.kept_targets(25)[:, :1])
    director.draw(director.grab, 0.1)
    director.draw(director.lock, 0.1)


def crowd_a_box(director: Director) -> None:
    """All agents of a world push the same box."""
    agents, boxes_end = director.env.game.agents, director.env.game.agents + director.env.game.boxes_max
    box_count = director.env.bodies.exists[:, agents:boxes_end].sum(axis=1)
    box = (director.kept_targets(40)[:, :1, 0] * box_count[:, None]).astype(int)
    director.push_towards(director.item_places(box))
    director.draw(director.grab, 0.2)
    director.draw(director.lock, 0.1)


def jam_ramps(director: Director) -> None:
    """Agents take ramps and drive them at walls and into corners."""
    env, targets = director.env, director.kept_targets(20)
    ramp = env.game.boxes_max + np.arange(env.game.agents) % env.game.ramps
    holds = env.bodies.weld_object >= env.game.boxes_max
    # Coordinates from -0.5 to 1.5 floors, clipped: every other target is a corner, or beyond a wall.
    away = FLOOR_SIZE * np.clip(2.0 * targets - 0.5, 0.0, 1.0)
    there = director.item_places(np.broadcast_to(ramp, holds.shape))
    director.push_towards(np.where(holds[..., None], away, there))
    director.grab[:] = 1
    director.draw(director.lock, 0.05)


def spin_in_doorways(director: Director) -> None:
    """Agents take long boxes, where there are any, and spin them at the ends of walls, where doors are."""
    env, targets = director.env, director.kept_targets(20)
    boxes = env.bodies.half_size[:, env.game.agents : env.game.agents + env.game.boxes_max, :2].max(axis=2)
    long_count = np.maximum((boxes > LONG).sum(axis=1), 1)  # long boxes come first
    box = np.arange(env.game.agents) % long_count[:, None]
    holds = env.bodies.weld_object >= 0
    world = np.arange(env.world_count)[:, None]
    wall = (targets[..., 0] * env.bodies.wall_count[:, None]).astype(int)
    half = env.bodies.wall_half[world, wall, :2]
    end = env.bodies.wall_centre[world, wall, :2] + np.sign(targets[..., 1:] - 0.5) * half
    director.push_towards(director.item_places(box))
    looking = director.movement[..., 2].copy()
    director.push_towards(np.where(holds[..., None], end, director.item_places(box)), look=False)
    director.movement[..., 2] = np.where(holds, director.movement[..., 2], looking)
    director.grab[:] = 1
    director.lock[:] = 0


def perturb(director: Director) -> None:
    """Full force; every 10 steps half of the worlds have all bodies shifted into each other, and at some speed."""
    if director.step % 10 == 5:
        director.change_state(0.5, lambda state, exists: _shift(director.random, state, exists))
    flip_full_force(director)


def rain(director: Director) -> None:
    """Full force; every 15 steps bodies are dropped, half of them onto others."""
    if director.step % 15 == 5:
        director.change_state(0.5, lambda state, exists: _lift(director.random, state, exists))
    flip_full_force(director)


STYLES_THAT_CHANGE_STATES = (perturb, rain)
STYLES: dict[str, Style] = {
    "uniform": play_uniformly,
    "full force": flip_full_force,
    "grab and lock": grab_and_lock,
    "grab or lock": alternate,
    "one corner": meet_in_a_corner,
    "one spot": meet_at_a_spot,
    "one box": crowd_a_box,
    "ramps into walls": jam_ramps,
    "long boxes in doors": spin_in_doorways,
    "perturbed": perturb,
    "rain": rain,
}
CASES: dict[str, tuple[Game, Style]] = {
    f"{game_name}, {style_name}": (game, style)
    for style_name, style in STYLES.items()
    for game_name, game in GAMES.items()
}


def _shift(random: np.random.Generator, state: dict[str, np.ndarray], exists: np.ndarray) -> None:
    """Move all bodies a little and give them new velocities."""
    shape = state["pose"].shape
    state["pose"] += np.where(exists[..., None], random.uniform(-SHIFT, SHIFT, shape), 0.0).astype(np.float32)
    state["velocity"][:] = np.where(exists[..., None], random.uniform(-SPEED, SPEED, shape), 0.0)


def _lift(random: np.random.Generator, state: dict[str, np.ndarray], exists: np.ndarray) -> None:
    """Let one body of each world fall, over a random place or over another body; nothing is held or locked there."""
    worlds, bodies = exists.shape
    world, body = np.arange(worlds), random.integers(0, bodies, worlds)
    # Not over an outer wall, and not into it: a long box reaches 0.83 m.
    onto = np.clip(state["pose"][world, random.integers(0, bodies, worlds), :2], *DROP_PLACES)
    place = np.where(random.random((worlds, 1)) < 0.5, onto, random.uniform(*DROP_PLACES, (worlds, 2)))
    height = np.maximum(state["pose"][..., 2].max(axis=1), 0.5) + random.uniform(*DROP_HEIGHT, worlds)
    pose = np.column_stack([place, height, random.uniform(-np.pi, np.pi, worlds)])
    state["pose"][world, body] = np.where(exists[world, body, None], pose, state["pose"][world, body])
    state["velocity"][world, body] = 0.0
    state["weld_object"][:] = -1
    state["locked"][:] = False
