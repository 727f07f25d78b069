"""Start states of the quadrant game are worlds as play could have left them, as hard as they say."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import make_game
from hideseek.learn.curriculum.curriculum import SCENARIOS
from hideseek.learn.curriculum.world import World

GAME = make_game("quadrant")
COUNT = 48
NOTHING = np.full((COUNT, 4, 3), 5, np.int8), np.zeros((COUNT, 4), np.int8), np.zeros((COUNT, 4), np.int8)


@pytest.fixture(scope="module")
def env() -> HideAndSeek:
    """Return an environment at the beginning of its episodes."""
    env = HideAndSeek(GAME, COUNT, seed=5)
    env.reset()
    return env


def begin(env: HideAndSeek, name: str, hardness: float) -> tuple[dict[str, np.ndarray], np.ndarray, Doors]:
    """Let all worlds begin in a scenario; return their state, which of them found room, and their doors."""
    env.reset(seed=5)
    scenario, state, doors = SCENARIOS[name](), env.get_state(), Doors(env.bodies)
    generator = np.random.default_rng(7)
    built = np.zeros(COUNT, bool)
    for w in range(COUNT):
        world = World(GAME, state, w, doors.middle[w], doors.exists[w])
        built[w] = scenario.build(world, dict.fromkeys(scenario.axes, hardness), generator)
    state["velocity"][:] = 0.0
    env.set_state(state)
    return state, built, doors


@pytest.mark.parametrize("hardness", [0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("name", SCENARIOS)
def test_starts_find_room_and_stay_where_they_are(env: HideAndSeek, name: str, hardness: float):
    """Hardly any layout is given up; bodies that do nothing are not pushed out of each other or of walls."""
    state, built, _ = begin(env, name, hardness)
    assert built.mean() > 0.7
    assert (state["step"][built] % 4 == 0).all()
    assert (state["step"][built] <= GAME.preparation_steps).all()
    env.step(*NOTHING)
    moved = np.abs(env.bodies.pose[built, :, :2] - state["pose"][built, :, :2])
    moved[state["pose"][built, :, 2] > 0.26] = 0.0  # a seeker on the ramp slides down
    assert moved.max() < 0.05


def test_doors_at_the_least_hardness_lack_nothing_but_the_lock(env: HideAndSeek):
    """A box bars every door, and of two doors one is locked already; at the greatest no box bars a door."""
    easy, built, doors = begin(env, "doors", 0.0)
    for w in np.flatnonzero(built):
        for middle in doors.middle[w, doors.exists[w]]:
            assert np.linalg.norm(easy["pose"][w, 4:6, :2] - middle, axis=1).min() < 0.3
    np.testing.assert_array_equal(easy["locked"][built].sum(1), doors.exists[built].sum(1) - 1)
    hard, built, doors = begin(env, "doors", 1.0)
    assert not hard["locked"][built].any()
    assert (hard["step"][built] == 0).all()


@pytest.mark.parametrize(
    ("name", "team", "things", "easy"),
    [
        ("doors", slice(0, 2), slice(0, 2), 0.0),
        ("ramps", slice(2, 4), slice(2, 3), 0.3),  # what is easier begins on the ramp, and looks ahead
        ("defence", slice(0, 2), slice(0, 3), 0.0),
    ],
)
def test_who_begins_easily_sees_what_to_do_it_with(
    env: HideAndSeek, name: str, team: slice, things: slice, easy: float
):
    """One of the team sees a box that is not locked, or the ramp; at the greatest hardness this is left to chance."""
    shares = []
    for hardness in (easy, 1.0):
        state, built, _ = begin(env, name, hardness)
        env.sense()
        sees = env.get_state()["sees_object"][built, team, things] & ~state["locked"][built][:, None, things]
        shares.append(sees.any((1, 2)).mean())
    assert shares[0] > 0.95 > shares[1] + 0.1


def test_ramps_stand_at_the_wall_outside_doors_that_are_locked(env: HideAndSeek):
    """At the least hardness its high side is at the wall, and a seeker at its foot; then it stands farther away."""
    state, built, doors = begin(env, "ramps", 0.0)
    np.testing.assert_array_equal(state["locked"][built].sum(1), doors.exists[built].sum(1))
    assert (state["step"][built] == GAME.preparation_steps).all()
    depths = []
    for hardness in (0.0, 1.0):
        state, built, doors = begin(env, "ramps", hardness)
        # How far outside the nearer of the lines of both walls.
        lines = np.array([[3.1, 3.1]])
        place = state["pose"][built, 6, :2]
        depth = np.maximum(lines[:, 0] - place[:, 0], place[:, 1] - lines[:, 1])
        depths.append(depth.mean())
        assert (depth > 0.25).all()
    assert depths[0] < 0.4 < 1.5 < depths[1]


def test_seekers_without_a_ramp_in_reach_see_nobody(env: HideAndSeek):
    """Hiders of the ramp scenario are hidden as long as nobody does anything."""
    _, built, _ = begin(env, "ramps", 0.3)
    env.sense()
    _, _, _, info = env.step(*NOTHING)
    assert info["hidden"][built].all()
