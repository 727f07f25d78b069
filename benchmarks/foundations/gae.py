"""Bias and variance of generalised advantage estimates over lambda, against exact advantages."""

from typing import Any

import numpy as np

from benchmarks.foundations.sampling import example_mdp, sample, table_network
from hideseek.foundations.ppo import advantages

NAME = "GAE"
LAMBDAS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
ERRORS = (0.0, 1.0, 3.0)
"""Deviations of the normal errors that the states' V are given; the exact V differ between states by about 1."""
EPISODES = 2_000
"""From each state and action."""
STEPS = 96


def trade_offs(seed: int) -> dict[str, Any]:
    """Estimate the advantages of a uniform policy with several errors of V.

    Returns:
        `squared_bias` and `variance` [error of V, lambda], means over states and actions. The bias is that of the
        differences between a state's actions.
    """
    mdp, generator = example_mdp(), np.random.default_rng(seed)
    policy = np.full(mdp.R.shape, 1.0 / mdp.R.shape[1])
    exact_V = mdp.policy_values(policy)
    exact = (mdp.lookahead(exact_V) - exact_V[:, None]).reshape(-1)
    state, action = (x.reshape(-1).repeat(EPISODES) for x in np.indices(mdp.R.shape))
    _, window = sample(mdp, policy, STEPS, generator, state, action)
    direction = generator.normal(size=exact_V.shape)
    bias, variance = np.zeros((2, len(ERRORS), len(LAMBDAS)))
    for i, size in enumerate(ERRORS):
        V = table_network((exact_V + size * direction)[:, None])
        for j, gae_lambda in enumerate(LAMBDAS):
            A = np.asarray(advantages(V, window, mdp.gamma, gae_lambda)[0], np.float64).reshape(-1, EPISODES)
            off = (A.mean(-1) - exact).reshape(mdp.R.shape)
            # What is the same for all actions of a state is a baseline: it does not change the gradient's mean.
            off -= off.mean(-1, keepdims=True)
            variance[i, j] = A.var(-1, ddof=1).mean()
            # The mean of a sample is off by chance, too; its expected square is taken off again.
            by_chance = variance[i, j] / EPISODES * (1.0 - 1.0 / off.shape[1])
            bias[i, j] = np.square(off).mean() - by_chance
    return {"squared_bias": bias.tolist(), "variance": variance.tolist()}
