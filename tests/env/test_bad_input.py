"""Bad input to the environment: one clear error that names the value, before anything is changed."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from tests.env.play import idle, play

GAME = make_game("quadrant")
WORLDS, AGENTS = 3, GAME.agents


@pytest.fixture(scope="module")
def env() -> HideAndSeek:
    """Return an environment in mid-game."""
    env = HideAndSeek(GAME, WORLDS)
    env.reset()
    play(env, 0, 5)
    return env


def assert_refused(env: HideAndSeek, call: Callable[[], object], error: type[Exception], message: str) -> None:
    """Expect an error that names the value, and the state and the rest of the game as before."""
    before = env.get_state()
    with pytest.raises(error, match=message):
        call()
    for name, value in env.get_state().items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"game": "quadrant"}, TypeError, "game is 'quadrant', expected a Game"),
        ({"world_count": 0}, ValueError, "world_count is 0, expected"),
        ({"world_count": -3}, ValueError, "world_count is -3"),
        ({"world_count": 2.0}, ValueError, r"world_count is 2\.0"),
        ({"world_count": True}, ValueError, "world_count is True"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"seed": 2**64}, ValueError, f"seed is {2**64}"),
        ({"seed": "one"}, ValueError, "seed is 'one'"),
        ({"seed": None}, ValueError, "seed is None"),
        ({"thread_count": 0}, ValueError, "thread_count is 0"),
        ({"thread_count": 1.5}, ValueError, r"thread_count is 1\.5"),
        ({"game": make_game("quadrant", boxes_min=16, boxes_max=16, elongated_max=16, elongated_min=16)},
         ValueError, "boxes 16"),
        ({"game": make_game("random-walls", hiders=16, team_radius=0.2)}, ValueError, "hiders 16"),
    ],
)  # fmt: skip
def test_impossible_environment_is_refused(arguments: dict, error: type[Exception], message: str):
    """Types, counts, and games whose bodies do not fit."""
    with pytest.raises(error, match=message):
        HideAndSeek(**{"game": GAME, "world_count": 1, **arguments})


def test_step_before_the_first_reset_is_refused():
    """There is no world yet."""
    env = HideAndSeek(GAME, 1)
    with pytest.raises(RuntimeError, match="step was called before the first reset"):
        env.step(*idle(env))


def test_looking_before_the_first_reset_is_refused():
    """There is nothing to see yet, and some worlds alone cannot begin."""
    env, other = HideAndSeek(GAME, 2), HideAndSeek(GAME, 1)
    other.reset()
    with pytest.raises(RuntimeError, match="observe was called before the first reset"):
        env.observe()
    with pytest.raises(RuntimeError, match="set_state was called for some worlds before the first reset"):
        env.set_state(other.get_state(), np.array([1]))


def test_reset_with_a_bad_seed_is_refused(env: HideAndSeek):
    """The streams run on as before."""
    for seed in (-1, 0.5, "x", 2**64):
        assert_refused(env, lambda seed=seed: env.reset(seed), ValueError, "seed is")


@pytest.mark.parametrize("name", ["movement", "grab", "lock"])
@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda action: action.tolist(), TypeError, "of type list, expected an array of integers"),
        (lambda action: None, TypeError, "of type NoneType"),
        (lambda action: action.astype(np.float32), TypeError, "of type float32, expected"),
        (lambda action: np.full(action.shape, np.nan), TypeError, "of type float64"),
        (lambda action: action.astype(bool), TypeError, "of type bool"),
        (lambda action: action.astype(object), TypeError, "of type object"),
        (lambda action: action[:-1], ValueError, "has shape .*, expected"),
        (lambda action: action[:, :-1], ValueError, "has shape"),
        (lambda action: action[..., None], ValueError, "has shape"),
        (lambda action: np.empty(0, np.int8), ValueError, "has shape"),
        (lambda action: action * 0 - 1, ValueError, "has values from -1 to -1, expected 0 to"),
        (lambda action: action * 0 + 11, ValueError, "has values from 11 to 11, expected 0 to"),
        (lambda action: action.astype(np.int64) * 0 + 256, ValueError, "has values from 256"),
        (lambda action: action.astype(np.uint64) * 0 + 2**63, ValueError, "has values from"),
    ],
)
def test_bad_actions_are_refused(env: HideAndSeek, name: str, spoil: Callable, error: type[Exception], message: str):
    """Wrong types, shapes and ranges of each of the three."""
    actions = dict(zip(("movement", "grab", "lock"), idle(env), strict=True))
    actions[name] = spoil(actions[name])
    assert_refused(env, lambda: env.step(**actions), error, f"{name} (is|has) {message.removeprefix('has ')}")


def one_bad_action(env: HideAndSeek) -> tuple[np.ndarray, ...]:
    movement, grab, lock = idle(env)
    movement[-1, -1, -1] = 11
    return movement, grab, lock


def test_one_bad_value_among_many_is_found(env: HideAndSeek):
    """The last agent of the last world wants bucket 11."""
    assert_refused(env, lambda: env.step(*one_bad_action(env)), ValueError, "movement has values from 5 to 11")


def without(state: dict, name: str) -> dict:
    return {field: value for field, value in state.items() if field != name}


def with_value(name: str, value: float, index: tuple = (0, 0)) -> Callable[[dict], dict]:
    """Return a function that puts a value into one field of a state."""

    def spoil(state: dict) -> dict:
        state[name][index] = value
        return state

    return spoil


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda state: without(state, "pose"), "state lacks pose"),
        (lambda state: {}, "state lacks .*pose"),
        (lambda state: {**state, "colour": state["pose"]}, "state has unknown fields colour"),
        (lambda state: {**state, "pose": state["pose"][:-1]}, "state field pose has shape"),
        (lambda state: {**state, "pose": state["pose"][..., :3]}, "state field pose has shape"),
        (lambda state: {**state, "pose": state["pose"].astype(np.float64)}, "state field pose has .*dtype float64"),
        (lambda state: {**state, "pose": None}, "state field pose"),
        (lambda state: {**state, "pose": [[1.0], [1.0, 2.0]]}, "state field pose is .*, expected an array"),
        (lambda state: {**state, 3: None}, "state has unknown fields 3"),
        (lambda state: {**state, "locked": state["locked"].astype(np.int8)}, "state field locked"),
        (with_value("pose", np.nan), "state field pose .*not finite"),
        (with_value("velocity", np.inf), "state field velocity .*not finite"),
        (with_value("weld_pose", -np.inf), "state field weld_pose .*not finite"),
        (with_value("half_size", np.nan), "state field half_size .*not finite"),
        (with_value("weld_object", 99), "weld_object"),
        (with_value("weld_object", -2), "weld_object"),
        (with_value("wall_count", 99, (0,)), "wall_count"),
        (with_value("wall_count", -1, (0,)), "wall_count"),
        (with_value("lock_owner", 99), "lock_owner"),
    ],
)
def test_bad_state_is_refused(env: HideAndSeek, spoil: Callable, message: str):
    """Fields that are missing or unknown, of a wrong shape or type, not finite, or indices of what does not exist."""
    state = spoil(env.get_state())
    assert_refused(env, lambda: env.set_state(state), ValueError, message)


@pytest.mark.parametrize("state", [None, "start", 3, []])
def test_state_that_is_no_dictionary_is_refused(env: HideAndSeek, state: object):
    """What `get_state` returns is one."""
    assert_refused(env, lambda: env.set_state(state), TypeError, "state is .*, expected a dictionary")


class Fickle(Mapping):
    """A state whose fields are others whenever they are read again."""

    def __init__(self, state: dict[str, np.ndarray]) -> None:
        self._state, self._read = state, set()

    def __getitem__(self, name: str) -> np.ndarray:
        value = self._state[name]
        if name in self._read:
            return np.full_like(value, 127)
        self._read.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._state)

    def __len__(self) -> int:
        return len(self._state)


def test_a_state_is_read_once(env: HideAndSeek):
    """What was checked is what is used, whatever a mapping says the second time."""
    state = env.get_state()
    env.set_state(Fickle(state))
    for name, value in env.get_state().items():
        np.testing.assert_array_equal(value, state[name], err_msg=name)


def test_ragged_world_indices_are_refused(env: HideAndSeek):
    """NumPy makes no array of them."""
    assert_refused(env, lambda: env.get_state([[0], [1, 2]]), ValueError, "worlds is .*, expected an array")


@pytest.mark.parametrize(
    ("worlds", "message"),
    [
        (np.array([0, 3]), "worlds has indices from 0 to 3, expected 0 to 2"),
        (np.array([-1]), "worlds has indices from -1"),
        (np.array([1, 1]), "worlds names a world twice"),
        (np.array([[0, 1]]), "worlds has shape"),
        (np.array([0.0, 1.0]), "worlds has .*float64"),
        (np.array([True, False, True]), "worlds has .*bool"),
        (np.array(1), "worlds has shape"),
        (np.array(["first"]), "worlds has .*expected a list of indices"),
    ],
)
def test_bad_world_indices_are_refused(env: HideAndSeek, worlds: np.ndarray, message: str):
    """For reading as for writing."""
    state = env.get_state(np.arange(min(worlds.size, WORLDS)))
    assert_refused(env, lambda: env.get_state(worlds), ValueError, message)
    assert_refused(env, lambda: env.set_state(state, worlds), ValueError, message)


def test_state_of_another_game_is_refused(env: HideAndSeek):
    """It has other numbers of bodies."""
    other = HideAndSeek(make_game("random-walls"), WORLDS)
    other.reset()
    assert_refused(env, lambda: env.set_state(other.get_state()), ValueError, "state field")


def test_state_of_fewer_worlds_is_refused(env: HideAndSeek):
    """Its size must be that of the worlds named."""
    two = env.get_state(np.array([0, 1]))
    assert_refused(env, lambda: env.set_state(two), ValueError, "expected")
    assert_refused(env, lambda: env.set_state(two, np.array([2])), ValueError, "expected")
