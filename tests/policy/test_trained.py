"""A policy as users are given it: memory in, memory out."""

from itertools import pairwise

import jax
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.distribution import Actions
from hideseek.policy.normaliser import make_normaliser
from hideseek.policy.policy import Actor, Policy
from hideseek.policy.trained import PolicyMemory, TrainedPolicy
from tests.env.games import SHORT

GAME = make_game("quadrant", **SHORT)
NETWORK = NetworkConfig(lidar_filters=2, embedding=8, attention_heads=2, dense=8, memory=8)


def untrained(repeat: int = 1) -> TrainedPolicy:
    sizes = FeatureSizes.of(observation_spec(GAME))
    policy = Policy(Actor(sizes, NETWORK, jax.random.key(0)), make_normaliser(sizes, NETWORK))
    return TrainedPolicy("fresh", GAME, repeat, policy)


def flat(actions: Actions) -> np.ndarray:
    """Return actions [world, ...]."""
    return np.concatenate([np.asarray(x).reshape(len(x), -1) for x in actions], 1)


def play(policy: TrainedPolicy, env: HideAndSeek, steps: int, seed: int = 0) -> np.ndarray:
    """Return the actions of an episode [step, world, ...]."""
    observation, memory, chosen = env.reset(3), policy.initial_memory(env.world_count, seed=seed), []
    for _ in range(steps):
        actions, memory = policy.act(observation, memory)
        chosen.append(flat(actions))
        observation, _, done, _ = env.step(*actions)
        memory = memory.reset_where(done)
    return np.array(chosen)


def test_actions_are_what_the_environment_takes():
    """For all agents, or for a team of them."""
    policy, env = untrained(), HideAndSeek(GAME, 3)
    observation = env.reset()
    actions, memory = policy.act(observation, policy.initial_memory(3))
    env.step(*actions)
    assert memory.step.tolist() == [1, 1, 1]
    hiders = {name: x[:, :2] for name, x in observation.items()}
    actions, _ = policy.act(hiders, policy.initial_memory(3, 2))
    assert actions.movement.shape == (3, 2, 3)


def test_equal_seeds_draw_equal_choices_and_worlds_differ():
    policy, env = untrained(), HideAndSeek(GAME, 2)
    first = play(policy, env, 8)
    np.testing.assert_array_equal(play(policy, env, 8), first)
    assert (play(policy, env, 8, seed=1) != first).mean() > 0.3
    assert (first[:, 0] != first[:, 1]).mean() > 0.3
    assert (first[1:] != first[:-1]).mean() > 0.3


def test_draws_of_a_world_do_not_depend_on_the_others():
    """Neither on how many there are."""
    policy = untrained()
    memory = policy.initial_memory(5)
    np.testing.assert_array_equal(memory.seed[:2], policy.initial_memory(2).seed)
    env = HideAndSeek(GAME, 5)
    observation = env.reset()
    alike = {name: np.repeat(x[:1], 5, 0) for name, x in observation.items()}
    chosen, _ = policy.act(observation, memory)
    others, _ = policy.act(alike, memory)
    np.testing.assert_array_equal(flat(chosen)[0], flat(others)[0])


def test_choices_are_repeated_by_the_world():
    """Each world by its own clock, which a new episode sets back."""
    policy, env = untrained(repeat=3), HideAndSeek(GAME, 2)
    observation, memory = env.reset(), policy.initial_memory(2)
    chosen, begins = [], {4: np.array([False, True])}
    for step in range(9):
        memory = memory.reset_where(begins.get(step, np.zeros(2, bool)))
        actions, memory = policy.act(observation, memory)
        chosen.append(flat(actions))
        observation, *_ = env.step(*actions)
    changed = [[bool((now[w] != before[w]).any()) for w in (0, 1)] for before, now in pairwise(chosen)]
    assert [step + 1 for step, (first, _) in enumerate(changed) if first] == [3, 6]
    assert [step + 1 for step, (_, second) in enumerate(changed) if second] == [3, 4, 7]


def test_between_choices_the_network_rests():
    """Its memory is of what it saw when it chose."""
    policy, env = untrained(repeat=2), HideAndSeek(GAME, 1)
    observation = env.reset()
    _, first = policy.act(observation, policy.initial_memory(1))
    _, second = policy.act(observation, first)
    _, third = policy.act(observation, second)
    np.testing.assert_array_equal(first.network.hidden, second.network.hidden)
    assert (np.asarray(third.network.hidden) != np.asarray(second.network.hidden)).any()


def test_a_new_episode_forgets_and_draws_anew():
    policy, env = untrained(), HideAndSeek(GAME, 2)
    observation = env.reset()
    first, memory = policy.act(observation, policy.initial_memory(2))
    again = memory.reset_where(np.array([True, False]))
    assert not np.asarray(again.network.hidden[0]).any()
    np.testing.assert_array_equal(again.network.hidden[1], memory.network.hidden[1])
    assert again.step.tolist() == [0, 1]
    assert again.seed[0] != memory.seed[0]
    assert again.seed[1] == memory.seed[1]
    assert (flat(policy.act(observation, again)[0])[0] != flat(first)[0]).any()


def test_the_most_likely_choice_is_not_drawn():
    policy, env = untrained(), HideAndSeek(GAME, 2)
    observation = env.reset()
    chosen = [flat(policy.act(observation, policy.initial_memory(2, seed=s), most_likely=True)[0]) for s in (0, 1)]
    np.testing.assert_array_equal(*chosen)


def test_games_with_other_features_are_refused():
    policy = untrained()
    policy.check_plays(make_game("quadrant", hiders=3, boxes_max=4))
    with pytest.raises(
        ValueError, match=r"fresh cannot play this game: it is observed as .*boxes=15.*expected .*boxes=12"
    ):
        policy.check_plays(make_game("random-walls"))


def test_bad_input_is_refused():
    policy, env = untrained(), HideAndSeek(GAME, 2)
    observation, memory = env.reset(), policy.initial_memory(2)
    few = policy.initial_memory(1)
    assert isinstance(memory, PolicyMemory)
    for call, error, message in (
        (lambda: policy.act(observation, None), TypeError, "memory is None, expected what initial_memory"),  # pyright: ignore[reportArgumentType]
        (lambda: policy.act(observation, few), ValueError, "network of memory has shape"),
        (lambda: policy.act({}, memory), ValueError, "observation lacks self"),
        (lambda: policy.act(observation, memory, 1), ValueError, "most_likely is 1, expected"),  # pyright: ignore[reportArgumentType]
        (lambda: policy.initial_memory(-1), ValueError, "world_count is -1, expected"),
        (lambda: policy.initial_memory(1, seed=-1), ValueError, "seed is -1, expected"),
        (lambda: memory.reset_where(np.array([True])), ValueError, r"begins has shape \(1,\), expected \(2\)"),
        (lambda: memory.reset_where([True, True]), TypeError, "begins is of type list, expected an array of flags"),  # pyright: ignore[reportArgumentType]
    ):
        with pytest.raises(error, match=message):
            call()
