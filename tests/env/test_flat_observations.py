"""What agents see as one vector: for plain networks, and for wrappers that take no dictionaries."""

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import flatten
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test

from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv, environment_id
from hideseek.env.pettingzoo import env, parallel_env
from tests.env.games import NO_BOUNDS, SHORT, TEAM_CASES, VARIATIONS

games = pytest.mark.parametrize(("game", "changes"), VARIATIONS.values(), ids=VARIATIONS.keys())
cases = pytest.mark.parametrize(("game", "team", "changes"), TEAM_CASES)


def joined(observation: dict[str, np.ndarray], lead: int) -> np.ndarray:
    """Return all fields in alphabetical order, one after the other, behind `lead` axes."""
    parts = [observation[name] for name in sorted(observation)]
    return np.concatenate([x.reshape(*x.shape[:lead], -1) for x in parts], -1).astype(np.float32)


@games
@pytest.mark.filterwarnings("error")
def test_pettingzoo_is_content(game: str, changes: dict):
    """In both of its interfaces; agents in turn are warned of for MultiDiscrete alone."""
    parallel_api_test(parallel_env(game, observation="flat", **changes), num_cycles=30)


@games
@pytest.mark.filterwarnings("error", "ignore:.*should be gymnasium.spaces.box", NO_BOUNDS)
def test_pettingzoo_is_content_with_agents_in_turn(game: str, changes: dict):
    api_test(env(game, observation="flat", **changes), num_cycles=30)


@games
def test_vectors_of_pettingzoo_are_what_gymnasium_flattens(game: str, changes: dict):
    """And in their space, to the end of an episode."""
    flat, fields = parallel_env(game, observation="flat", **changes), parallel_env(game, **changes)
    ours, theirs = flat.reset(seed=2)[0], fields.reset(seed=2)[0]
    for step in range(changes["horizon"]):
        for agent in flat.possible_agents:
            space = flat.observation_space(agent)
            assert space.contains(ours[agent])
            np.testing.assert_array_equal(ours[agent], flatten(fields.observation_space(agent), theirs[agent]))
        random = np.random.default_rng(step)
        actions = {agent: random.integers(0, [11, 11, 11, 2, 2]) for agent in flat.possible_agents}
        ours, theirs = flat.step(actions)[0], fields.step(actions)[0]


@cases
@pytest.mark.filterwarnings("error", NO_BOUNDS)
def test_gymnasium_is_content(game: str, team: str, changes: dict):
    check_env(gymnasium.make(environment_id(game), team=team, observation="flat", **changes).unwrapped)


@cases
def test_vectors_of_gymnasium_have_member_after_member(game: str, team: str, changes: dict):
    """One world and a batch, also where an episode ends."""
    options = {"team": team, "thread_count": 1, **changes}
    flat = HideAndSeekVectorEnv(game, 2, observation="flat", **options)
    fields = HideAndSeekVectorEnv(game, 2, **options)
    single = HideAndSeekEnv(game, team=team, observation="flat", **changes)
    assert flat.single_observation_space == single.observation_space
    assert isinstance(single.action_space, gymnasium.spaces.MultiDiscrete)
    ours, theirs, alone = flat.reset(seed=4)[0], fields.reset(seed=4)[0], single.reset(seed=4)[0]
    infos, expected = {}, {}
    for step in range(changes["horizon"] + 1):
        assert flat.observation_space.contains(ours)
        np.testing.assert_array_equal(ours, joined(theirs, 2).reshape(2, -1))
        if step < changes["horizon"]:
            np.testing.assert_array_equal(ours[0], alone)
            actions = np.random.default_rng(step).integers(0, np.stack([single.action_space.nvec] * 2))
            (ours, *_, infos), (theirs, *_, expected) = flat.step(actions), fields.step(actions)
            alone = single.step(actions[0])[0]
    for mine, last in zip(infos["final_obs"], expected["final_obs"], strict=True):
        np.testing.assert_array_equal(mine, joined(last, 1).ravel())
    np.testing.assert_array_equal(infos["final_obs"][0], alone)


def test_function_as_opponent_is_given_vectors_too():
    """What a policy of the other team would be given."""
    shapes = []

    def still(observation: np.ndarray) -> np.ndarray:
        shapes.append(observation.shape)
        return np.tile([5, 5, 5, 0, 0], (2, 1))

    options = {"hiders": 2, "seekers": 1, "thread_count": 1, **SHORT}
    mine = HideAndSeekVectorEnv("quadrant", 2, observation="flat", opponent=still, **options)
    other = HideAndSeekVectorEnv("quadrant", 2, observation="flat", team="seekers", **options)
    mine.reset(seed=0)
    mine.step(np.tile([5, 5, 5, 0, 0], (2, 2)))
    assert shapes == [other.observation_space.shape]


@pytest.mark.parametrize("make", [parallel_env, env, HideAndSeekEnv, HideAndSeekVectorEnv])
def test_there_is_no_other_kind(make):
    with pytest.raises(ValueError, match="observation is 'image', expected one of 'dict', 'flat'"):
        make("quadrant", observation="image")


def test_flat_worlds_are_made_by_name():
    made = gymnasium.make("hideseek:hideseek/Quadrant-v1", observation="flat")
    assert isinstance(made.observation_space, gymnasium.spaces.Box)
