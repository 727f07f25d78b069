"""What the algorithms reach: each on its task, in new episodes or, where that is possible, exactly."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hideseek.foundations.algorithms import GAME, Learned, default_config, learn
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Environments
from hideseek.foundations.episodes import episode_returns
from hideseek.foundations.markov_game import GridGame

CART = "CartPole-v1"
EPISODES = 100
"""New episodes in which a result is judged."""
POINTS, AVERAGED = 120, 50
"""Of a stored curve, and episodes that each point is the mean of."""


@dataclass(frozen=True)
class Case:
    """One algorithm on one task."""

    name: str
    algorithm: str
    env: str
    changes: dict[str, Any] = field(default_factory=dict)
    """Of the algorithm's default configuration."""

    @property
    def config(self) -> Any:
        """The algorithm's configuration."""
        return replace(default_config(self.algorithm, self.env), **self.changes)


CASES = (
    Case("DQN", "dqn", CART),
    Case("DQN without target network", "dqn", CART, {"target_interval": 1}),
    Case("DQN with a short buffer", "dqn", CART, {"capacity": 128, "first_update": 128}),
    Case("PPO, self-play", "ppo", GAME),
    Case("REINFORCE without baseline", "reinforce", CART, {"baseline": "none"}),
    Case("Q actor-critic, self-play", "q-actor-critic", GAME),
    Case("REINFORCE with baseline", "reinforce", CART),
    Case("advantage actor-critic, self-play", "advantage-actor-critic", GAME),
    Case("advantage actor-critic", "advantage-actor-critic", CART),
    Case("Q actor-critic", "q-actor-critic", CART),
    Case("PPO", "ppo", CART),
    Case("Q-learning, self-play", "q-learning", GAME),
)


def measure(case: Case, seed: int) -> dict[str, Any]:
    """Learn with one seed; return the learning curve and how good the result is."""
    curve, config = LearningCurve(), case.config
    learned = learn(case.algorithm, case.env, config, seed, curve)
    grid = np.linspace(0.0, curve.steps[-1], POINTS)
    result = {"steps": curve.steps[-1], "grid": grid.tolist(), "curve": curve.sampled(grid, AVERAGED).tolist()}
    if case.env == GAME:
        return result | _judge_game(learned, config.gamma)
    return result | _judge_cart_pole(learned, config.gamma, 1000 + seed)


def _judge_cart_pole(learned: Learned, gamma: float, seed: int) -> dict[str, Any]:
    """Return the returns of new episodes and, of a learned Q, what it expected of them and what came of it."""
    assert learned.player is not None
    returns = episode_returns(CART, learned.player, EPISODES, seed)
    result: dict[str, Any] = {"returns": returns.tolist()}
    if learned.Q is not None:
        first = Environments(CART, EPISODES, seed).observation[0]
        result["expected"] = float(np.asarray(learned.Q(first)).max(-1).mean())
        result["discounted"] = float(((1.0 - gamma**returns) / (1.0 - gamma)).mean())  # each step is worth 1
    return result


def _judge_game(learned: Learned, gamma: float) -> dict[str, Any]:
    """Return the share of the time that the hider is hidden, in several pairings."""
    assert learned.policies is not None
    game, (hider, seeker) = GridGame(), learned.policies
    return {
        "both": game.hidden_share(hider, seeker, gamma),
        "hider": game.hidden_share(hider, None, gamma),
        "seeker": game.hidden_share(None, seeker, gamma),
    }
