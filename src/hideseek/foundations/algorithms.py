"""The ladder's algorithms under the names that the command line and the measurements use."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from jaxtyping import Float64

from hideseek.checks import check_choice, check_instance, check_integer
from hideseek.foundations.curve import LearningCurve

GAME = "grid-hideseek"
"""The name of the grid's game, where an environment is asked for."""
GAME_GAMMA = 0.9
"""Discount in the game unless told otherwise: ten steps ahead are far on such a map."""


@dataclass(frozen=True)
class Algorithm:
    """One rung of the ladder."""

    module: str
    """Where its configuration is, below `hideseek.foundations`."""
    config: str
    """The configuration's class."""
    summary: str
    """What tells it from the others."""
    plays: bool = False
    """Whether it plays the game, by self-play."""


ALGORITHMS = {
    "value-iteration": Algorithm("value_iteration", "SweepConfig", "V* from a known model"),
    "q-value-iteration": Algorithm("value_iteration", "SweepConfig", "Q* from a known model"),
    "q-learning": Algorithm("q_learning", "QLearningConfig", "Q in a table, from transitions", plays=True),
    "dqn": Algorithm("dqn", "DQNConfig", "Q in a network, replay buffer, target network"),
    "reinforce": Algorithm("reinforce", "ReinforceConfig", "policy gradient from whole episodes"),
    "q-actor-critic": Algorithm("q_actor_critic", "QActorCriticConfig", "a critic of Q(s, a)", plays=True),
    "advantage-actor-critic": Algorithm(
        "advantage_actor_critic",
        "AdvantageActorCriticConfig",
        "a critic of V(s), which gives advantages",
        plays=True,
    ),
    "ppo": Algorithm("ppo", "PPOConfig", "clipped ratio and generalised advantages", plays=True),
}


@dataclass(frozen=True)
class Learned:
    """What an algorithm leaves behind; only what applies is there."""

    player: Callable[[Any], Any] | None = None
    """Acts in the environment."""
    Q: Callable[[Any], Any] | None = None
    """Returns what is expected of each action, of algorithms that learn it and act by it."""
    policies: tuple[Float64[np.ndarray, "state action"], ...] | None = None
    """Of hider and seeker, in the game."""
    bounds: Float64[np.ndarray, " sweep"] | None = None
    """Of a solution's error, after each sweep."""


def default_config(name: str, env: str) -> Any:
    """Return what an algorithm does in an environment, or in the game, unless told otherwise.

    Raises:
        ValueError: There is no such algorithm, or it does not play the game.
    """
    check_choice("algorithm", name, tuple(ALGORITHMS))
    algorithm = ALGORITHMS[name]
    config = getattr(import_module(f"hideseek.foundations.{algorithm.module}"), algorithm.config)()
    if env != GAME:
        return config
    if not algorithm.plays:
        playing = ", ".join(name for name, algorithm in ALGORITHMS.items() if algorithm.plays)
        raise ValueError(f"algorithm is {name!r}, expected one that plays games: {playing}")
    changes: dict[str, Any] = {"gamma": GAME_GAMMA, "steps": 300_000}
    if name != "q-learning":
        changes |= {"entropy_weight": 0.03, "actor_rate": 1e-3, "critic_rate": 3e-3}
    return replace(config, **changes)


def learn(name: str, env: str, config: Any, seed: int, curve: LearningCurve) -> Learned:
    """Run an algorithm.

    Args:
        name: One of `ALGORITHMS`.
        env: Id of a Gymnasium environment, or `grid-hideseek`.
        config: An instance of the algorithm's configuration.
        seed: Of everything random.
        curve: Where the returns of the episodes are recorded.

    Raises:
        ImportError: Gymnasium is not installed.
        TypeError: An argument is of a wrong class.
        ValueError: There is no such algorithm or environment, or the one is not fit for the other.
    """
    expected = type(default_config(name, env))
    check_instance("config", config, expected, f"{expected.__name__}")
    check_integer("seed", seed, 0)
    check_instance("curve", curve, LearningCurve, "a LearningCurve")
    if name in ("value-iteration", "q-value-iteration"):
        return _solve(name, env, config)
    from hideseek.policy.settings import standard_settings

    with standard_settings():
        return _self_play(name, config, seed, curve) if env == GAME else _learn(name, env, config, seed, curve)


def _solve(name: str, env: str, config: Any) -> Learned:
    from hideseek.foundations.mdp import MDP

    mdp = MDP.from_gymnasium(env, config.gamma)
    solution = _function(name)(mdp, config.tolerance)
    return _greedy(_rows_of(solution.Q), bounds=solution.bounds)


def _learn(name: str, env: str, config: Any, seed: int, curve: LearningCurve) -> Learned:
    import jax

    from hideseek.foundations.environments import Environments
    from hideseek.foundations.policy_gradient import SampledPlayer

    function = _function(name)
    if name == "q-learning":
        return _greedy(_rows_of(function(env, config, seed, curve)))
    if name == "dqn":
        return _greedy(function(env, config, seed, curve))
    if name == "reinforce":
        policy = function(env, config, seed, curve)
    else:
        (policy,) = function(Environments(env, config.copies, seed, curve), config, seed)
    return Learned(SampledPlayer(policy, jax.random.key(seed)))


def _self_play(name: str, config: Any, seed: int, curve: LearningCurve) -> Learned:
    from hideseek.foundations.grid_worlds import GridWorlds, policy_table
    from hideseek.foundations.markov_game import GridGame
    from hideseek.foundations.mdp import greedy
    from hideseek.foundations.self_play_q_learning import self_play_q_learning

    game = GridGame()
    if name == "q-learning":
        return Learned(policies=tuple(greedy(Q) for Q in self_play_q_learning(game, config, seed, curve)))
    actors = _function(name)(GridWorlds(game, config.copies, seed, curve), config, seed)
    return Learned(policies=tuple(policy_table(game, actor) for actor in actors))


def _function(name: str) -> Callable[..., Any]:
    """Return an algorithm's function: its module's, of the same name."""
    module = name.replace("-", "_")
    return getattr(import_module(f"hideseek.foundations.{module}"), module)


def _greedy(Q: Callable[[Any], Any], bounds: Float64[np.ndarray, " sweep"] | None = None) -> Learned:
    """Return Q with the player that takes argmax_a Q(s, a)."""
    return Learned(lambda observation: Q(observation).argmax(-1), Q, bounds=bounds)


def _rows_of(table: Float64[np.ndarray, "state action"]) -> Callable[[Any], Any]:
    """Return the function from states, one-hot, to their rows of a table."""
    return lambda observation: table[observation.argmax(-1)]
