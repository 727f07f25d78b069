"""Bad input to the ladder: one error that names the argument, its value and what was expected."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek.foundations.advantage_actor_critic import AdvantageActorCriticConfig, advantage_actor_critic
from hideseek.foundations.algorithms import ALGORITHMS, GAME, default_config, learn
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.dqn import DQNConfig, dqn
from hideseek.foundations.environments import Environments
from hideseek.foundations.episodes import episode_returns
from hideseek.foundations.exploration import Epsilon
from hideseek.foundations.figures import save
from hideseek.foundations.grid_worlds import GridWorlds
from hideseek.foundations.markov_game import GridGame
from hideseek.foundations.mdp import MDP, greedy
from hideseek.foundations.ppo import PPOConfig, ppo
from hideseek.foundations.q_actor_critic import QActorCriticConfig
from hideseek.foundations.q_learning import QLearningConfig, q_learning
from hideseek.foundations.q_value_iteration import q_value_iteration
from hideseek.foundations.reinforce import ReinforceConfig, reinforce
from hideseek.foundations.replay import Replay
from hideseek.foundations.self_play_q_learning import self_play_q_learning
from hideseek.foundations.value_iteration import SweepConfig, value_iteration
from tests.foundations.mdps import random_mdp
from tests.refusal import assert_refused, refused

CONFIGS = (
    SweepConfig, QLearningConfig, DQNConfig, ReinforceConfig, QActorCriticConfig, AdvantageActorCriticConfig, PPOConfig,
)  # fmt: skip
WRONG = {
    "gamma": (1.0, -0.1, float("nan"), "0.9"),
    "tolerance": (0.0, -1e-8),
    "steps": (0, 1.5),
    "episodes": (0,),
    "copies": (0,),
    "window": (0, True),
    "batch": (0,),
    "capacity": (0,),
    "first_update": (0,),
    "target_interval": (0,),
    "hidden": (0,),
    "step_size": (0.0, -0.5, 1.5, float("inf")),
    "step_power": (-0.1, 1.1),
    "learning_rate": (0.0, -1e-3, float("nan")),
    "actor_rate": (-1e-3,),
    "critic_rate": (-1e-3,),
    "entropy_weight": (-0.1,),
    "gae_lambda": (1.1,),
    "clip": (0.0,),
    "epochs": (0,),
    "minibatches": (0, 7),
    "baseline": ("V", None),
    "discount_states": (1,),
}


@pytest.mark.parametrize("kind", CONFIGS)
def test_every_field_of_every_configuration(kind: type):
    """Negative step sizes, gamma outside [0, 1), counts of nothing: the field is named with its value."""
    fields = [name for name in kind.__dataclass_fields__ if name != "epsilon"]
    for name in fields:
        for value in WRONG[name]:
            assert_refused(lambda name=name, value=value: replace(kind(), **{name: value}), ValueError, f"{name} is ")


MDP_ = random_mdp(0)
CURVE = LearningCurve()
P, R, START = MDP_.P, MDP_.R, MDP_.start
GAME_ = GridGame(("..",))


@refused(
    [
        (lambda: MDP(P, R, 1.0, START), ValueError, r"gamma is 1\.0, expected .* below 1"),
        (lambda: MDP(P.tolist(), R, 0.9, START), TypeError, "P is of type list, expected an array of numbers"),
        (lambda: MDP(P[:, :, :3], R, 0.9, START), ValueError, r"P has shape \(5, 3, 3\), expected \(5, 3, 5\)"),
        (lambda: MDP(P, R.T, 0.9, START), ValueError, r"R has shape \(3, 5\), expected \(5, 3\)"),
        (lambda: MDP(2.0 * P, R, 0.9, START), ValueError, "P has negative numbers, NaN, or sums above 1"),
        (lambda: MDP(-P, R, 0.9, START), ValueError, "P has negative numbers"),
        (lambda: MDP(P, R * np.nan, 0.9, START), ValueError, "R has infinite numbers or NaN"),
        (lambda: MDP(P, R, 0.9, START * np.nan), ValueError, "start has negative numbers, NaN"),
        (lambda: MDP_.policy_values(R), ValueError, "policy has rows that are negative or do not sum to 1"),
        (lambda: MDP_.lookahead(START[:2]), ValueError, r"V has shape \(2,\), expected \(5\)"),
        (lambda: greedy(START), ValueError, r"Q has shape \(5,\), expected \(state, action\)"),
        (lambda: value_iteration(None), TypeError, "mdp is None, expected an MDP"),
        (lambda: q_value_iteration(P), TypeError, "mdp is an array .*, expected an MDP"),
        (lambda: value_iteration(MDP_, -1.0), ValueError, r"tolerance is -1\.0, expected .* above 0"),
        (lambda: value_iteration(MDP_, 1e-300), ValueError, "tolerance is 1e-300, expected at least .* rewards"),
        (lambda: MDP.from_gymnasium("Nowhere-v0", 0.9), ValueError, "env is 'Nowhere-v0', expected a Gymnasium"),
        (lambda: MDP.from_gymnasium("CartPole-v1", 0.9), ValueError, "env is 'CartPole-v1', expected one with a table"),
        (lambda: MDP.from_gymnasium("Blackjack-v1", 0.9), ValueError, "env is 'Blackjack-v1', expected .* table"),
        (lambda: MDP.from_gymnasium("FrozenLake-v1", 1.2), ValueError, r"gamma is 1\.2"),
        (lambda: q_learning("CartPole-v1", QLearningConfig(), 0, CURVE), ValueError, "observations are Box.*Discrete"),
        (lambda: q_learning("FrozenLake-v1", None, 0, CURVE), TypeError, "config is None, expected a QLearningConfig"),
        (lambda: q_learning("FrozenLake-v1", QLearningConfig(), -1, CURVE), ValueError, "seed is -1"),
        (lambda: q_learning("FrozenLake-v1", QLearningConfig(), 0, []), TypeError, r"curve is \[\], expected a Learn"),
        (lambda: dqn("Pendulum-v1", DQNConfig(), 0, CURVE), ValueError, "actions are Box.*, expected Discrete ones"),
        (lambda: dqn("Blackjack-v1", DQNConfig(), 0, CURVE), ValueError, "observations are Tuple.*expected Discrete"),
        (lambda: dqn("CartPole-v1", {}, 0, CURVE), TypeError, "config is {}, expected a DQNConfig"),
        (lambda: reinforce("Pendulum-v1", ReinforceConfig(), 0, CURVE), ValueError, "actions are Box.*, expected"),
        (lambda: reinforce("CartPole-v1", None, 0, CURVE), TypeError, "config is None, expected a ReinforceConfig"),
        (lambda: ReinforceConfig(batch=1), ValueError, "batch is 1, expected at least 2 episodes"),
        (lambda: Environments("CartPole-v1", 0, 0), ValueError, "copies is 0"),
        (lambda: Environments("CartPole-v1", 1, 0.5), ValueError, r"seed is 0\.5"),
        (lambda: Environments("CartPole-v1", 1, 0, 3), TypeError, "curve is 3, expected a LearningCurve"),
        (lambda: Environments(3, 1, 0), TypeError, "env is 3, expected the id of a Gymnasium environment"),
        (lambda: episode_returns("CartPole-v1", print, 0, 0), ValueError, "episodes is 0"),
        (
            lambda: ppo(Environments("CartPole-v1", 2, 0), PPOConfig(), 0),
            ValueError,
            "worlds has 2 copies, expected .*16",
        ),
        (lambda: ppo(GridWorlds(GAME_, 16, 0), PPOConfig(), -1), ValueError, "seed is -1"),
        (lambda: advantage_actor_critic(None, PPOConfig(), 0), TypeError, "expected an AdvantageActorCriticConfig"),
        (lambda: Epsilon(first=1.5), ValueError, r"first of epsilon is 1\.5"),
        (lambda: DQNConfig(epsilon=0.1), TypeError, r"epsilon is 0\.1, expected an Epsilon"),
        (lambda: QLearningConfig(epsilon=0.1), TypeError, r"epsilon is 0\.1, expected an Epsilon"),
        (lambda: Replay(0, 1), ValueError, "capacity is 0"),
        (lambda: Replay(1, 1).sample(1, 0), TypeError, "generator is 0, expected a Generator"),
        (lambda: GridGame(("..", ".")), ValueError, "rows is .*, expected rows of one length"),
        (lambda: GridGame(()), ValueError, "rows is .*, expected rows"),
        (lambda: GridGame(("#.",)), ValueError, "rows is .*, expected floor for two players"),
        (lambda: GridGame(horizon=0), ValueError, "horizon is 0"),
        (lambda: GridWorlds(None, 1, 0), TypeError, "game is None, expected a GridGame"),
        (lambda: GAME_.against(np.ones((4, 5)) / 5, "judge", 0.9), ValueError, "player is 'judge', expected one of"),
        (lambda: GAME_.against(np.ones((4, 5)), "hider", 0.9), ValueError, "policy has rows"),
        (lambda: GAME_.hidden_share(None, None, 0.9), ValueError, "hider and seeker are None, expected the policy"),
        (lambda: self_play_q_learning(None, QLearningConfig(), 0, CURVE), TypeError, "game is None"),
        (lambda: default_config("sarsa", GAME), ValueError, "algorithm is 'sarsa', expected one of"),
        (lambda: learn("dqn", GAME, DQNConfig(), 0, CURVE), ValueError, "algorithm is 'dqn', expected one that plays"),
        (lambda: learn("ppo", GAME, DQNConfig(), 0, CURVE), TypeError, "config is DQNConfig.*, expected PPOConfig"),
        (lambda: save(None, Path("curve.gif")), ValueError, r"out is curve\.gif, expected a file that ends in one of"),
    ]
)
def test_refused(call: Callable, error: type[Exception], message: str):
    """Before any work starts."""
    assert_refused(call, error, message)


def test_every_algorithm_has_a_default_for_what_it_plays():
    """The game's default has a smaller gamma, which is still a legal one."""
    for name, algorithm in ALGORITHMS.items():
        assert default_config(name, "CartPole-v1").gamma == 0.99
        if algorithm.plays:
            assert default_config(name, GAME).gamma == 0.9
