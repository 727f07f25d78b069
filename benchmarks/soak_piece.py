"""A piece of a soak: a batch of worlds of one case, played and measured; and single steps of it, saved and replayed."""

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.soak_measures import FIGURES, Gauge
from benchmarks.soak_play import CASES, STYLES_THAT_CHANGE_STATES, Director
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game

OF_PLAY, OF_CHANGED = "play", "changed states"
"""Groups of cases: those where all states came of play, and those where bodies were moved by hand."""
DEPTH = 0.2
"""Two that meet head on at 9 m/s each get 9 cm into each other before anything can act [m]."""
BOUNDS_OF_PLAY = dict.fromkeys(FIGURES, DEPTH) | {
    "floor": 0.12,
    "agent speed": 18.0,
    "object speed": 18.0,
    "vertical speed": 20.0,
    "agent turn": 40.0,
    "object turn": 60.0,
    "height": 4.0,
    "walls crossed": 0.0,
    "energy gain": 150.0,
    "numbers not finite": 0.0,
    "observations out of range": 0.0,
    "contacts left out": 0.0,
}
BOUNDS = {
    OF_PLAY: BOUNDS_OF_PLAY,
    OF_CHANGED: BOUNDS_OF_PLAY | {"floor": 0.2, "vertical speed": 25.0, "height": 6.0, "walls crossed": np.inf},
}
"""The largest value of each figure that is no failure. Dropped bodies fall fast, and what is put half into a wall may
leave it on either side; of two agents that meet at full speed one may get under the other and throw it up, in MuJoCo as
here."""
PHASES = ("actions", "simulation", "measures")


class Piece(NamedTuple):
    """A batch of worlds played for some steps; equal pieces are equal to the last bit."""

    seed: int
    """Of the soak."""
    index: int
    """Number of the piece in the soak; it says which case is played."""
    worlds: int
    steps: int
    threads: int = 1

    @property
    def case(self) -> str:
        """The name of the case."""
        return list(CASES)[self.index % len(CASES)]

    @property
    def group(self) -> str:
        """Which of `BOUNDS` hold."""
        return OF_CHANGED if CASES[self.case][1] in STYLES_THAT_CHANGE_STATES else OF_PLAY

    @property
    def bounds(self) -> dict[str, float]:
        """The bound of each figure."""
        return BOUNDS[self.group]

    def begin(self) -> Director:
        """Return the first state of the piece."""
        env = HideAndSeek(CASES[self.case][0], self.worlds, self.seed * 2**32 + self.index, self.threads)
        env.reset()
        return Director(env, np.random.default_rng([self.seed, self.index]))


class Tally(NamedTuple):
    """What came of a piece; `worst` and `exceeding` by figure."""

    worst: dict[str, dict[str, Any]]
    """The largest "value", and the "world" and "step" where it was."""
    exceeding: dict[str, int]
    """World steps in which it exceeded its bound; only where there were any."""
    seconds: dict[str, float]
    """By phase."""


def play(piece: Piece) -> Tally:
    """Play a piece and measure every world after every step."""
    director, style = piece.begin(), CASES[piece.case][1]
    env, gauge = director.env, Gauge(director.env)
    bounds = np.array([piece.bounds[name] for name in FIGURES])
    worst, place = np.full(len(FIGURES), -np.inf), np.zeros((len(FIGURES), 2), int)
    exceeding, seconds = np.zeros(len(FIGURES), int), np.zeros(len(PHASES))
    for step in range(piece.steps):
        times = [time.perf_counter()]
        director.act(style)
        times.append(time.perf_counter())
        gauge.note(director.movement)
        times.append(time.perf_counter())
        observation, _, done, _ = env.step(director.movement, director.grab, director.lock)
        times.append(time.perf_counter())
        figures = gauge.measure(observation, done)
        exceeding += (~(figures <= bounds)).sum(axis=0)
        world = figures.argmax(axis=0)
        value = figures[world, np.arange(len(FIGURES))]
        larger = ~(value <= worst)
        worst[larger] = value[larger]
        place[larger] = np.stack([world, np.full_like(world, step)], axis=1)[larger]
        times.append(time.perf_counter())
        acting, noting, stepping, measuring = np.diff(times)
        seconds += acting, stepping, noting + measuring
    found = {
        name: {"value": float(value), "world": int(world), "step": int(step)}
        for name, value, (world, step) in zip(FIGURES, worst, place, strict=True)
    }
    counted = {name: int(count) for name, count in zip(FIGURES, exceeding, strict=True) if count}
    return Tally(found, counted, dict(zip(PHASES, seconds.tolist(), strict=True)))


def save_step(piece: Piece, world: int, step: int, path: Path) -> None:
    """Play a piece again up to a step; save the state of a world before it, and the actions, for `replay`."""
    director, style = piece.begin(), CASES[piece.case][1]
    for _ in range(step):
        director.act(style)
        director.env.step(director.movement, director.grab, director.lock)
    director.act(style)
    path.parent.mkdir(parents=True, exist_ok=True)
    actions = {name: getattr(director, name)[world : world + 1] for name in ("movement", "grab", "lock")}
    state = director.env.get_state(np.array([world]))
    np.savez_compressed(path, game=json.dumps(director.env.game.options), **state, **actions)


def load_step(path: Path) -> tuple[HideAndSeek, dict[str, np.ndarray]]:
    """Return the world of a saved step as it was before, and the actions."""
    with np.load(path) as saved:
        state = dict(saved)
    game = json.loads(str(state.pop("game")))
    actions = {name: state.pop(name) for name in ("movement", "grab", "lock")}
    env = HideAndSeek(Game.from_options(game), 1, thread_count=1)
    env.set_state(state)
    return env, actions


def replay(path: Path) -> dict[str, float]:
    """Play a saved step again; return its figures."""
    env, actions = load_step(path)
    gauge = Gauge(env)
    gauge.note(actions["movement"])
    observation, _, done, _ = env.step(**actions)
    return dict(zip(FIGURES, gauge.measure(observation, done)[0].tolist(), strict=True))
