"""Following episodes in an environment: all of them, whole ones alone, the same whatever goes on around."""

from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import LABELS, behaviour_names
from hideseek.evaluate.behaviour.tracker import BehaviourTracker
from hideseek.game.config import Game, make_game
from tests.env.games import VARIATIONS
from tests.env.play import actions_of
from tests.refusal import Refusal, assert_refused, refused

GAME = make_game("quadrant", horizon=12, preparation_fraction=0.25)
HORIZON = GAME.horizon
WORLDS = 5
DOCUMENT = Path(__file__).parents[3] / "docs" / "behaviours.md"


def follow(threads: int = 1, every: int = 2, game: Game = GAME) -> tuple[HideAndSeek, BehaviourTracker]:
    """Return an environment that has begun, and its tracker."""
    env = HideAndSeek(game, WORLDS, seed=3, thread_count=threads)
    tracker = BehaviourTracker(env, every)
    env.before_restart = tracker.observe
    env.reset()
    return env, tracker


def play(env: HideAndSeek, tracker: BehaviourTracker, first: int, end: int) -> list[dict[str, np.ndarray]]:
    """Play random steps `first` .. `end` - 1; return the behaviours of what ended, step by step."""
    ended = []
    for step in range(first, end):
        done = env.step(*actions_of(env, step))[2]
        if done.any():
            ended.append(tracker.finished(done))
    return ended


def assert_equal(some: list[dict[str, np.ndarray]], others: list[dict[str, np.ndarray]]) -> None:
    """Compare behaviours bit by bit."""
    assert len(some) == len(others) > 0
    for one, other in zip(some, others, strict=True):
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_episodes_are_handed_out_when_they_end():
    """All worlds, one number each; the random ones do something."""
    env, tracker = follow()
    ended = play(env, tracker, 0, 3 * HORIZON)
    assert [len(values["sheltered"]) for values in ended] == [WORLDS] * 3
    assert tuple(ended[0]) == tracker.names == behaviour_names(GAME)
    assert all(np.isfinite(values["seeker_distance"]).all() for values in ended)
    assert np.std([values["seeker_distance"] for values in ended]) > 0.0


def test_threads_make_no_difference():
    """Worlds do not touch each other."""
    assert_equal(*(play(*follow(threads), 0, 2 * HORIZON) for threads in (1, 3)))


@pytest.mark.parametrize("pause", [1, 2, 7, HORIZON])
def test_a_tracker_goes_on_where_another_stopped(pause: int):
    """With the environment's state and its own, bit by bit."""
    env, tracker = follow()
    play(env, tracker, 0, pause)
    fresh_env, fresh_tracker = follow()
    play(fresh_env, fresh_tracker, 0, 5)
    fresh_env.set_state(env.get_state())
    fresh_tracker.set_state(tracker.get_state())
    end = 2 * HORIZON + 1
    assert_equal(play(env, tracker, pause, end), play(fresh_env, fresh_tracker, pause, end))


def test_a_state_is_a_copy():
    """Playing on does not change it."""
    env, tracker = follow()
    play(env, tracker, 0, 4)
    state = tracker.get_state()
    before = {name: array.copy() for name, array in state.items()}
    play(env, tracker, 4, 6)
    assert all((state[name] == before[name]).all() for name in state)


def test_worlds_may_be_at_different_times():
    """What a world does is the same when others began earlier; an episode without its beginning is not told."""
    env, tracker = follow()
    state = env.get_state()
    state["step"][:] = np.array([0, 3, 0, 7, 11])
    env.set_state(state)
    finite = []
    for step in range(2 * HORIZON):
        done = env.step(*actions_of(env, step))[2]
        finite += [(step, bool(x)) for x in np.isfinite(tracker.finished(done)["seeker_distance"])]
    first_ends = [HORIZON - 1 - step for step in (0, 3, 0, 7, 11)]
    whole = [(end, step == 0) for end, step in zip(first_ends, (0, 3, 0, 7, 11), strict=True)]
    later = [(end + HORIZON, True) for end in first_ends]
    again = [(end + 2 * HORIZON, True) for end in first_ends if end + 2 * HORIZON < 2 * HORIZON]
    assert sorted(finite) == sorted([*whole, *later, *again])


def test_an_episode_of_which_a_step_was_missed_is_not_told():
    """The next one is."""
    env, tracker = follow()
    env.before_restart = None
    play(env, tracker, 0, 1)
    env.before_restart = tracker.observe
    first, second = play(env, tracker, 1, 2 * HORIZON)
    assert all(np.isnan(values).all() for values in first.values())
    assert np.isfinite(second["seeker_distance"]).all()


def test_the_last_state_of_an_episode_is_seen():
    """Not the first of the next one: what lies in the last step alone is told."""
    env, tracker = follow(every=1)
    play(env, tracker, 0, HORIZON - 1)
    env.bodies.pose[:, :2, 0] = 20.0
    (values,) = play(env, tracker, HORIZON - 1, HORIZON)
    main_steps = HORIZON - GAME.preparation_steps
    np.testing.assert_allclose(values["running_away"], 1.0 / main_steps)


def test_looks_are_taken_every_so_often():
    """Seldom ones are among the frequent ones: shares of the time agree in the mean, events are the same."""
    often, seldom = (play(*follow(every=every), 0, 4 * HORIZON) for every in (1, 3))
    for one, other in zip(often, seldom, strict=True):
        for name in ("ramp_use", "seeker_distance", "chasing", "shared_work", "sheltered_prep", "running_away"):
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)
    assert any((one["behind_walls"] != other["behind_walls"]).any() for one, other in zip(often, seldom, strict=True))


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_game_has_its_behaviours(variation: str):
    """None that it does not know; all are labelled."""
    name, changes = VARIATIONS[variation]
    game = make_game(name, **changes)
    (values,) = play(*follow(game=game), 0, game.horizon)
    assert values.keys() <= LABELS.keys()
    assert ("door_blocked" in values) == (game.layout.name == "quadrant")
    assert ("ramp_use" in values) == (game.ramps > 0 and game.seekers > 0)
    assert ("sheltered_prep" in values) == (game.preparation_steps > 0 and game.seekers > 0)
    assert ("surf_defence" in values) == (game.preparation_steps > 0 and game.boxes_min > 0)


def test_every_behaviour_is_documented():
    """In the table of docs/behaviours.md."""
    text = DOCUMENT.read_text()
    assert [name for name in LABELS if f"`{name}`" not in text] == []


def tracker_state(**changes: object) -> dict:
    """Return a tracker's state with changes."""
    return {**follow()[1].get_state(), **changes}


REFUSALS: list[Refusal] = [
    (lambda: BehaviourTracker("env"), TypeError, "env is 'env'"),  # type: ignore[arg-type]
    (lambda: BehaviourTracker(HideAndSeek(GAME, 1), 0), ValueError, "every is 0"),
    (lambda: follow()[1].finished(np.ones(3, bool)), ValueError, r"which has shape \(3,\), expected \(5\)"),
    (lambda: follow()[1].finished(np.ones(WORLDS)), TypeError, "which is of type float64"),
    (lambda: follow()[1].set_state({}), ValueError, "behaviours lack sums"),
    (lambda: follow()[1].set_state(tracker_state(work=np.zeros(3, np.float32))), ValueError, "field work"),
    (lambda: follow()[1].set_state(tracker_state(sums=np.zeros((WORLDS, 25), int))), TypeError, "field sums"),
]


@refused(REFUSALS)
def test_bad_input_is_refused(call, error, message):
    assert_refused(call, error, message)
