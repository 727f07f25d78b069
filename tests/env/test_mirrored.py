"""Mirrored play: reflected worlds are the mirror images of the worlds that are simulated, in all that agents notice."""

from typing import Any

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.mirrored import MirroredWorlds
from hideseek.env.repeat import RepeatedSteps
from hideseek.env.symmetry import reflect_bodies, symmetries_of
from hideseek.game.config import Game, make_game
from hideseek.sim.state import Bodies, allocate_bodies
from tests.env.play import actions_of, idle

WORLDS = 32
LONG_BOXES = {"boxes_max": 4, "elongated_max": 2}
LEVEL = make_game("quadrant", hiders=1, seekers=1, ramps=0, **LONG_BOXES)
"""Two agents seldom touch each other, and whatever else touches here does so with an upright face."""
QUADRANT = make_game("quadrant", hiders=3, **LONG_BOXES)
RANDOM_WALLS = make_game("random-walls", horizon=80)


def state_of_images(env: MirroredWorlds, symmetry_of: np.ndarray) -> dict[str, np.ndarray]:
    """Return the state of the images of all worlds, of which w has symmetry number `symmetry_of[w]`."""
    state = env.get_state()
    bodies = allocate_bodies(env.world_count, env.game.counts)._replace(
        **{name: state[name] for name in Bodies._fields if name in state}
    )
    symmetries = symmetries_of(env.game)
    for world, number in enumerate(symmetry_of):
        reflect_bodies(symmetries[number], env.game.counts, bodies, slice(world, world + 1))
    return state


def pair(game: Game, first_world: int = 0) -> tuple[MirroredWorlds, HideAndSeek, np.ndarray]:
    """Return mirrored worlds at the start, an environment for their images, and the number of each one's symmetry."""
    env = MirroredWorlds(HideAndSeek(game, WORLDS, seed=3, first_world=first_world))
    env.reset()
    return env, HideAndSeek(game, WORLDS), (first_world + np.arange(WORLDS)) % len(symmetries_of(game))


class Restless:
    """Random actions of which each agent changes one in four at every step, so that agents get somewhere."""

    def __init__(self, game: Game) -> None:
        self._rng, self._shape = np.random.default_rng(0), (WORLDS, game.agents)
        self._actions = self._draw()

    def _draw(self) -> tuple[np.ndarray, ...]:
        hands = self._rng.integers(0, 2, (2, *self._shape))
        return self._rng.integers(0, 11, (*self._shape, 3)), hands[0], hands[1]

    def next(self) -> tuple[np.ndarray, ...]:
        """Return movement, grab and lock."""
        changes = self._rng.random(self._shape) < 0.25
        movement, grab, lock = self._draw()
        old = self._actions
        self._actions = (
            np.where(changes[..., None], movement, old[0]),
            np.where(changes, grab, old[1]),
            np.where(changes, lock, old[2]),
        )
        return self._actions


