"""The grid's game: its rules by hand, what a fixed opponent makes of it, and self-play."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from hideseek.foundations.actor_critic import ActorCriticConfig, play_window
from hideseek.foundations.advantage_actor_critic import AdvantageActorCriticConfig, advantage_actor_critic
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.grid_worlds import GridWorlds, policy_table
from hideseek.foundations.markov_game import MOVES, GridGame
from hideseek.foundations.mdp import greedy
from hideseek.foundations.networks import MLP
from hideseek.foundations.policy_gradient import SampledPlayer
from hideseek.foundations.ppo import PPOConfig, ppo
from hideseek.foundations.q_actor_critic import QActorCriticConfig, q_actor_critic
from hideseek.foundations.q_learning import QLearningConfig
from hideseek.foundations.self_play_q_learning import self_play_q_learning

STAY, UP, RIGHT, DOWN, LEFT = range(5)
ROOM = GridGame((".#.", "...", "##."), horizon=8)
"""Cells 0 and 1 above, 2, 3, 4 in the middle, 5 below."""
RING = GridGame(("...", ".#.", "..."), horizon=8)
CHANCE = np.full((RING.states, len(MOVES)), 1.0 / len(MOVES))


def test_walls_stop_steps():
    """From the middle's left: up to cell 0, right to 3, and nowhere else."""
    assert ROOM.cells.tolist() == [[0, 0], [0, 2], [1, 0], [1, 1], [1, 2], [2, 2]]
    assert ROOM.moves[2].tolist() == [2, 0, 3, 2, 2]
    assert ROOM.moves[4].tolist() == [4, 1, 4, 5, 3]


def test_walls_stop_looks():
    """Not what a line cuts through; free are rows, columns, and diagonals that touch corners."""
    sight = ROOM.sight
    assert (sight == sight.T).all()
    assert sight.diagonal().all()
    assert not sight[0, 1], "the wall is between them"
    assert sight[2, 4], "along the middle row"
    assert sight[0, 3], "a diagonal touches two corners"
    assert not sight[0, 4], "the line cuts through the wall above"
    assert sight[1, 3]
    assert sight[0, 5], "the diagonal of the map touches corners alone"
    assert not sight[1, 2], "the line cuts through the wall above"
    assert sight[1, 5], "along the right column"


def test_both_move_at_once_and_rewards_sum_to_zero():
    """A swap of places is a step like any other; what counts is who sees whom afterwards."""
    worlds = GridWorlds(ROOM, 2, 0)
    cells = len(ROOM.cells)
    worlds.state = np.array([2 * cells + 3, 2 * cells + 4])
    step = worlds.step(np.array([[RIGHT, UP], [LEFT, UP]]))
    assert step.successor[0].argmax(-1).tolist() == [3, 0]
    assert step.successor[0, :, cells:].argmax(-1).tolist() == [2, 1]
    assert step.reward.tolist() == [[-1.0, 1.0], [1.0, -1.0]]
    np.testing.assert_array_equal(step.successor[0], step.successor[1])


def test_episodes_are_cut_off_and_begin_anywhere():
    """Each copy at its own time, once in eight steps; returns are the hider's."""
    curve = LearningCurve()
    worlds = GridWorlds(RING, 64, 0, curve)
    window, _ = play_window(
        worlds, [SampledPlayer(MLP((16, 5), jax.random.key(i)), jax.random.key(i)) for i in (0, 1)], 16
    )
    assert (window.truncated.sum(0) == 2).all()
    assert not window.terminated.any()
    assert len({int(np.flatnonzero(ends)[0]) for ends in window.truncated.T}) == 8
    begun = worlds.state
    assert len(set(begun.tolist())) > 20
    whole = [value for steps, value in zip(curve.steps, curve.returns, strict=True) if steps > 8 * 64]
    assert len(whole) == 64
    assert all(abs(value) <= 8 and value % 2 == 0 for value in whole)


def test_against_a_fixed_opponent_it_is_a_decision_process():
    """Its chances are those of the opponent's actions, and its values those of played games."""
    for player in ("hider", "seeker"):
        mdp = RING.against(CHANCE, player, 0.9)
        np.testing.assert_allclose(mdp.P.sum(-1), 1.0)
        state = 3 * len(RING.cells) + 6
        expected = np.zeros(RING.states)
        for b in range(len(MOVES)):
            actions = (DOWN, b) if player == "hider" else (b, DOWN)
            cells = [RING.moves[cell, action] for cell, action in zip((3, 6), actions, strict=True)]
            expected[cells[0] * len(RING.cells) + cells[1]] += 0.2
        np.testing.assert_allclose(mdp.P[state, DOWN], expected)
    hider, seeker = (RING.against(CHANCE, player, 0.9).policy_values(CHANCE) for player in ("hider", "seeker"))
    np.testing.assert_allclose(hider, -seeker, atol=1e-9)


def test_the_best_response_is_the_best():
    """Against chance: better than chance and than chasing or fleeing by any deterministic policy that was drawn."""
    best = RING.hidden_share(CHANCE, None, 0.9)
    generator = np.random.default_rng(0)
    for _ in range(20):
        policy = greedy(generator.random(CHANCE.shape))
        assert RING.hidden_share(CHANCE, policy, 0.9) >= best
    assert best < RING.hidden_share(CHANCE, CHANCE, 0.9) < RING.hidden_share(None, CHANCE, 0.9)


def test_q_learning_in_self_play_beats_chance_and_is_hard_to_beat():
    """On a ring around one pillar, judged by the exact best responses to what was learned."""
    config = QLearningConfig(steps=40_000, gamma=0.9)
    hider, seeker = (greedy(Q) for Q in self_play_q_learning(RING, config, 0, LearningCurve()))
    untrained = RING.hidden_share(None, CHANCE, 0.9) - RING.hidden_share(CHANCE, None, 0.9)
    learned = RING.hidden_share(None, seeker, 0.9) - RING.hidden_share(hider, None, 0.9)
    assert learned < 0.5 * untrained
    assert RING.hidden_share(hider, CHANCE, 0.9) > RING.hidden_share(CHANCE, CHANCE, 0.9) + 0.05
    assert RING.hidden_share(CHANCE, seeker, 0.9) < RING.hidden_share(CHANCE, CHANCE, 0.9) - 0.05


COMMON = {"steps": 40_000, "copies": 16, "window": 8, "gamma": 0.9, "hidden": 32, "entropy_weight": 0.03}


@pytest.mark.parametrize(
    ("algorithm", "config"),
    [
        (q_actor_critic, QActorCriticConfig(**{**COMMON, "actor_rate": 3e-3, "critic_rate": 3e-2})),
        (advantage_actor_critic, AdvantageActorCriticConfig(**COMMON)),
        (ppo, PPOConfig(**COMMON)),
    ],
)
def test_actor_critics_learn_both_sides(algorithm: Callable, config: ActorCriticConfig):
    """Each side does better against chance than chance does."""
    actors = algorithm(GridWorlds(RING, config.copies, 0), config, 0)
    hider, seeker = (policy_table(RING, actor) for actor in actors)
    chance = RING.hidden_share(CHANCE, CHANCE, 0.9)
    assert RING.hidden_share(hider, CHANCE, 0.9) > chance + 0.03
    assert RING.hidden_share(CHANCE, seeker, 0.9) < chance - 0.03
