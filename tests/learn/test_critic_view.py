"""What the critic is told of doors: true, in mirrored worlds too, and nothing that a policy acts on."""

import math
from dataclasses import replace

import jax
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.mirrored import MirroredWorlds
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import Game, make_game
from hideseek.learn.critic_view import NEAR, PER_DOOR, WALLS, WIDTH, CriticView
from hideseek.policy.config import CRITIC_VIEW, FeatureSizes
from hideseek.policy.policy import Memories, Networks, as_rows
from tests.learn.toy import TINY_NETWORK
from tests.refusal import assert_refused, refused

WORLDS = 16
QUADRANT = make_game("quadrant", door_dropout=0.5)


def played(env: CriticView, steps: int = 30) -> dict[str, np.ndarray]:
    """Return what is observed after some steps at random."""
    generator, observation = np.random.default_rng(0), env.reset()
    for _ in range(steps):
        shape = env.world_count, env.game.agents
        hands = generator.integers(0, 2, (2, *shape), dtype=np.int8)
        observation = env.step(generator.integers(0, 11, (*shape, 3), dtype=np.int8), *hands)[0]
    return observation


def expected_view(game: Game, env: HideAndSeek, world: int, agent: int) -> list[float]:
    """Return the view of one agent, worked out number by number."""
    doors, pose = Doors(env.bodies), env.bodies.pose[world, :, :2].astype(np.float64)
    boxes = [b for b in range(game.agents, game.agents + game.boxes_max) if env.bodies.exists[world, b]]
    numbers = [env.record.step[world] / game.horizon]
    for wall in range(WALLS):
        if not doors.exists[world, wall]:
            numbers += [0.0] * PER_DOOR
            continue
        middle = doors.middle[world, wall]
        seeker = min(range(game.hiders, game.agents), key=lambda s: math.dist(pose[s], middle))
        numbers += [1.0, *(pose[agent] - middle), *(pose[seeker] - middle)]
        if not boxes:
            numbers += [0.0] * 7
            continue
        box = min(boxes, key=lambda b: math.dist(pose[b], middle))
        numbers += [*(pose[box] - middle), math.exp(-math.dist(pose[box], middle) / NEAR)]
        numbers += [float(env.bodies.locked[world, box - game.agents]), *(pose[agent] - pose[box])]
        numbers += [math.exp(-math.dist(pose[agent], pose[box]) / NEAR)]
    return numbers


@pytest.mark.parametrize(
    "game", [QUADRANT, make_game("quadrant", boxes_min=0, boxes_max=1)], ids=["boxes", "few boxes"]
)
def test_it_tells_where_things_are(game: Game):
    """Also in worlds with one door, or without a box; after an episode's end the doors are the new ones."""
    env = HideAndSeek(game, WORLDS, seed=2)
    for steps in (30, game.horizon + 3):
        view = played(CriticView(env), steps)[CRITIC_VIEW]
        assert view.shape == (WORLDS, game.agents, WIDTH)
        for world in range(WORLDS):
            for agent in range(game.agents):
                np.testing.assert_allclose(view[world, agent], expected_view(game, env, world, agent), atol=1e-5)


def test_a_state_that_is_put_back_has_its_doors():
    """The view is what it was; also where the worlds within are changed, as start states do."""
    env = CriticView(HideAndSeek(QUADRANT, WORLDS, seed=2))
    before, state = played(env)[CRITIC_VIEW], env.get_state()
    other = CriticView(HideAndSeek(QUADRANT, WORLDS, seed=5))
    other.reset()
    other.set_state(state)
    np.testing.assert_array_equal(other.observe()[CRITIC_VIEW], before)
    other.reset()
    other.unwrapped.set_state(state)
    np.testing.assert_array_equal(other.observe()[CRITIC_VIEW], before)


def test_mirrored_worlds_are_told_of_in_the_mirror():
    """Positions that agents observe and what the critic is told of fit together: observer minus door is the same."""
    env = CriticView(MirroredWorlds(HideAndSeek(QUADRANT, WORLDS, seed=2)))
    observation = played(env)
    view, place = observation[CRITIC_VIEW], observation["self"][..., :2]
    for wall in range(WALLS):
        first = 1 + wall * PER_DOOR
        there = view[:, 0, first] == 1.0
        door = place[there] - view[there][:, :, first + 1 : first + 3]
        np.testing.assert_allclose(door, np.broadcast_to(door[:, :1], door.shape), atol=1e-5)
        np.testing.assert_allclose(door[:, 0, wall], door[0, 0, wall], atol=1e-5)  # it is in its wall
    plain = played(CriticView(HideAndSeek(QUADRANT, WORLDS, seed=2)))[CRITIC_VIEW]
    assert not np.allclose(view[1::2], plain[1::2], atol=1e-2)
    np.testing.assert_allclose(view[::2, :, 0], plain[::2, :, 0])


def test_values_follow_it_and_actions_do_not():
    """Another view changes what the critic says, and not what agents do."""
    observation = played(CriticView(HideAndSeek(QUADRANT, WORLDS, seed=2)))
    network = replace(TINY_NETWORK, critic_view=True)
    sizes = FeatureSizes.of(HideAndSeek(QUADRANT, 1).observation_spec)
    networks = Networks.initialise(sizes, network, jax.random.key(0))
    changed = {**observation, CRITIC_VIEW: observation[CRITIC_VIEW] + 1.0}
    outputs = []
    for told in (observation, changed):
        rows = as_rows(told)
        features = {name: rows[name] for name in sizes.inputs}
        first = np.zeros((len(rows["self"]), 1), bool)
        outputs.append(networks(features, rows, Memories.zeros(len(first), network.memory), first))
    (policy, values, _), (policy_changed, values_changed, _) = outputs
    for a, b in zip(policy, policy_changed, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (np.abs(np.asarray(values - values_changed)) > 1e-4).all()


@refused(
    [
        (
            {"env": HideAndSeek(make_game("random-walls"), 1)},
            ValueError,
            "layout of game is 'random_walls', expected 'quadrant'",
        ),
        ({"env": HideAndSeek(make_game("quadrant", seekers=0), 1)}, ValueError, "seekers of game is 0, expected 1"),
    ]
)
def test_other_games(call: dict, error: type[Exception], message: str):
    """The value and what was expected are named."""
    assert_refused(lambda: CriticView(**call), error, message)
