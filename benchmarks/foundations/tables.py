"""The tables of docs/results/foundations.md, from the results of the jobs."""

from typing import Any

import numpy as np

from benchmarks.foundations import gae, gradients
from benchmarks.foundations.learning import CART, CASES
from benchmarks.foundations.q_learning_error import ENVIRONMENTS, STEPS, name_of
from benchmarks.foundations.solutions import TABLES, solve
from hideseek.foundations.algorithms import GAME, GAME_GAMMA
from hideseek.foundations.markov_game import MOVES, GridGame

Results = dict[str, list[dict[str, Any]]]
"""By name, one per seed."""
SELF_PLAY = tuple(case.name for case in CASES if case.env == GAME)


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """Return a table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def solved_table() -> str:
    """Return what value iteration and Q-value iteration found, against the exact solution."""
    rows = []
    for name in TABLES:
        of = solve(name)
        errors = (f"{error:.1e}" for error in (of.errors[-1], of.error_of_q))
        rows.append([name, f"{of.states} x {of.actions}", f"{of.bounds.size:,}", *errors, f"{of.optimum:.4f}"])
    head = ["", "states x actions", "sweeps", "error, value iteration", "error, Q-value iteration", "optimal return"]
    return markdown(head, rows)


def q_learning_table(results: Results) -> str:
    """Return the exact returns of Q-learning's policies, and Q's error, over the number of transitions."""
    rows = []
    for env in ENVIRONMENTS:
        found = results[name_of(env)]
        for i, steps in enumerate(STEPS):
            returns = ", ".join(f"{result['return'][i]:.3f}" for result in found)
            error = np.mean([result["error"][i] for result in found])
            rows.append([env, f"{steps:,}", returns, f"{found[0]['optimum']:.3f}", f"{error:.1e}"])
    head = ["", "transitions", "return of the greedy policy, one per seed", "optimum", "mean error of Q"]
    return markdown(head, rows)


def cart_pole_table(results: Results) -> str:
    """Return what the algorithms reach on CartPole."""
    rows = []
    for case in (case for case in CASES if case.env == CART):
        found = results[case.name]
        steps = f"{max(result['steps'] for result in found):,}"
        low = ", ".join(f"{lowest_of_last_quarter(result):.0f}" for result in found)
        rows.append([case.name, steps, means_of_returns(found), low, _seconds(found)])
    head = [
        "",
        "steps, at most",
        "mean return of 100 new episodes, one per seed",
        "lowest mean of 50 episodes in the last quarter of learning",
        "processor seconds",
    ]
    return markdown(head, rows)


def means_of_returns(found: list[dict[str, Any]]) -> str:
    """Return the seeds' mean returns as text."""
    return ", ".join(f"{np.mean(result['returns']):.0f}" for result in found)


def lowest_of_last_quarter(result: dict[str, Any]) -> float:
    """Return the lowest point of a learning curve in the last quarter of the steps."""
    grid, curve = np.array(result["grid"]), np.array(result["curve"])
    return float(np.nanmin(curve[grid >= 0.75 * grid[-1]]))


def dqn_table(results: Results) -> str:
    """Return what deep Q-learning's Q expects of the first state, and what its player gets."""
    rows = []
    for case in (case for case in CASES if case.algorithm == "dqn"):
        cells = [", ".join(f"{r[key]:,.0f}" for r in results[case.name]) for key in ("expected", "discounted")]
        rows.append([case.name, *cells])
    return markdown(["", "discounted return that Q expects, one per seed", "discounted return that followed"], rows)


def variance_table(results: Results) -> str:
    """Return the variance and the bias of the gradient for each weight."""
    small, cart = (gradients.variance_shares(results[name]) for name in (gradients.SMALL, gradients.CART_POLE))
    rows = []
    for weight, shares in small.items():
        found = [result[weight] for result in results[gradients.SMALL]]
        distance = ", ".join(f"{x['bias']:.3f} ({x['error']:.3f})" for x in found)
        rows.append([weight, _range(shares), distance, _range(cart[weight]) if weight in cart else ""])
    head = [
        "weight",
        "variance, small process",
        "distance from the exact gradient (chance alone), one per seed",
        "variance, CartPole",
    ]
    return markdown(head, rows)


def gae_table(results: Results) -> str:
    """Return bias and variance of generalised advantages."""
    bias, variance = (np.mean([r[key] for r in results[gae.NAME]], axis=0) for key in ("squared_bias", "variance"))
    rows = [
        [f"{gae_lambda:g}", *(f"{max(b, 0.0):.4f} / {v:.2f}" for b, v in zip(bias[:, j], variance[:, j], strict=True))]
        for j, gae_lambda in enumerate(gae.LAMBDAS)
    ]
    return markdown(["lambda", *(f"errors of V: {error:g}" for error in gae.ERRORS)], rows)


def game_table(results: Results) -> str:
    """Return how much of the time hiders are hidden, in several pairings."""
    game = GridGame()
    chance = np.full((game.states, len(MOVES)), 1.0 / len(MOVES))
    pairs = ((chance, None), (chance, chance), (None, chance))
    rows = [["chance", "", *(f"{game.hidden_share(*pair, GAME_GAMMA):.1%}" for pair in pairs), ""]]
    for case in (case for case in CASES if case.env == GAME):
        found = results[case.name]
        cells = [", ".join(f"{result[key]:.1%}" for result in found) for key in ("hider", "both", "seeker")]
        rows.append([case.name, f"{case.config.steps:,}", *cells, _seconds(found)])
    head = [
        "",
        "steps",
        "learned hider, best seeker there is",
        "against each other",
        "best hider there is, learned seeker",
        "processor seconds",
    ]
    return markdown(head, rows)


def _range(values: list[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def _seconds(found: list[dict[str, Any]]) -> str:
    """Return the processor's time per seed, which other work on the machine does not lengthen much."""
    return f"{np.mean([result['processor_seconds'] for result in found]):.0f}"
