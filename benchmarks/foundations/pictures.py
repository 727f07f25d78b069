"""The figures of docs/foundations.md, from the results of the jobs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.foundations import gae, gradients
from benchmarks.foundations.learning import POINTS
from benchmarks.foundations.q_learning_error import ENVIRONMENTS, STEPS, name_of
from benchmarks.foundations.solutions import TABLES, solve
from benchmarks.foundations.tables import SELF_PLAY, Results
from hideseek.figures import COLOURS, GREY
from hideseek.foundations.algorithms import GAME, default_config
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.figures import draw_curves, draw_episode, label, panels
from hideseek.foundations.markov_game import GridGame
from hideseek.foundations.mdp import greedy
from hideseek.foundations.self_play_q_learning import self_play_q_learning

DQNS = ("DQN", "DQN without target network", "DQN with a short buffer")
AVERAGED_ADVANTAGES = 32
"""How many estimates are averaged in the sum of the two errors of GAE: learning averages many, too."""


def draw_all(results: Results) -> dict[str, Any]:
    """Return every figure by the name of its file."""
    return {
        "sweeps.png": _sweeps(),
        "q-learning.png": _q_learning(results),
        "dqn.png": _dqn(results),
        "reinforce.png": _learning(results, {"REINFORCE": ("REINFORCE with baseline", "REINFORCE without baseline")}),
        "variance.png": _variance(results),
        "actor-critics.png": _learning(
            results,
            {"one step ahead": ("advantage actor-critic", "Q actor-critic"), "PPO": ("PPO", "advantage actor-critic")},
        ),
        "gae.png": _gae(results),
        "game.png": _episode(),
        "self-play.png": _self_play(results),
    }


def _sweeps() -> Any:
    """Draw value iteration's error and its bound, on the tasks with tables."""
    figure, diagrams = panels(len(TABLES))
    for axes, name in zip(diagrams, TABLES, strict=True):
        solved = solve(name)
        sweeps = np.arange(1, solved.bounds.size + 1)
        for colour, words, line in zip(COLOURS, ("bound", "error"), (solved.bounds, solved.errors), strict=False):
            axes.semilogy(sweeps, np.maximum(line, 1e-16), color=colour, label=words)
        axes.legend(frameon=False, fontsize="small")
        label(axes, name, "sweep of value iteration", "largest error of V")
        axes.set_ylim(bottom=1e-9)
    return figure


def _q_learning(results: Results) -> Any:
    """Draw the greedy policy's return and Q's error over the number of transitions."""
    figure, diagrams = panels(2 * len(ENVIRONMENTS), 4, (3.3, 2.7))
    steps = np.array(STEPS, float)
    for place, env in enumerate(ENVIRONMENTS):
        found = results[name_of(env)]
        to_return, to_error = diagrams[2 * place : 2 * place + 2]
        draw_curves(to_return, steps, {"": [np.array(result["return"]) for result in found]})
        to_return.axhline(found[0]["optimum"], color=GREY, linestyle="--", linewidth=1.0)
        label(to_return, env, "transitions", "exact return, greedy policy")
        draw_curves(to_error, steps, {"": [np.maximum(result["error"], 1e-9) for result in found]})
        to_error.set_yscale("log")
        label(to_error, env, "transitions", "mean distance of Q from V*")
        for axes in (to_return, to_error):
            axes.set_xscale("log")
    return figure


def _curves(results: Results, names: Sequence[str]) -> tuple[np.ndarray, dict[str, list[np.ndarray]]]:
    """Return some cases' learning curves over one grid."""
    last = max(result["steps"] for name in names for result in results[name])
    grid = np.linspace(0.0, last, POINTS)
    curves = {
        name: [np.interp(grid, result["grid"], result["curve"], right=np.nan) for result in results[name]]
        for name in names
    }
    return grid, curves


def _draw_returns(axes: Any, results: Results, names: Sequence[str], title: str) -> None:
    draw_curves(axes, *_curves(results, names))
    label(axes, title, "steps", "return, mean of 50 episodes")
    axes.set_ylim(0.0, 520.0)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x / 1000:.0f}k")


def _learning(results: Results, groups: dict[str, tuple[str, ...]]) -> Any:
    """Draw learning curves on CartPole, a diagram per group."""
    figure, diagrams = panels(len(groups), size=(5.4, 3.0))
    for axes, (title, names) in zip(diagrams, groups.items(), strict=True):
        _draw_returns(axes, results, names, title)
    return figure


