"""The episodes that are kept as transcripts: a game, a seed, where things are, and what everybody does."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import MOVEMENT_BUCKETS, Game, make_game
from hideseek.game.vision import sense_vision
from tests.worlds import EAST, NORTH, SOUTH, WEST

Actions = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Movement, grab and lock of a batch of one world."""
Player = Callable[[int, int], Actions]
"""Returns everybody's actions from the step and the number of agents."""
STILL = 5
"""The bucket that pushes nowhere."""
OUTER_WALLS_ALONE = 4
DEPTH = 1e-4
"""How deep everything stands in the floor at the beginning [m].

Exactly on it, rounding would decide whether the first substep has contact, which makes centimetres half a second later.
"""


@dataclass(frozen=True)
class Scene:
    """One episode, and the beginning of the next."""

    title: str
    preset: str
    act: Player
    options: dict[str, object] = field(default_factory=dict)
    """Where the game differs from the preset."""
    seed: int = 0
    places: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    """x, y, yaw of bodies that stand where the layout did not put them; where there are any, inner walls go."""

    @property
    def game(self) -> Game:
        """The game that is played."""
        return make_game(self.preset, **self.options)

    def begin(self) -> HideAndSeek:
        """Return a batch of this one world, at the beginning of its episode."""
        game = self.game
        env = HideAndSeek(game, 1, self.seed, 1)
        env.reset()
        state = env.get_state()
        if self.places:
            state["wall_count"][:] = OUTER_WALLS_ALONE
        for body, (x, y, yaw) in self.places.items():
            state["pose"][0, body] = x, y, state["half_size"][0, body, 2], yaw
        state["start_position"][:] = state["pose"][:, game.agents :, :3]
        state["pose"][..., 2] -= np.float32(DEPTH) * state["exists"]
        env.set_state(state)
        sense_vision(game.params, env.bodies, env.record, game.counts, 0)
        return env


