"""Episodes between two players."""

import jax
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import MEASURES, play
from hideseek.evaluate.players import PolicyPlayer, RandomPlayer, TeamActions, untrained_policy
from hideseek.game.config import make_game
from hideseek.policy.config import FeatureSizes, NetworkConfig

GAME = make_game("quadrant", horizon=12)
WORLDS = 6


class StillPlayer:
    """Does nothing, and keeps what it was shown."""

    def start(self, world_count, agent_count, seed):
        """Note the size of the team."""
        self.shape = (world_count, agent_count)
        self.hider_flags = []

    def act(self, observation):
        """Stand still."""
        self.hider_flags.append(observation["self"][..., 9].copy())
        return TeamActions(
            np.full((*self.shape, 3), 5, np.int8), np.zeros(self.shape, np.int8), np.zeros(self.shape, np.int8)
        )


def small_policy(seed: int = 0):
    sizes = FeatureSizes.of(HideAndSeek(GAME, 1).observation_spec)
    network = NetworkConfig(embedding=8, attention_heads=2, dense=8, memory=8, lidar_filters=2)
    return untrained_policy(sizes, network, seed)


def play_random(seed: int = 0):
    return play(HideAndSeek(GAME, WORLDS), RandomPlayer(), RandomPlayer(), seed)


def test_each_player_is_shown_its_own_team():
    """Hiders see as hiders, seekers as seekers, at every step."""
    hiders, seekers = StillPlayer(), StillPlayer()
    play(HideAndSeek(GAME, WORLDS), hiders, seekers, seed=0)
    assert np.array_equal(hiders.hider_flags, np.ones((12, WORLDS, GAME.hiders)))
    assert np.array_equal(seekers.hider_flags, np.zeros((12, WORLDS, GAME.seekers)))


def test_returns_follow_from_the_share_of_time_hidden():
    """Hiders that stay in the area gain +1 per hidden step and -1 per seen one, seekers the reverse."""
    episodes = play(HideAndSeek(GAME, WORLDS), StillPlayer(), StillPlayer(), seed=0)
    steps = GAME.horizon - GAME.preparation_steps
    assert np.allclose(episodes.hider_return, steps * (2.0 * episodes.hidden - 1.0))
    assert np.allclose(episodes.seeker_return, -episodes.hider_return)
    assert np.all(episodes.statistics == 0.0)


def test_every_measure_has_a_value_per_episode():
    """Returns, the share of time hidden and all statistics, of preparation and of the episode."""
    episodes = play_random()
    assert len(MEASURES) == 11
    for name in MEASURES:
        assert episodes.measure(name).shape == (WORLDS,)
    assert (episodes.measure("max_box_move") > 0.0).any()


def test_equal_seeds_play_equal_episodes():
    """Layouts and chances follow the seed."""
    first, again, other = play_random(seed=3), play_random(seed=3), play_random(seed=4)
    assert np.array_equal(first.statistics, again.statistics)
    assert not np.array_equal(first.statistics, other.statistics)


def test_layouts_do_not_depend_on_who_plays():
    """The first state of every world is the same for other players."""
    states = []
    for player in (RandomPlayer, StillPlayer):
        env, seen = HideAndSeek(GAME, WORLDS), []
        play(env, player(), player(), 5, before_step=lambda env=env, seen=seen: seen.append(env.get_state()))
        assert len(seen) == GAME.horizon
        states.append(seen[0])
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])


def test_policy_player_forgets_between_matches():
    """The same seed gives the same actions, whatever was played before."""
    player, opponent = PolicyPlayer(small_policy()), RandomPlayer()
    results = [play(HideAndSeek(GAME, WORLDS), player, opponent, seed).statistics for seed in (1, 2, 1)]
    assert np.array_equal(results[0], results[2])
    assert not np.array_equal(results[0], results[1])


def test_policy_player_remembers_within_an_episode():
    """The same observation is answered from another memory at the second step."""
    player = PolicyPlayer(small_policy())
    observation = HideAndSeek(GAME, WORLDS).reset()
    player.start(WORLDS, GAME.agents, seed=0)
    player.act(observation)
    first = jax.tree.map(np.asarray, player._memory)
    player.act(observation)
    assert any(not np.allclose(a, b) for a, b in zip(first, player._memory, strict=True))


@pytest.mark.parametrize("seed", [0, 1])
def test_random_player_uses_every_choice_evenly(seed):
    """Buckets 0 .. 10, grab and lock on and off."""
    player = RandomPlayer()
    player.start(2000, 2, seed)
    actions = player.act({})
    assert np.allclose(np.bincount(actions.movement.ravel(), minlength=11) / actions.movement.size, 1 / 11, atol=0.01)
    assert actions.grab.mean() == pytest.approx(0.5, abs=0.03)
    assert actions.lock.mean() == pytest.approx(0.5, abs=0.03)


def test_a_policy_keeps_to_its_choice_for_the_steps_it_was_trained_with():
    """It decides anew in every third step alone, and after a start."""
    player = PolicyPlayer(small_policy(), action_repeat=3)
    env = HideAndSeek(GAME, 2)
    observation = env.reset()
    player.start(2, GAME.agents, seed=0)
    chosen = [player.act(observation) for _ in range(6)]
    for one, other in ((0, 1), (1, 2), (3, 4), (4, 5)):
        assert all(np.array_equal(a, b) for a, b in zip(chosen[one], chosen[other], strict=True))
    assert not np.array_equal(chosen[0].movement, chosen[3].movement)
    player.act(observation)
    player.start(2, GAME.agents, seed=0)
    assert np.array_equal(player.act(observation).movement, chosen[0].movement)