def _dqn(results: Results) -> Any:
    """Draw the curves of deep Q-learning with and without its parts, and what its Q promises."""
    figure, (target, replay, promise) = panels(3)
    _draw_returns(target, results, DQNS[:2], "target network")
    _draw_returns(replay, results, (DQNS[0], DQNS[2]), "replay buffer")
    for place, (colour, name) in enumerate(zip(COLOURS, DQNS, strict=False)):
        expected = [result["expected"] for result in results[name]]
        discounted = [result["discounted"] for result in results[name]]
        promise.plot(np.full(len(expected), place - 0.1), expected, "^", color=colour)
        promise.plot(np.full(len(expected), place + 0.1), discounted, "o", color=colour, fillstyle="none")
    promise.set_xticks(range(len(DQNS)), ["DQN", "no target\nnetwork", "short\nbuffer"])
    promise.set_xlim(-0.5, len(DQNS) - 0.5)
    promise.set_yscale("log")
    label(promise, "what Q expects ($\\blacktriangle$) and gets ($\\circ$)", "", "discounted return from the start")
    return figure


def _variance(results: Results) -> Any:
    """Draw the gradient's variance for each weight, a dot per seed."""
    figure, diagrams = panels(2, size=(5.4, 2.6))
    for axes, name in zip(diagrams, (gradients.SMALL, gradients.CART_POLE), strict=True):
        shares = gradients.variance_shares(results[name])
        for place, (weight, values) in enumerate(reversed(shares.items())):
            axes.barh(place, np.mean(values), color=COLOURS[0], height=0.6, alpha=0.35)
            axes.plot(values, np.full(len(values), place), ".", color=COLOURS[0])
            axes.text(max(values) + 0.03, place, f"{np.mean(values):.2f}", va="center", fontsize="small")
            axes.text(-0.02, place, weight, va="center", ha="right", fontsize="small", color=GREY)
        axes.set_yticks([])
        label(axes, name, "variance, as a share of that with weight G", "")
        axes.set_xlim(0.0, 1.2)
    return figure


def _gae(results: Results) -> Any:
    """Draw bias and variance over lambda, for each error of V."""
    figure, diagrams = panels(len(gae.ERRORS))
    bias, variance = (np.mean([r[key] for r in results[gae.NAME]], axis=0) for key in ("squared_bias", "variance"))
    for i, axes in enumerate(diagrams):
        total = np.maximum(bias[i], 0.0) + variance[i] / AVERAGED_ADVANTAGES
        lines = {
            "squared bias": bias[i],
            "variance": variance[i],
            f"squared bias + variance / {AVERAGED_ADVANTAGES}": total,
        }
        for colour, (words, values) in zip(COLOURS, lines.items(), strict=False):
            axes.semilogy(gae.LAMBDAS, np.maximum(values, 1e-9), color=colour, marker=".", label=words)
        best = int(total.argmin())
        axes.plot(gae.LAMBDAS[best], total[best], "o", color=COLOURS[2], markersize=9, fillstyle="none")
        words = "V exact" if gae.ERRORS[i] == 0.0 else f"errors of V: deviation {gae.ERRORS[i]:g}"
        label(axes, words, r"$\lambda$", "of the advantage")
        axes.set_ylim(1e-3, 30.0)
    diagrams[0].legend(frameon=False, fontsize="small")
    return figure


def _episode() -> Any:
    """Draw an episode of two greedy policies from self-play Q-learning."""
    game = GridGame()
    config = default_config("q-learning", GAME)
    hider, seeker = (greedy(Q).argmax(-1) for Q in self_play_q_learning(game, config, 0, LearningCurve()))
    cells = {tuple(cell): number for number, cell in enumerate(game.cells.tolist())}
    states = [cells[2, 2] * len(game.cells) + cells[5, 5]]
    for _ in range(15):
        s = states[-1]
        states.append(int(game.successors[s, hider[s], seeker[s]]))
    return draw_episode(game, states)


def _self_play(results: Results) -> Any:
    """Draw, for each algorithm and seed, the range in which the value of the game lies as far as its policies tell."""
    figure, (axes,) = panels(1, size=(7.2, 2.8))
    for place, (name, colour) in enumerate(zip(reversed(SELF_PLAY), COLOURS, strict=False)):
        for seed, result in enumerate(results[name]):
            y = place + 0.13 * (seed - 2)
            axes.plot([result["hider"], result["seeker"]], [y, y], color=colour, linewidth=2.0, solid_capstyle="butt")
            axes.plot(result["both"], y, ".", color="black", markersize=4)
    axes.set_yticks(range(len(SELF_PLAY)), [name.removesuffix(", self-play") for name in reversed(SELF_PLAY)])
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    axes.set_xlim(0.0, 1.0)
    label(axes, "time hidden", "from the best seeker ... best hider from the learned seeker", "")
    return figure