def wander(seed: int, hold: int = 4) -> Player:
    """Return a player of random actions, each kept for `hold` steps; about half of the hands grab, a third lock."""

    def act(step: int, agents: int) -> Actions:
        # Of Python's generators only `random` gives the same numbers in every version.
        draw = random.Random(1000 * seed + step // hold).random
        movement = [[int(MOVEMENT_BUCKETS * draw()) for _ in range(3)] for _ in range(agents)]
        grab = [draw() < 0.5 for _ in range(agents)]
        lock = [draw() < 0.3 for _ in range(agents)]
        return np.array([movement], np.int8), np.array([grab], np.int8), np.array([lock], np.int8)

    return act


def quarrel(seed: int) -> Player:
    """Return a player who stands still and presses lock in half of the steps."""

    def act(step: int, agents: int) -> Actions:
        draw = random.Random(1000 * seed + step).random
        lock = np.array([[draw() < 0.5 for _ in range(agents)]], np.int8)
        return np.full((1, agents, 3), STILL, np.int8), np.zeros((1, agents), np.int8), lock

    return act


def follow(*lines: tuple[int, int, tuple[int, int, int], str]) -> Player:
    """Return a player of a script: from a step on an agent moves so, and keeps "grab" or "lock" or both pressed."""

    def act(step: int, agents: int) -> Actions:
        movement = np.full((1, agents, 3), STILL, np.int8)
        hands = np.zeros((2, 1, agents), np.int8)
        for first, agent, move, pressed in lines:
            if first <= step:
                movement[0, agent] = move
                hands[:, 0, agent] = "grab" in pressed, "lock" in pressed
        return movement, hands[0], hands[1]

    return act


FORT = follow(
    # The first hider takes a box, drags it west, locks it there, runs, and comes back without pressing lock.
    (0, 0, (1, 5, 5), "grab"),
    (4, 0, (5, 5, 5), "grab lock"),
    (6, 0, (1, 5, 5), "lock"),
    (9, 0, (9, 5, 5), ""),
    (13, 0, (5, 5, 5), ""),
    # The second locks the ramp during preparation and runs away, turning.
    (0, 1, (5, 5, 5), "lock"),
    (2, 1, (0, 5, 6), "lock"),
    (5, 1, (0, 5, 6), ""),
    # The first seeker runs up the locked ramp as soon as it may, and off its top.
    (0, 2, (5, 1, 5), ""),
    # The second takes the other box, swings it into the area, locks it, and pushes it out again.
    (0, 3, (5, 5, 7), "grab"),
    (10, 3, (5, 5, 5), "lock"),
    (14, 3, (5, 9, 5), ""),
)

SHELTER = follow(
    # The agent pushes a box to the cylinder, locks it there, and runs around it, along the cylinder's side.
    (0, 0, (5, 8, 5), "grab"),
    (4, 0, (5, 5, 5), "lock"),
    (6, 0, (9, 3, 5), "lock"),
    (9, 0, (5, 10, 5), ""),
    (12, 0, (2, 9, 4), ""),
)

MEAL = follow(
    # Both hiders eat; the first walks away before the food is back, the first seeker turns round to the second.
    (7, 0, (1, 6, 5), ""),
    (10, 2, (5, 5, 9), ""),
)

BUILD = follow(
    # The agent takes the box, drags it north onto the site, and lets go.
    (0, 0, (5, 8, 5), "grab"),
    (4, 0, (5, 5, 5), "grab"),
    (7, 0, (5, 5, 5), ""),
)

SCENES: dict[str, Scene] = {
    "quadrant": Scene(
        "Two against two in the quadrant, wandering",
        "quadrant",
        wander(29),
        {"horizon": 20},
        seed=29,
    ),
    "random-walls": Scene(
        "Two against two between random walls, wandering",
        "random-walls",
        wander(56),
        {"horizon": 14},
        seed=56,
    ),
    "one-against-one": Scene(
        "One against one in the quadrant, each for itself",
        "quadrant",
        wander(52),
        {"horizon": 20, "hiders": 1, "seekers": 1, "reward": "selfish", "hiders_in_quadrant": True},
        seed=52,
    ),
    "original-quirks": Scene(
        "Two against two between random walls, with the original's quirks",
        "random-walls",
        wander(10),
        {
            "horizon": 12,
            "preparation_fraction": 0.6,
            "boxes_max": 5,
            "elongated_max": 5,
            "reward": "joint_mean",
            "area": (1.0, 1.0, 5.0, 5.0),
            "original_quirks": True,
        },
        seed=10,
    ),
    "fort": Scene(
        "A box is dragged and locked, a ramp locked and climbed, another box swung into the area and pushed out again",
        "quadrant",
        FORT,
        {"horizon": 20, "preparation_fraction": 0.25, "lock_ramps": True, "area": (0.6, 0.1, 5.9, 4.95)},
        seed=5,
        places={
            0: (2.59, 3.01, 1.56),
            1: (4.13, 2.01, 1.57),
            2: (4.54, 2.68, 0.03),
            3: (4.49, 4.61, 3.18),
            4: (3.02, 3.01, 0.02),
            5: (4.46, 4.99, 0.03),
            6: (4.52, 2.0, -0.02),
        },
    ),
    "locks": Scene(
        "Three agents around a box quarrel about its lock, a fourth is 5 mm too far away",
        "quadrant",
        quarrel(6),
        {
            "horizon": 16,
            "preparation_fraction": 0.25,
            "boxes_min": 1,
            "boxes_max": 1,
            "ramps": 0,
            "lock_rule": "any_lock_specific",
        },
        seed=6,
        places={
            0: (2.6, 3.0, EAST),
            1: (3.495, 3.0, WEST),
            2: (3.0, 2.6, NORTH),
            3: (3.0, 3.505, SOUTH),
            4: (3.0, 3.0, 0.0),
        },
    ),
    "shelter": Scene(
        "A box is pushed to the cylinder and locked there, and fewer rays reach it",
        "shelter",
        SHELTER,
        {"horizon": 18, "boxes_min": 3, "boxes_max": 3, "elongated_min": 1, "elongated_max": 1},
        seed=4,
        places={
            0: (3.02, 1.5, 3.12),
            1: (4.9, 3.2, 0.02),
            2: (3.01, 1.93, 0.02),
            3: (1.2, 1.2, 0.01),
        },
    ),
    "food": Scene(
        "Two hiders eat in turns with nobody looking, until a seeker turns round",
        "food",
        MEAL,
        {
            "layout": "open",
            "horizon": 18,
            "preparation_fraction": 0.12,
            "boxes_min": 1,
            "boxes_max": 1,
            "elongated_min": 0,
            "elongated_max": 0,
            "ramps": 0,
            "food_health": 5.0,
            "food_respawn": 3,
            "food_square": 0.05,
        },
        seed=3,
        places={
            0: (3.04, 3.21, SOUTH),
            1: (3.05, 2.49, NORTH),
            2: (1.2, 3.02, WEST),
            3: (4.8, 2.98, EAST),
            4: (3.02, 5.01, 0.02),
        },
    ),
    "blueprint": Scene(
        "A box is dragged onto the site, which ends the episode",
        "blueprint",
        BUILD,
        {"horizon": 20, "boxes_min": 1, "boxes_max": 1, "sites_max": 1, "distance_reward": 0.0},
        seed=2,
        places={0: (4.97, 3.07, SOUTH), 1: (4.96, 2.62, 0.02)},
    ),
}