def distances(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> np.ndarray:
    """Return the largest difference between the poses of each world in two states [m or rad]."""
    return np.abs(one["pose"] - other["pose"]).max((1, 2))


@pytest.mark.parametrize(
    ("game", "exact", "within"),
    [(LEVEL, 0.99, 1e-5), (QUADRANT, 0.75, 1e-5), (QUADRANT, 0.99, 0.01), (RANDOM_WALLS, 0.99, 1e-5)],
    ids=["quadrant, upright faces", "quadrant", "quadrant, all but few", "random walls"],
)
def test_a_step_of_the_image_is_the_image_of_the_step(game: Game, exact: float, within: float):
    """From every state of an episode, contacts, grabs and locks included, up to rounding.

    Where the diagonal reflects contacts that are neither upright nor level (slopes, arms, edges), friction differs
    a little: its pyramid has four sides, and MuJoCo chooses by the normal's y alone how they lie.
    """
    env, images, numbers = pair(game)
    play, strayed, held, locked = Restless(game), [], 0, 0
    for _ in range(game.horizon - 1):
        images.set_state(state_of_images(env, numbers))
        actions = play.next()
        observation, reward, _, info = env.step(*actions)
        seen, image_reward, _, image_info = images.step(*actions)
        state = state_of_images(env, numbers)
        distance = distances(state, images.get_state())
        close = distance < 1e-5
        np.testing.assert_array_equal(reward[close], image_reward[close])
        np.testing.assert_array_equal(info["hidden"][close], image_info["hidden"][close])
        np.testing.assert_allclose(observation["self"][close], seen["self"][close], atol=1e-2)
        strayed.append(distance[numbers > 0])
        held += (state["weld_object"] >= 0).sum()
        locked += state["locked"].sum()
    assert (np.array(strayed) < within).mean() > exact
    assert held > 10
    assert locked > 10


@pytest.mark.parametrize("game", [LEVEL, RANDOM_WALLS], ids=["quadrant, upright faces", "random walls"])
def test_an_episode_of_the_image_is_the_image_of_the_episode(game: Game):
    """Played to its end from one start, most worlds stay within a millimetre, though contact makes rounding grow."""
    env, images, numbers = pair(game)
    start = state_of_images(env, numbers)
    images.set_state(start)
    play, rewards = Restless(game), []
    for _ in range(game.horizon - 1):
        actions = play.next()
        rewards.append((env.step(*actions)[1].copy(), images.step(*actions)[1].copy()))
    end = images.get_state()
    same = distances(state_of_images(env, numbers), end) < 1e-3
    assert same[numbers > 0].mean() > 0.6
    pushed = np.abs(end["pose"] - start["pose"])[:, game.agents :, :2].max((1, 2)) > 0.05
    assert (same & pushed & (numbers > 0)).sum() >= 2
    own, of_images = np.array(rewards).swapaxes(0, 1)
    assert (own[:, same] == of_images[:, same]).mean() > 0.99


@pytest.mark.parametrize("game", [LEVEL, QUADRANT, RANDOM_WALLS], ids=["two agents", "quadrant", "random walls"])
@pytest.mark.parametrize("first_world", [0, 5])
def test_reflected_worlds_are_observed_as_their_images_are(game: Game, first_world: int):
    """In every field; the others as they are. Symmetries go on from one group of worlds to the next."""
    env, images, numbers = pair(game, first_world)
    play = Restless(game)
    for _ in range(6):
        images.set_state(state_of_images(env, numbers))
        observation, expected = env.observe(), images.observe()
        assert observation.keys() == expected.keys()
        for name, values in expected.items():
            np.testing.assert_array_equal(observation[name], values, err_msg=name)
        images.set_state(env.get_state())
        real = images.observe()
        for name, values in real.items():
            np.testing.assert_array_equal(observation[name][numbers == 0], values[numbers == 0], err_msg=name)
        assert not np.allclose(observation["lidar"][numbers > 0], real["lidar"][numbers > 0])
        env.step(*play.next())


def test_lidar_of_a_reflected_quadrant_looks_between_the_rays_of_the_world():
    """Ray j of an image, at 12 j degrees, is at 270 - 12 j in the world: halfway between two of its rays."""
    game = make_game("quadrant", hiders=1, seekers=0, boxes_min=0, boxes_max=0, ramps=0)
    env = MirroredWorlds(HideAndSeek(game, 2, seed=3))
    env.reset()
    state = env.get_state()
    state["wall_count"][:] = 1
    state["wall_half"][:, 0] = 0.02, 0.02, 0.5
    state["pose"][:, 0, :2] = 2.0, 3.0
    for ray in range(30):
        angle = np.radians(270.0 - 12.0 * ray)
        state["wall_centre"][:, 0] = 2.0 + np.cos(angle), 3.0 + np.sin(angle), 0.5
        env.set_state(state)
        row = env.observe()["lidar"][1, 0]
        assert np.flatnonzero(row < 6.0).tolist() == [ray]
        assert row[ray] == pytest.approx(1.0, abs=0.03)


def test_pushing_to_the_right_in_the_mirror_moves_the_image_to_the_right():
    """A force along x moves what is observed along x in every world, whatever it does in the world itself."""
    env, _, numbers = pair(RANDOM_WALLS)
    before = env.observe()["self"][..., 0].copy()
    movement, grab, lock = idle(env.unwrapped)
    movement[..., 0] = 10
    after = env.step(movement, grab, lock)[0]["self"][..., 0]
    hiders = slice(0, env.game.hiders)
    assert np.median(after[:, hiders] - before[:, hiders]) == pytest.approx(0.185, abs=0.01)
    assert (movement[..., 0] == 10).all()
    assert np.median(env.unwrapped.bodies.velocity[numbers == 1, hiders, 0]) < -1.0


def test_state_passes_through_a_wrapper_around_a_wrapper():
    """What was read out is the state of the worlds, and comes back; an action lasts several steps."""
    game = make_game("quadrant")
    env = MirroredWorlds(RepeatedSteps(HideAndSeek(game, 4, seed=3), 2))
    env.reset()
    assert isinstance(env.unwrapped, HideAndSeek)
    state, actions = env.get_state(), actions_of(env.unwrapped, 0)
    np.testing.assert_array_equal(state["pose"], env.unwrapped.bodies.pose)
    first = {name: x.copy() for name, x in env.step(*actions)[0].items()}
    assert env.unwrapped.record.step.tolist() == [2] * 4
    env.set_state(state)
    again = env.step(*actions)[0]
    assert all(np.array_equal(first[name], x) for name, x in again.items())


@pytest.mark.parametrize("changes", [{"original_quirks": True}, {"area": (0.1, 0.1, 5.9, 5.8)}])
def test_games_without_symmetry_are_refused(changes: dict[str, Any]):
    """With the numbers; so is what is no environment, and actions that are none."""
    with pytest.raises(ValueError, match="mirrored play"):
        MirroredWorlds(HideAndSeek(make_game("quadrant", **changes), 2))
    with pytest.raises(TypeError, match="env is None"):
        MirroredWorlds(None)  # type: ignore[arg-type]
    env = MirroredWorlds(HideAndSeek(make_game("quadrant"), 2))
    env.reset()
    movement, grab, lock = idle(env.unwrapped)
    movement[0, 0, 0] = 11
    with pytest.raises(ValueError, match="movement has values from 5 to 11, expected 0 to 10"):
        env.step(movement, grab, lock)
