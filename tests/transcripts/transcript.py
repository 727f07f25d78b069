"""Episodes as text that people can read: who does what, where everything is, who sees whom, what is held and locked."""

import re
import textwrap
from collections.abc import Iterable, Iterator

import numpy as np

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game
from hideseek.game.statistics import STATISTIC_NAMES
from hideseek.game.version import VERSION
from hideseek.sim.state import Physics
from tests.transcripts.scenes import Actions, Scene

TOLERANCE = 0.001
"""Largest difference of a number with three decimals: a millimetre, a milliradian, a millimetre per second."""
MEASURED = re.compile(r"[-+]?\d+\.\d{3}")
WIDTH = 120


def transcribe(scene: Scene, disturbance: float = 0.0, seed: int = 0, physics: Physics | None = None) -> str:
    """Play a scene and return its transcript.

    Args:
        scene: what is played.
        disturbance: how far off everything stands at the beginning, to one side or the other [m, rad].
        seed: which side.
        physics: constants in place of the game's own.
    """
    env = scene.begin()
    if physics is not None:
        env._physics = physics
    _disturb(env, disturbance, seed)
    return "\n".join(line.rstrip() for line in _lines(scene, env)) + "\n"


def differences(expected: str, found: str) -> list[str]:
    """Return where two transcripts differ: words and whole numbers at all, measured ones by more than `TOLERANCE`."""
    here, there = expected.splitlines(), found.splitlines()
    lines = [
        f"line {number}\n  kept {one.strip()}\n  now  {other.strip()}"
        for number, (one, other) in enumerate(zip(here, there, strict=False), start=1)
        if not _is_same(one.split(), other.split())
    ]
    if len(here) != len(there):
        lines.append(f"length\n  kept {len(here)} lines\n  now  {len(there)} lines")
    return lines


def _is_same(words: list[str], others: list[str]) -> bool:
    return len(words) == len(others) and all(map(_is_same_word, words, others))


def _is_same_word(word: str, other: str) -> bool:
    if MEASURED.fullmatch(word) and MEASURED.fullmatch(other):
        return abs(float(word) - float(other)) <= TOLERANCE + 1e-9
    return word == other


def _disturb(env: HideAndSeek, distance: float, seed: int) -> None:
    state = env.get_state()
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], state["pose"].shape)
    state["pose"] += (distance * signs * state["exists"][..., None]).astype(np.float32)
    env.set_state(state)


def _lines(scene: Scene, env: HideAndSeek) -> Iterator[str]:
    """Yield the transcript line by line."""
    game = scene.game
    options = ", ".join(f"{name} {value}" for name, value in scene.options.items())
    yield scene.title
    yield f"environment version {VERSION}"
    yield f"game {scene.preset}, {options}"
    yield f"seed {scene.seed}"
    yield from _layout(env)
    yield from _observations(env)
    for step in range(game.horizon):
        before = env.get_state()
        actions = scene.act(step, game.agents)
        _, reward, done, info = env.step(*actions)
        yield ""
        yield f"step {step}{', preparation' if info['preparation'][0] else ''}"
        if done[0]:
            break
        after = env.get_state()
        yield from _agents(env, actions, reward[0])
        yield from _objects(env)
        yield from (f"  * {event}" for event in _events(game, before, after))
        if step == game.horizon // 2:
            yield from _observations(env)
    for agent, pays in enumerate(reward[0]):
        yield f"  {name_of(game, agent):<10}{_deed(actions, agent)}  reward {pays:+g}"
    yield "  * the episode ends"
    names = (*STATISTIC_NAMES, *game.objective.metric_names)
    for name, value in zip(names, [*info["statistics"][0], *info["metrics"][0]], strict=True):
        yield f"  {name:<20}{_numbers([value])}"
    yield ""
    yield "the next episode begins"
    yield from _layout(env)


def name_of(game: Game, body: int) -> str:
    """Return what a body is called: its kind, and its number among them."""
    kinds = (("hider", game.hiders), ("seeker", game.seekers), ("box", game.boxes_max), ("ramp", game.ramps))
    for kind, count in kinds:
        if body < count:
            return f"{kind} {body}"
        body -= count
    raise IndexError(f"{game} has no such body")


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{round(float(value), 3) + 0.0:8.3f}" for value in values)  # + 0.0 makes -0.0 positive


