"""One world for Gymnasium: its conformance tests over all kinds of games, seeds, ends of episodes, bad input."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence

from hideseek.env.batch import HideAndSeek
from hideseek.env.gymnasium import HideAndSeekEnv, environment_id
from hideseek.game.config import PRESETS, make_game
from hideseek.game.version import VERSION
from tests.env.games import NO_BOUNDS, SHORT, TEAM_CASES
from tests.waiting import SECONDS

strict = pytest.mark.filterwarnings("error", NO_BOUNDS)
cases = pytest.mark.parametrize(("game", "team", "changes"), TEAM_CASES)


def actions_at(env: gymnasium.Env, step: int) -> np.ndarray:
    """Return an action that depends on the step alone."""
    assert isinstance(env.action_space, gymnasium.spaces.MultiDiscrete)
    return np.random.default_rng(step).integers(0, env.action_space.nvec)


def play(env: gymnasium.Env, first: int, end: int) -> list[tuple]:
    return [env.step(actions_at(env, step)) for step in range(first, end)]


@cases
@strict
def test_environment_checker_is_content(game: str, team: str, changes: dict):
    check_env(gymnasium.make(environment_id(game), team=team, **changes).unwrapped)


@cases
@strict
def test_episode_under_the_passive_checker(game: str, team: str, changes: dict):
    """Observations are in their space to the end, rewards are numbers, and only the last step truncates."""
    env = gymnasium.make(environment_id(game), team=team, **changes)
    observation, _ = env.reset(seed=4)
    assert env.observation_space.contains(observation)
    for step, (observation, reward, terminated, truncated, _) in enumerate(play(env, 0, changes["horizon"])):
        assert env.observation_space.contains(observation)
        assert isinstance(reward, float)
        assert (terminated, truncated) == (False, step == changes["horizon"] - 1)


def test_names_carry_the_version_of_the_environment():
    assert environment_id("quadrant") == f"hideseek/Quadrant-v{VERSION}"
    assert environment_id("random-walls") == f"hideseek/RandomWalls-v{VERSION}"


@pytest.mark.parametrize("name", PRESETS)
def test_games_are_registered(name: str):
    env = gymnasium.make(environment_id(name)).unwrapped
    assert isinstance(env, HideAndSeekEnv)
    assert env.game == PRESETS[name]


def test_name_with_module_registers_by_itself():
    code = "import gymnasium as g; print(g.make('hideseek.env.gymnasium:" + environment_id("quadrant") + "').unwrapped)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS)
    assert "HideAndSeekEnv" in result.stdout, result.stderr


@pytest.mark.parametrize("team", ["hiders", "seekers"])
def test_agrees_with_the_batch(team: str):
    """Same seed, opponents that do nothing: the mean of the team's rewards, and what its members see."""
    changes = {"hiders": 3, "reward": "selfish", **SHORT}
    env = HideAndSeekEnv("random-walls", team=team, opponent="still", **changes)
    game = make_game("random-walls", **changes)
    batch = HideAndSeek(game, 1, seed=6)
    batch.reset()
    env.reset(seed=6)
    members = slice(0, 3) if team == "hiders" else slice(3, 5)
    for step in range(12):
        joint = np.zeros((1, 5, 5), np.int8)
        joint[..., :3] = 5
        joint[0, members] = actions_at(env, step).reshape(-1, 5)
        theirs, rewards, _, info = batch.step(joint[..., :3], joint[..., 3], joint[..., 4])
        mine, reward, *_, my_info = env.step(actions_at(env, step))
        assert reward == pytest.approx(rewards[0, members].mean(), abs=1e-7)
        assert my_info["hidden"] == info["hidden"][0]
        if step < 11:  # the batch shows the next episode then
            np.testing.assert_array_equal(mine["self"], theirs["self"][0, members])
            np.testing.assert_array_equal(mine["lidar"], theirs["lidar"][0, members])


