"""The buffer's layout."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.buffer import Buffer
from hideseek.policy.config import CRITIC_VIEW, CRITIC_VIEW_WIDTH
from tests.learn.toy import TINY_NETWORK, NameTheBucket, tiny_config


def make_buffer() -> Buffer:
    """Return a buffer of 2 worlds with 2 agents and a window of 20."""
    env = NameTheBucket(2)
    return Buffer(
        env.observation_spec, env.game.agents, tiny_config(world_count=2, chunk_length=10, minibatch_chunks=1)
    )


def test_outcomes_come_back_in_time_order():
    """What is stored for step t of a row stands in row t of the view in time, and survives the way back to chunks."""
    buffer = make_buffer()
    for time in range(20):
        reward = np.float32([[0, 1], [2, 3]]) + 10 * time
        ones = np.ones((2, 2), bool)
        buffer.store_outcome(time, slice(0, 2), reward, np.array([time == 9, False]), ones, ones)
    rewards = buffer.in_time(buffer.reward)
    np.testing.assert_array_equal(rewards, np.arange(4) + 10.0 * np.arange(20)[:, None])
    np.testing.assert_array_equal(buffer.in_chunks(rewards), buffer.reward)
    assert np.argwhere(buffer.in_time(buffer.done)).tolist() == [[9, 0], [9, 1]]


def test_minibatches_hold_every_chunk_once_and_whole():
    """Each chunk of each row appears once per epoch, its steps in order and its memory beside it."""
    buffer = make_buffer()
    buffer.log_probability[:] = np.arange(80).reshape(2, 4, 10)
    buffer.memories.actor.hidden[:] = 10.0 * np.arange(8).reshape(2, 4, 1)
    nothing = np.zeros_like(buffer.reward)
    batches = list(buffer.minibatches(nothing, nothing, 3, np.random.default_rng(0)))
    assert [len(batch.first) for batch in batches] == [3, 3]
    seen = np.concatenate([batch.log_probability for batch in batches])
    starts = np.concatenate([batch.memories.actor.hidden[:, 0] for batch in batches])
    np.testing.assert_array_equal(seen[:, 0], starts)
    np.testing.assert_array_equal(np.diff(seen, axis=1), 1.0)
    assert len(set(starts.tolist())) == 6


@pytest.mark.parametrize("critic_view", [False, True])
def test_memory_that_it_will_take_is_known(critic_view: bool):
    """From the game's own observation, to which the critic's is added: to a byte for each step of each agent."""
    game = make_game("quadrant")
    spec = observation_spec(game)
    config = tiny_config(world_count=4, minibatch_chunks=1, network=replace(TINY_NETWORK, critic_view=critic_view))
    told = {CRITIC_VIEW: ((game.agents, CRITIC_VIEW_WIDTH), np.float32)} if critic_view else {}
    buffer = Buffer({**spec, **told}, game.agents, config)
    arrays = [*buffer.observation.values(), *jax.tree.leaves((buffer.memories, buffer.actions))]
    arrays += [buffer.log_probability, buffer.value, buffer.reward]
    arrays += [buffer.first, buffer.done, buffer.trains_policy, buffer.trains_value]
    steps = buffer.rows * config.window
    assert Buffer.bytes_per_row_and_step(spec, config) * steps == sum(array.nbytes for array in arrays)