def _layout(env: HideAndSeek) -> Iterator[str]:
    """Say where walls, cylinders and bodies are, and how large: centres and full sizes [m]."""
    bodies, game = env.bodies, env.game
    yield ""
    for wall in range(bodies.wall_count[0]):
        centre, size = bodies.wall_centre[0, wall], 2.0 * bodies.wall_half[0, wall]
        yield f"  wall {wall:<5}at {_numbers(centre)}  size {_numbers(size)}"
    for cylinder in range(bodies.cylinder_size.shape[1]):
        centre, size = bodies.cylinder_centre[0, cylinder], 2.0 * bodies.cylinder_size[0, cylinder]
        yield f"  cylinder {cylinder} at {_numbers(centre)}  diameter and height {_numbers(size)}"
    for body in np.flatnonzero(bodies.exists[0]):
        pose, size = bodies.pose[0, body], 2.0 * bodies.half_size[0, body]
        yield f"  {name_of(game, body):<10}at {_numbers(pose[:3])}  yaw {_numbers(pose[3:])}  size {_numbers(size)}"


def _observations(env: HideAndSeek) -> Iterator[str]:
    """Print all that the first hider observes."""
    yield ""
    yield "  the first hider observes"
    for name, value in env.observe().items():
        rows = np.atleast_2d(value[0, 0])
        for row in rows if rows.size else ():
            text = " ".join("yes" if x else "no" for x in row) if row.dtype == bool else _numbers(row)
            wrapped = textwrap.wrap(text, WIDTH - 18)
            yield f"    {name:<12}  {wrapped[0]}"
            yield from (f"{'':18}{line}" for line in wrapped[1:])


def _deed(actions: Actions, agent: int) -> str:
    movement, grab, lock = (action[0, agent] for action in actions)
    return f"{movement[0]:>3}{movement[1]:>3}{movement[2]:>3} {'grab' if grab else '-':<5}{'lock' if lock else '-':<5}"


def _agents(env: HideAndSeek, actions: Actions, reward: np.ndarray) -> Iterator[str]:
    """Say what each agent did and got, where it is then, what it holds and whom it sees."""
    game, pose = env.game, env.bodies.pose[0]
    for agent in range(game.agents):
        held = env.bodies.weld_object[0, agent]
        holds = f"holds {name_of(game, game.agents + held)}" if held >= 0 else ""
        sees = np.append(env.record.sees_agent[0, agent], env.record.sees_object[0, agent])
        seen = ", ".join(name_of(game, body) for body in np.flatnonzero(sees) if body != agent)
        yield (
            f"  {name_of(game, agent):<10}{_deed(actions, agent)}reward {reward[agent]:+g}  "
            f"at {_numbers(pose[agent])}  sees {seen or 'nobody'}  {holds}"
        )


def _objects(env: HideAndSeek) -> Iterator[str]:
    """Say where each object is, and who locked it."""
    game = env.game
    for body in np.flatnonzero(env.bodies.exists[0, game.agents :]) + game.agents:
        item = body - game.agents
        owner = name_of(game, env.record.lock_owner[0, item])
        locked = f"locked by {owner}" if env.bodies.locked[0, item] else ""
        yield f"  {name_of(game, body):<10}at {_numbers(env.bodies.pose[0, body])}  {locked}"
    spots = game.objective.spots(env.extras)
    for k, place in enumerate(spots.place[0] if spots else ()):
        yield f"  spot {k:<5}at {_numbers(place)}  there is {_numbers(spots.share[0, k : k + 1])}"


def _events(game: Game, before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> Iterator[str]:
    """Say in words what a step changed."""
    for agent in range(game.agents):
        old, new = before["weld_object"][0, agent], after["weld_object"][0, agent]
        if old != new:
            if old >= 0:
                yield f"{name_of(game, agent)} lets go of {name_of(game, game.agents + old)}"
            if new >= 0:
                yield f"{name_of(game, agent)} grabs {name_of(game, game.agents + new)}"
    for item in range(after["locked"].shape[1]):
        owner, name = name_of(game, after["lock_owner"][0, item]), name_of(game, game.agents + item)
        was, is_locked = before["locked"][0, item], after["locked"][0, item]
        if is_locked and not was:
            yield f"{owner} locks {name}"
        elif was and not is_locked:
            yield f"{name} is unlocked"
        elif is_locked and before["lock_owner"][0, item] != after["lock_owner"][0, item]:
            yield f"{owner} takes over the lock of {name}"
    for seeker in range(game.hiders, game.agents):
        for hider in range(game.hiders):
            sees = after["sees_agent"][0, seeker, hider]
            if sees != before["sees_agent"][0, seeker, hider]:
                verb = "finds" if sees else "loses sight of"
                yield f"{name_of(game, seeker)} {verb} {name_of(game, hider)}"
    if after["step"][0] == game.preparation_steps:
        yield "preparation ends"