def test_equal_seeds_give_equal_episodes():
    """Resets without a seed that follow included."""
    envs = [HideAndSeekEnv("quadrant", **SHORT) for _ in range(2)]
    for seed in (3, None, None):
        first, other = ((env.reset(seed=seed), play(env, 0, 12)) for env in envs)
        assert data_equivalence(first, other, exact=True)


def test_without_a_seed_every_environment_is_another():
    layouts = [HideAndSeekEnv("quadrant", **SHORT).reset()[0]["self"] for _ in range(2)]
    assert (layouts[0] != layouts[1]).any()


def test_statistics_come_at_the_end():
    env = HideAndSeekEnv("quadrant", **SHORT)
    _, start = env.reset(seed=0)
    infos = [start, *(result[4] for result in play(env, 0, 12))]
    assert all(not info["statistics"].any() for info in infos[:-1])
    assert infos[-1]["statistics"].any()
    assert [info["preparation"] for info in infos] == [True] * 4 + [False] * 9


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"game": "chess"}, ValueError, "unknown game 'chess'"),
        ({"game": None}, TypeError, "game is None, expected"),
        ({"team": "referees"}, ValueError, "team is 'referees', expected one of 'hiders', 'seekers'"),
        ({"team": "seekers", "seekers": 0}, ValueError, "team is 'seekers', expected one that the game has"),
        ({"opponent": "strong"}, ValueError, "opponent is 'strong', expected one of"),
        ({"opponent": 3}, ValueError, "opponent is 3, expected one of"),
        ({"render_mode": "ansi"}, ValueError, "render_mode is 'ansi', expected one of 'rgb_array'"),
        ({"render_view": "side"}, ValueError, "render_view is 'side', expected one of 'oblique', 'top'"),
        ({"max_cycles": 3}, ValueError, "unknown option 'max_cycles'"),
    ],
)
def test_impossible_environment_is_refused(arguments: dict, error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        HideAndSeekEnv(**arguments)


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        ([5, 5, 5, 0, 0], ValueError, r"action has shape \(5,\), expected \(10,\)"),
        ([5, 5, 5, 0, 0, 5, 5, 12, 0, 0], ValueError, r"action has \[5, 5, 12, 0, 0\] for an agent, expected 0 to"),
        ([5.0] * 10, TypeError, "action is .*expected integers"),
        ([[5] * 5, [5] * 4], ValueError, "action is .*expected integers of shape"),
        (None, TypeError, "action is None, expected integers"),
    ],
)
def test_bad_actions_are_refused(action: object, error: type[Exception], message: str):
    env, undisturbed = HideAndSeekEnv("quadrant", **SHORT), HideAndSeekEnv("quadrant", **SHORT)
    env.reset(seed=0)
    undisturbed.reset(seed=0)
    with pytest.raises(error, match=message):
        env.step(action)  # pyright: ignore[reportArgumentType]
    assert data_equivalence(play(env, 0, 2), play(undisturbed, 0, 2), exact=True)


def test_calls_out_of_order_are_refused():
    env = HideAndSeekEnv("quadrant", render_mode="rgb_array", **SHORT)
    for call in (lambda: env.step(actions_at(env, 0)), env.render):
        with pytest.raises(RuntimeError, match="before the first reset"):
            call()
    env.reset(seed=0)
    play(env, 0, 12)
    assert env.render().dtype == np.uint8
    with pytest.raises(RuntimeError, match="after the end of the episode"):
        env.step(actions_at(env, 0))
    with pytest.raises(ValueError, match="unknown option 'layout' of reset, expected none"):
        env.reset(options={"layout": 3})
    for seed in (-1, 2**64, "one"):
        with pytest.raises(ValueError, match=r"seed is .*, expected an integer"):
            env.reset(seed=seed)  # pyright: ignore[reportArgumentType]
    with pytest.raises(RuntimeError, match="without render_mode"):
        HideAndSeekEnv("quadrant").render()
