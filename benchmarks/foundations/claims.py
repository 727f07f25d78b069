"""What the ladder is expected to reach, and whether it did."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from benchmarks.foundations import gae, gradients
from benchmarks.foundations.q_learning_error import STEPS, name_of
from benchmarks.foundations.solutions import TABLES, TOLERANCE, solve
from benchmarks.foundations.tables import Results, means_of_returns
from hideseek.foundations.dqn import DQNConfig
from hideseek.foundations.q_learning import QLearningConfig

FLOORS = {
    "DQN": 475.0,
    "PPO": 475.0,
    "REINFORCE with baseline": 400.0,
    "advantage actor-critic": 400.0,
}
"""Mean returns of 100 episodes of CartPole that most seeds are to reach."""
ENOUGH = 0.8
"""Of the seeds: four of five."""


class Claim(NamedTuple):
    """One expectation."""

    words: str
    measured: str
    reached: bool


def check_claims(results: Results) -> list[Claim]:
    """Return every claim with what was measured."""
    return [*_solutions(), *_q_learning(results), *_cart_pole(results), *_effects(results)]


def _solutions() -> Iterable[Claim]:
    for name in TABLES:
        errors = solve(name).errors[-1], solve(name).error_of_q
        words = f"value iteration and Q-value iteration equal the exact solution of {name} to {TOLERANCE:g}"
        yield Claim(words, ", ".join(f"{error:.1e}" for error in errors), max(errors) <= TOLERANCE)


def _q_learning(results: Results) -> Iterable[Claim]:
    default = STEPS.index(QLearningConfig().steps)
    for env, share, words in (
        ("FrozenLake-v1", 0.95, "at least 95 % of the optimal return"),
        ("CliffWalking-v1", 1.0, "the optimal path"),
    ):
        found = results[name_of(env)]
        returns, best = np.array([result["return"][default] for result in found]), found[0]["optimum"]
        reached = returns >= best - (1.0 - share) * abs(best) - 1e-9
        measured = f"{', '.join(f'{value:.3f}' for value in returns)}; optimum {best:.3f}"
        yield Claim(f"Q-learning reaches {words} on {env} in {STEPS[default]:,} steps", measured, bool(reached.all()))


def _cart_pole(results: Results) -> Iterable[Claim]:
    for name, floor in FLOORS.items():
        found = results[name]
        enough = np.mean([np.mean(result["returns"]) >= floor for result in found]) >= ENOUGH
        steps = max(result["steps"] for result in found)
        words = f"{name} reaches a mean return of {floor:.0f} on CartPole-v1, within {steps:,} steps"
        yield Claim(f"{words}, with four seeds of five", means_of_returns(found), bool(enough))


def _effects(results: Results) -> Iterable[Claim]:
    for name in (gradients.SMALL, gradients.CART_POLE):
        shares = gradients.variance_shares(results[name])
        none, average, critic = (np.array(shares[weight]) for weight in gradients.REINFORCE_WEIGHTS)
        measured = ", ".join(f"{a:.2f} > {v:.2f}" for a, v in zip(average, critic, strict=True))
        reached = bool(((none > average) & (average > critic)).all())
        yield Claim(f"{name}: the average takes away variance (from 1), V more", measured, reached)
    estimates = [one for result in results[gradients.SMALL] for one in gradients.estimates(result).values()]
    ratio = max(one["bias"] / one["error"] for one in estimates)
    words = "no estimator's mean is further from the exact gradient than three standard errors"
    yield Claim(words, f"at most {ratio:.1f} standard errors, of {len(estimates)} estimators", ratio <= 3.0)
    bias, variance = (np.mean([r[key] for r in results[gae.NAME]], axis=0) for key in ("squared_bias", "variance"))
    measured = f"squared bias {bias[-1, 0]:.3f} to {max(bias[-1, -1], 0.0):.3f}, variance {variance[-1, 0]:.1f} to "
    reached = bool(bias[-1, 0] > bias[-1, -1] and variance[-1, 0] < variance[-1, -1])
    yield Claim(
        "with a wrong V, GAE's bias falls from lambda = 0 to 1, its variance rises",
        measured + f"{variance[-1, -1]:.1f}",
        reached,
    )
    with_, without = (np.mean([r["expected"] for r in results[name]]) for name in ("DQN", "DQN without target network"))
    most = 1.0 / (1.0 - DQNConfig().gamma)
    measured = f"{with_:,.0f} with, {without:,.0f} without; {most:.0f} is right for a pole that stays up"
    yield Claim(
        "the target network keeps DQN's Q from growing", measured, bool(abs(with_ - most) < abs(without - most))
    )
