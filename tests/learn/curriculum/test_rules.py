"""Rules make starts as hard as a team can learn from."""

import numpy as np
import pytest

from hideseek.learn.curriculum.bins import Bins
from hideseek.learn.curriculum.levels import SAMPLES, STEP, Levels
from hideseek.learn.curriculum.rule import Rule

AXES = {"near": 2, "far": 3}


def make(kind: str) -> Rule:
    """Return a rule of a kind."""
    return Bins(AXES) if kind == "bins" else Levels(AXES)


def test_bins_that_neither_fail_nor_succeed_always_are_drawn_most():
    """Of six bins one is settled, one hopeless, the others are half and half."""
    bins, generator = Bins(AXES), np.random.default_rng(0)
    for turn in range(60):
        for case in range(6):
            bins.learn(case, {0: True, 5: False}.get(case, turn % 2 == 0))
    cases = [bins.draw(generator)[0] for _ in range(2000)]
    share = np.bincount(cases, minlength=6) / len(cases)
    assert share[[0, 5]].max() < 0.05
    assert share[1:5].min() > 0.2


def test_hardness_of_a_bin_is_within_it():
    """Case 5 is the second of two bins along the first axis, and the third of three along the second."""
    bins, generator = Bins(AXES), np.random.default_rng(0)
    drawn = [bins.draw(generator) for _ in range(300)]
    for case, hardness in drawn:
        assert int(hardness["near"] * 2) == case // 3
        assert int(hardness["far"] * 3) == case % 3
    assert {case for case, _ in drawn} == set(range(6))


def test_each_level_follows_the_success_at_its_own_frontier():
    """One axis is easy, the other hopeless: the one's level rises step by step, the other's stays."""
    levels = Levels(AXES)
    for _ in range(10 * SAMPLES):
        levels.learn(0, True)
        levels.learn(1, False)
    np.testing.assert_allclose(levels.level, [10 * STEP, 0.0])
    for _ in range(4 * SAMPLES):
        levels.learn(0, False)
    np.testing.assert_allclose(levels.level, [6 * STEP, 0.0])


def test_a_start_is_at_one_frontier_and_within_the_others():
    """The case names the axis that is at its level."""
    levels, generator = Levels(AXES), np.random.default_rng(0)
    levels.set_state({**levels.get_state(), "level": np.array([0.4, 0.8])})
    for _ in range(100):
        case, hardness = levels.draw(generator)
        values = np.array([hardness["near"], hardness["far"]])
        assert values[case] == [0.4, 0.8][case]
        assert (values <= [0.4, 0.8]).all()


@pytest.mark.parametrize("kind", ["bins", "levels"])
def test_a_rule_goes_on_from_its_state(kind: str):
    """A rule that has the state of another draws and learns as it does."""
    first, other = make(kind), make(kind)
    generator = np.random.default_rng(1)
    for _ in range(300):
        first.learn(first.draw(generator)[0], generator.random() < 0.5)
    other.set_state(first.get_state())
    draws = [[rule.draw(np.random.default_rng(2)) for _ in range(5)] for rule in (first, other)]
    assert draws[0] == draws[1]
    assert first.metrics() == other.metrics()
    assert first.learnable() == other.learnable() > 0.0


@pytest.mark.parametrize("kind", ["bins", "levels"])
def test_a_damaged_state_is_refused(kind: str):
    """A field that lacks, or has another shape, is named."""
    state = make(kind).get_state()
    name = next(iter(state))
    with pytest.raises(ValueError, match=f"lacks {name}"):
        make(kind).set_state({k: x for k, x in state.items() if k != name})
    with pytest.raises(ValueError, match=name):
        make(kind).set_state({**state, name: np.zeros(7)})
