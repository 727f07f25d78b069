"""Some worlds begin episodes in starts: clocks, sight, shares and outcomes are right, and runs resume exactly."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.learn import trainer
from hideseek.learn.checkpoint import create_run_folder
from hideseek.learn.curriculum.config import StartRuleChoice, StartsConfig
from hideseek.learn.curriculum.curriculum import Curriculum
from hideseek.learn.description import RunDescription
from hideseek.learn.run import make_environments
from hideseek.learn.trainer import Trainer
from tests.learn.interrupted import outcome
from tests.learn.toy import TINY_NETWORK, tiny_config

GAME = make_game("quadrant")
COUNT = 16
ALL = np.ones(COUNT, bool)
STARTS = StartsConfig(share=0.5)
NOTHING = np.full((COUNT, 4, 3), 5, np.int8), np.zeros((COUNT, 4), np.int8), np.zeros((COUNT, 4), np.int8)


def begin(config: StartsConfig = STARTS, seed: int = 0) -> tuple[Curriculum, HideAndSeek]:
    """Return a curriculum whose starts have begun in all of their worlds, and the environment."""
    env = HideAndSeek(GAME, COUNT, seed=3)
    env.reset()
    curriculum = Curriculum(config, GAME, COUNT, 2, seed)
    assert curriculum.begin(env, slice(0, COUNT), ALL, 0)
    return curriculum, env


def test_the_other_worlds_play_the_true_game():
    """The first half is as the game made it, the rest is not, and its clocks are multiples of a decision."""
    _, env = begin()
    fresh = HideAndSeek(GAME, COUNT, seed=3)
    fresh.reset()
    np.testing.assert_array_equal(env.bodies.pose[:8], fresh.bodies.pose[:8])
    assert (np.abs(env.bodies.pose[8:] - fresh.bodies.pose[8:]).max((1, 2)) > 0.0).sum() >= 7
    assert (env.record.step % 2 == 0).all()
    assert env.record.step[8:].any()


def test_sight_is_that_of_the_worlds_as_they_are():
    """A second look changes nothing."""
    _, env = begin()
    before = env.get_state()
    env.sense()
    for name, array in env.get_state().items():
        np.testing.assert_array_equal(array, before[name])


def test_an_episode_that_begins_in_the_middle_counts_as_its_share():
    """The share is what is left of the horizon."""
    curriculum, env = begin()
    np.testing.assert_allclose(curriculum.share, 1.0 - env.record.step / GAME.horizon)
    np.testing.assert_array_equal(curriculum.share[:8], 1.0)


def test_outcomes_reach_the_rule_of_their_scenario():
    """Where seekers see nobody for the whole time, starts for ramps fail, and starts for doors succeed."""
    curriculum, env = begin(replace(STARTS, rule="bins", scenarios=("doors", "ramps")))
    before = curriculum.get_state()
    for _ in range(5):
        curriculum.record(slice(0, COUNT), ALL, ~ALL)
    curriculum.begin(env, slice(0, COUNT), ALL, 1)
    after = curriculum.get_state()
    for name, sign in (("doors", 1.0), ("ramps", -1.0)):
        change = after[f"{name}/success"] - before[f"{name}/success"]
        assert (sign * change >= 0.0).all()
        assert (sign * change).max() > 0.0


@pytest.mark.parametrize(
    ("rule", "kinds"), [("own", ("success", "level")), ("bins", ("success", "success")), ("levels", ("level", "level"))]
)
def test_each_scenario_has_its_own_rule_unless_told_otherwise(rule: StartRuleChoice, kinds: tuple[str, str]):
    """By themselves doors have bins, with a success rate each, and ramps levels."""
    state = Curriculum(replace(STARTS, rule=rule, scenarios=("doors", "ramps")), GAME, COUNT, 2, 0).get_state()
    assert {f"doors/{kinds[0]}", f"ramps/{kinds[1]}"} <= set(state)


def test_shares_follow_what_can_be_learned():
    """A scenario that is settled keeps the least share; none is dropped."""
    curriculum, _ = begin(replace(STARTS, scenarios=("doors", "ramps")))
    state = curriculum.get_state()
    state["doors/success"][:] = 1.0
    curriculum.set_state(state)
    np.testing.assert_allclose(curriculum.parts(), [0.1, 0.9], atol=1e-3)


def test_visited_states_are_starts_too():
    """With all starts from there, every world begins in a state that was visited, and keeps its random stream."""
    curriculum, env = begin(replace(STARTS, visited=1.0, visited_count=COUNT))
    observation, keys = env.observe(), env.record.random_key.copy()
    curriculum.visit(env, observation, 0)
    assert curriculum.visited is not None
    known = curriculum.visited.get_state()["state/pose"]
    curriculum.begin(env, slice(0, COUNT), ALL, 1)
    for world in range(8, COUNT):
        assert (known == env.bodies.pose[world]).all((1, 2)).any()
    np.testing.assert_array_equal(env.record.random_key, keys)


def test_a_run_that_was_interrupted_goes_on_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Weights, worlds, bins, visited states and metrics are those of an uninterrupted run, bit for bit."""
    monkeypatch.setattr(trainer, "LOOK_INTERVAL", 2)
    config = tiny_config(
        network=replace(TINY_NETWORK, value_heads=2, critic_view=True), world_count=16, action_repeat=2,
        past_share=0.25, starts=StartsConfig(share=0.5, visited=0.5, visited_count=40),
    )  # fmt: skip
    game = make_game("quadrant", horizon=20)
    description = RunDescription("quadrant", replace(game, preparation_fraction=0.4), config, 1)
    results = []
    for name, parts in (("whole", (6,)), ("parts", (2, 5, 6))):
        folder = tmp_path / name
        create_run_folder(folder, description, overwrite=False)
        for number, last in enumerate(parts):
            Trainer(folder, description, make_environments(description, 1), resume=number > 0).learn(iterations=last)
        results.append(outcome(folder))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StartsConfig(share=0.8), "share of starts is 0.8"),
        (lambda: StartsConfig(share=-0.1), "share of starts is -0.1"),
        (lambda: StartsConfig(rule="best"), "rule of starts is 'best'"),
        (lambda: StartsConfig(scenarios=("doors", "doors")), "expected different names"),
        (
            lambda: tiny_config(past_share=0.5, starts=StartsConfig(share=0.6)),
            "past_share is 0.5, expected at most 0.4",
        ),
        (lambda: tiny_config(starts=StartsConfig(share=0.5, visited=0.5)), "value_heads is 1, expected 2 at least"),
        (
            lambda: tiny_config(
                network=replace(TINY_NETWORK, value_heads=2), starts=StartsConfig(visited=0.5, visited_count=8)
            ),
            "visited_count of starts is 8, expected at least 32",
        ),
        (lambda: Curriculum(STARTS, make_game("random-walls"), COUNT, 2, 0), "layout of game is 'random_walls'"),
        (lambda: Curriculum(STARTS, replace(GAME, ramps=0), COUNT, 2, 0), "ramps of game is 0"),
        (lambda: Curriculum(STARTS, GAME, COUNT, 8, 0), "action_repeat is 8"),
    ],
)
def test_what_cannot_be_is_refused(make, message: str):
    """One error names the value and what was expected."""
    with pytest.raises(ValueError, match=message):
        make()
