"""Self-play Q-learning: each player of a Markov game runs Q-learning and takes the other as part of its world.

    Q_i(s, a_i) <- Q_i(s, a_i) + alpha [ r_i + gamma max_a' Q_i(s', a') - Q_i(s, a_i) ],   i = hider, seeker

The other one learns as well, so that world does not stand still, and the promise of convergence is gone. And where
both move at the same time, the best play is mostly a matter of chance (rock, paper, scissors), which no greedy policy
is.
"""

import numpy as np

from hideseek.checks import check_instance, check_integer
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.exploration import epsilon_greedy
from hideseek.foundations.markov_game import MOVES, PLAYERS, GridGame
from hideseek.foundations.mdp import ActionValues
from hideseek.foundations.q_learning import QLearningConfig, QTable


def self_play_q_learning(
    game: GridGame, config: QLearningConfig, seed: int, curve: LearningCurve
) -> tuple[ActionValues, ActionValues]:
    """Let both players learn from the same episodes; return the hider's Q and the seeker's.

    Args:
        game: The rules.
        config: How to learn, for both.
        seed: Of everything random.
        curve: Where the hider's returns are recorded.

    Raises:
        TypeError: An argument is of a wrong class.
        ValueError: `seed` is no seed.
    """
    check_instance("game", game, GridGame, "a GridGame")
    check_instance("config", config, QLearningConfig, "a QLearningConfig")
    check_integer("seed", seed, 0)
    check_instance("curve", curve, LearningCurve, "a LearningCurve")
    hider, seeker = (QTable(game.states, len(MOVES)) for _ in PLAYERS)
    generator = np.random.default_rng(seed)
    s, total = int(generator.integers(game.states)), 0.0
    for step in range(1, config.steps + 1):
        epsilon = config.epsilon.at(step / config.steps)
        a = epsilon_greedy(hider.Q[s], epsilon, generator)
        b = epsilon_greedy(seeker.Q[s], epsilon, generator)
        successor = int(game.successors[s, a, b])
        r = -1.0 if game.seen[successor] else 1.0
        hider.update(s, a, r, successor, False, config)
        seeker.update(s, b, -r, successor, False, config)
        s, total = successor, total + r
        if step % game.horizon == 0:
            curve.add(step, total)
            s, total = int(generator.integers(game.states)), 0.0
    return hider.Q, seeker.Q
