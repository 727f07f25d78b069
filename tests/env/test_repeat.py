"""Decisions that last several steps."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.env.repeat import RepeatedSteps
from hideseek.game.config import make_game

GAME = make_game("quadrant")
WORLDS = 3


def draw_actions(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random actions of all agents."""
    shape = (WORLDS, GAME.agents)
    return generator.integers(0, 11, (*shape, 3)), generator.integers(0, 2, shape), generator.integers(0, 2, shape)


def test_a_decision_is_several_steps_with_the_same_action():
    """Observations and flags are those after the last step, rewards the sum, to the episode's end and into the next."""
    plain, repeated = HideAndSeek(GAME, WORLDS, seed=3), RepeatedSteps(HideAndSeek(GAME, WORLDS, seed=3), 4)
    plain.reset()
    repeated.reset()
    generator = np.random.default_rng(0)
    for decision in range(GAME.horizon // 4 + 2):
        actions = draw_actions(generator)
        total = np.zeros((WORLDS, GAME.agents), np.float32)
        for _ in range(4):
            observation, reward, done, info = plain.step(*actions)
            total += reward
        seen, gained, over, known = repeated.step(*actions)
        assert np.array_equal(gained, total)
        assert over.all() == done.all() == (decision == GAME.horizon // 4 - 1)
        for name, value in observation.items():
            assert np.array_equal(seen[name], value), name
        for name, value in info.items():
            assert np.array_equal(known[name], value), name


def test_the_state_is_the_environments():
    """What was read out comes back."""
    env = RepeatedSteps(HideAndSeek(GAME, WORLDS, seed=3), 2)
    env.reset()
    state = env.get_state()
    before = {name: x.copy() for name, x in env.observe().items()}
    env.step(*draw_actions(np.random.default_rng(1)))
    env.set_state(state)
    assert all(np.array_equal(before[name], x) for name, x in env.observe().items())


@pytest.mark.parametrize(("repeat", "message"), [(3, "repeat is 3, expected a divisor of the 32 steps of the prep"),
                                                 (32, "repeat is 32, expected a divisor of the 80 steps of the hor"),
                                                 (0, "repeat is 0")])  # fmt: skip
def test_episodes_end_with_a_decision(repeat: int, message: str):
    """A number of steps that does not divide both phases is refused."""
    with pytest.raises(ValueError, match=message):
        RepeatedSteps(HideAndSeek(GAME, WORLDS), repeat)
    with pytest.raises(TypeError, match="env is None"):
        RepeatedSteps(None, 2)  # type: ignore[arg-type]
