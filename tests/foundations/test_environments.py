"""Copies of environments: what a step returns, where episodes end, and what is recorded."""

import numpy as np

from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Environments
from hideseek.foundations.episodes import episode_returns, play_episodes
from tests.foundations.corridor import BEST, LENGTH, LIMIT, NAME

RIGHT, LEFT = np.array([[1]]), np.array([[0]])


def test_the_end_is_seen_before_the_next_episode_begins():
    """The last step's successor is the last cell; the observation is the first cell of a new episode."""
    curve = LearningCurve()
    worlds = Environments(NAME, 1, 0, curve)
    steps = [worlds.step(RIGHT) for _ in range(LENGTH - 1)]
    assert [step.successor[0, 0].argmax() for step in steps] == [1, 2, 3, 4]
    assert [bool(step.terminated[0]) for step in steps] == [False, False, False, True]
    assert worlds.observation[0, 0].argmax() == 0
    assert (curve.steps, curve.returns) == ([4], [BEST])


def test_a_time_limit_truncates_and_does_not_terminate():
    """After twenty steps to the left."""
    worlds = Environments(NAME, 1, 0)
    steps = [worlds.step(LEFT) for _ in range(LIMIT)]
    assert [i for i, step in enumerate(steps) if step.truncated[0]] == [LIMIT - 1]
    assert not any(step.terminated[0] for step in steps)


def test_copies_that_do_not_play_stay_as_they_are():
    """No step, no reward."""
    worlds = Environments(NAME, 2, 0)
    step = worlds.step(np.array([[1, 1]]), np.array([False, True]))
    assert step.reward.tolist() == [[0.0, -1.0]]
    assert worlds.observation[0].argmax(-1).tolist() == [0, 1]
    assert worlds.steps == 1


def test_states_that_are_counted_are_seen_one_hot():
    """FrozenLake's 16."""
    worlds = Environments("FrozenLake-v1", 3, 0)
    assert (worlds.features, worlds.actions) == (16, 4)
    assert worlds.observation.shape == (1, 3, 16)
    assert (worlds.observation[0, :, 0] == 1.0).all()


def test_copies_differ_and_seeds_repeat():
    """CartPole starts anew for each copy; equal seeds give equal copies."""
    first, second, other = (Environments("CartPole-v1", 2, seed).observation for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first[0, 0], first[0, 1])
    assert not np.array_equal(first, other)


def test_whole_episodes_are_filled_up_to_a_power_of_two():
    """One that goes right takes 4 steps, one that goes back once 6: 8 rows."""
    calls = iter([[1, 1], [1, 0], *[[1, 1]] * 9])
    episodes = play_episodes(Environments(NAME, 2, 0), lambda _: np.array(next(calls)))
    assert episodes.alive.shape == (8, 2)
    assert episodes.alive.sum(0).tolist() == [4, 6]
    np.testing.assert_array_equal(episodes.reward, np.where(episodes.alive, -1.0, 0.0))
    assert episodes.observation[:4, 0].argmax(-1).tolist() == [0, 1, 2, 3]


def test_returns_are_not_discounted():
    """One step of -1 after another."""
    assert episode_returns(NAME, lambda seen: np.ones(len(seen), int), 3, 0).tolist() == [BEST] * 3
    assert episode_returns(NAME, lambda seen: np.zeros(len(seen), int), 2, 0).tolist() == [-LIMIT] * 2


def test_curves_average_the_last_episodes():
    """At each number of steps; before the first episode's end nothing is known."""
    curve = LearningCurve()
    for steps, value in ((10, 1.0), (20, 3.0), (40, 8.0)):
        curve.add(steps, value)
    np.testing.assert_array_equal(curve.sampled(np.array([5.0, 10.0, 25.0, 99.0]), 2), [np.nan, 1.0, 2.0, 5.5])
    assert curve.mean(1) == 8.0
    assert np.isnan(LearningCurve().mean())
