"""Sound worlds and replays made by hand, and what a stranger might change in them."""

from typing import Any

import numpy as np

from hideseek.game.config import LIDAR_RAYS, Game, make_game
from hideseek.view.replay.content import Replay

NUMBERS = (
    0.0, -0.0, 1e-45, -1e-45, 1e-30, 1e-6, 0.001, 0.5, 1.0, -1.0, 3.0, 6.0, -6.0, 12.0, 13.0, 32.767, 33.0, -33.0, 1e3,
    32767.0, 65536.0, 2.0**31, -(2.0**31), 2.0**32, 2.0**53, 2.0**63, -(2.0**63), 2.0**64, 1e18, -1e18, 1e19, -1e19,
    1e30, -1e30, 3.4e38, -3.4e38,
)  # fmt: skip
"""Where arithmetic changes its nature: zero, denormal numbers, borders of the floor and of integers, the largest."""
NO_NUMBERS = (np.inf, -np.inf, np.nan)
HORIZON = 4


def small_game(rng: np.random.Generator) -> Game:
    """Return a short game: of the quadrant, between random walls, or with a cylinder."""
    kind = rng.random()
    if kind < 0.2:
        return make_game("shelter", horizon=HORIZON)
    if kind < 0.6:
        return make_game("quadrant", horizon=HORIZON, hiders=int(rng.integers(1, 4)))
    return make_game("random-walls", horizon=HORIZON, seekers=int(rng.integers(0, 4)))


def sound_replay(rng: np.random.Generator) -> Replay:
    """Return a replay of two episodes in which everything is where it may be."""
    game = small_game(rng)
    counts, episodes, frames = game.counts, 2, HORIZON + 1
    moments, steps = (episodes, frames), (episodes, HORIZON)
    half_size = rng.uniform(0.1, 0.6, (episodes, counts.body, 3))
    half_size[:, : counts.agent] = 0.15
    position = rng.uniform(0.3, 5.7, (*moments, counts.body, 3))
    position[..., 2] = half_size[:, None, :, 2]
    exists = rng.random((episodes, counts.body)) < 0.9
    exists[:, : counts.agent] = True
    return Replay(
        game=game,
        hiders="some hiders",
        seekers="some seekers",
        about={},
        statistic_names=("max_box_move",),
        wall_count=rng.integers(0, counts.wall + 1, episodes).astype(np.int32),
        wall_centre=rng.uniform(0.1, 5.9, (episodes, counts.wall, 3)).astype(np.float32),
        wall_half=rng.uniform(0.05, 2.0, (episodes, counts.wall, 3)).astype(np.float32),
        cylinder_centre=rng.uniform(0.1, 5.9, (episodes, counts.cylinder, 3)).astype(np.float32),
        cylinder_size=rng.uniform(0.1, 2.0, (episodes, counts.cylinder, 2)).astype(np.float32),
        exists=exists,
        half_size=half_size.astype(np.float32),
        position=position.astype(np.float32),
        yaw=rng.uniform(-3.1, 3.1, (*moments, counts.body)).astype(np.float32),
        lock_team=rng.integers(-1, 2, (*moments, counts.object)).astype(np.int8),
        grabbed=rng.integers(-1, counts.object, (*moments, counts.agent)).astype(np.int8),
        sees=rng.random((*moments, counts.agent, counts.body)) < 0.5,
        lidar=rng.uniform(0.0, 6.0, (*moments, counts.agent, LIDAR_RAYS)).astype(np.float32),
        movement=rng.integers(0, 11, (*steps, counts.agent, 3)).astype(np.uint8),
        grab=rng.random((*steps, counts.agent)) < 0.5,
        lock=rng.random((*steps, counts.agent)) < 0.5,
        reward=rng.choice([-1.0, 0.0, 1.0], (*steps, counts.agent)).astype(np.float32),
        statistics=rng.random((*steps, 1)).astype(np.float32),
        spot_place=rng.uniform(0.3, 5.7, (*moments, game.objective.spot_count, 3)).astype(np.float32),
        spot_share=rng.random((*moments, game.objective.spot_count)).astype(np.float32),
    )


def spoil(array: np.ndarray, rng: np.random.Generator, numbers: tuple[float, ...] = NUMBERS) -> None:
    """Put hostile numbers into some places of an array, in place: one, a few, or everywhere."""
    if not array.size:
        return
    flat = array.reshape(-1)
    share = rng.choice([1.0 / array.size, 0.1, 1.0])
    places = np.flatnonzero(rng.random(array.size) < share) if share > 1.0 / array.size else [rng.integers(array.size)]
    for place in places:
        with np.errstate(all="ignore"):
            flat[place] = as_kind(rng.choice(numbers), array.dtype)


def as_kind(number: float, kind: np.dtype) -> Any:
    """Return a number as a type has it: integers and flags wrap around."""
    if kind.kind == "f":
        return number
    if not np.isfinite(number):
        return 1
    return np.array(int(number) & 0xFF).astype(np.uint8).astype(kind)


def spoil_json(content: Any, rng: np.random.Generator) -> Any:
    """Return JSON with one thing in it changed, left out, doubled or nested."""
    others = (None, True, -1, 0, 1e308, 2**70, "", "\x1b[2J", "x" * 5000, [], {}, [[[[]]]], [content], {"a": content})
    if isinstance(content, dict) and content and rng.random() < 0.9:
        name = str(rng.choice(list(content)))
        if rng.random() < 0.1:
            return {key: value for key, value in content.items() if key != name}
        return {**content, name: spoil_json(content[name], rng)}
    if isinstance(content, list) and content and rng.random() < 0.9:
        place = int(rng.integers(len(content)))
        return [*content[:place], spoil_json(content[place], rng), *content[place + 1 :]]
    return others[int(rng.integers(len(others)))]
