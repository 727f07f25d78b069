"""Visited states: the kept ones are far apart, the unsure ones are drawn, and they go on from their state."""

import numpy as np
import pytest

from hideseek.learn.curriculum.visited import VisitedStates

HORIZON = 80


def states(x: list[float]) -> dict[str, np.ndarray]:
    """Return states of one body each, at places along a line, without locks, at the beginning."""
    count = len(x)
    pose = np.zeros((count, 1, 4), np.float32)
    pose[:, 0, 0] = x
    return {
        "pose": pose,
        "locked": np.zeros((count, 1), bool),
        "step": np.zeros(count, np.int32),
        "random_key": np.arange(count, dtype=np.uint64),
    }


def observations(x: list[float]) -> dict[str, np.ndarray]:
    """Return what one agent observes in these states: its place."""
    return {"self": np.array(x, np.float32)[:, None, None]}


def offered(size: int, x: list[float]) -> VisitedStates:
    """Return what is kept of states at places along a line, which come one after the other."""
    visited = VisitedStates(size, HORIZON)
    visited.offer(states(x), observations(x))
    return visited


def kept(visited: VisitedStates) -> list[float]:
    """Return the places that are kept."""
    return sorted(round(float(x), 3) for x in visited.get_state()["state/pose"][:, 0, 0])


def test_the_farthest_stay():
    """Of two close ones the one leaves that is closest to another; a new one between others does not come in."""
    assert kept(offered(3, [0.0, 0.1, 5.0, 2.0])) in ([0.0, 2.0, 5.0], [0.1, 2.0, 5.0])
    assert kept(offered(3, [0.0, 2.0, 5.0, 1.95])) == [0.0, 2.0, 5.0]


def test_many_states_cover_what_was_visited():
    """Of 400 places, most of them near zero, those that stay are spread over all."""
    generator = np.random.default_rng(0)
    x = [*generator.uniform(0.0, 0.5, 380), *generator.uniform(0.0, 10.0, 20)]
    generator.shuffle(x)
    places = kept(offered(20, [float(value) for value in x]))
    assert sum(place < 0.5 for place in places) < 8
    assert places[-1] > 8.0


def test_locks_and_clocks_are_differences_too():
    """Two states with bodies at one place both stay where something else differs."""
    visited = VisitedStates(3, HORIZON)
    batch = states([0.0, 0.0, 0.0, 0.3])
    batch["locked"][1], batch["step"][2] = True, 40
    visited.offer(batch, observations([0.0, 1.0, 2.0, 3.0]))
    state = visited.get_state()
    assert state["state/locked"].any()
    assert state["state/step"].max() == 40


def test_states_are_drawn_where_heads_disagree_or_the_value_changes():
    """The second disagrees, the third changes; the first, of which all is known, is hardly drawn."""
    visited, generator = offered(3, [0.0, 1.0, 2.0]), np.random.default_rng(0)
    for value in (0.0, 1.0):
        visited.look_again(lambda seen, v=value: (np.array([0.0, 0.0, v]), np.array([0.0, 1.0, 0.0])))
    share = np.bincount([visited.draw(generator) for _ in range(2000)], minlength=3) / 2000
    assert share[0] < 0.08
    assert share[1:].min() > 0.4


def test_a_state_is_put_back_without_its_random_stream():
    """Everything else is as it was."""
    visited = offered(3, [0.0, 1.0, 2.0])
    target = states([7.0, 8.0])
    visited.put(2, target, 1)
    assert target["pose"][:, 0, 0].tolist() == [7.0, 2.0]
    assert target["random_key"].tolist() == [0, 1]


def test_it_goes_on_from_its_state():
    """With the state of another it takes the same new states in, and draws the same."""
    first, other = offered(4, [0.0, 1.0, 2.0, 6.0]), VisitedStates(4, HORIZON)
    other.set_state(first.get_state())
    for visited in (first, other):
        visited.offer(states([9.0]), observations([9.0]))
        visited.look_again(lambda seen: (np.zeros(4), seen["self"][:, 0, 0]))
    for name, array in first.get_state().items():
        np.testing.assert_array_equal(other.get_state()[name], array)
    assert first.draw(np.random.default_rng(3)) == other.draw(np.random.default_rng(3))


def test_damaged_states_are_refused():
    """An array that lacks, or is of another number of states, is named."""
    state = offered(3, [0.0, 1.0]).get_state()
    with pytest.raises(ValueError, match="lacks value"):
        VisitedStates(3, HORIZON).set_state({name: x for name, x in state.items() if name != "value"})
    with pytest.raises(ValueError, match="apart"):
        VisitedStates(3, HORIZON).set_state({**state, "apart": np.zeros(5, np.float32)})
    with pytest.raises(ValueError, match="state of another number"):
        VisitedStates(3, HORIZON).set_state({**state, "state/step": np.zeros(5, np.int32)})
    with pytest.raises(ValueError, match="size is 1"):
        VisitedStates(1, HORIZON)
