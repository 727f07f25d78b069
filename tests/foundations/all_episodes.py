"""Every episode that a small Markov decision process can have, with its chance: means over them are exact."""

from itertools import pairwise

import numpy as np

from hideseek.foundations.actor_critic import Window
from hideseek.foundations.episodes import Episodes
from hideseek.foundations.mdp import MDP

LAYERS = ((0,), (1, 2), (3, 4))
STATES, ACTIONS = 5, 2


def layered_mdp(seed: int = 0) -> MDP:
    """Return a process of at most three steps: from layer to layer, with a chance to end after each step."""
    generator = np.random.default_rng(seed)
    P = np.zeros((STATES, ACTIONS, STATES))
    for layer, following in pairwise(LAYERS):
        for s in layer:
            P[s][:, following] = 0.8 * generator.dirichlet(np.ones(2), ACTIONS)
    start = np.zeros(STATES)
    start[0] = 1.0
    return MDP(P, generator.normal(size=(STATES, ACTIONS)) + 1.0, 0.7, start)


def all_episodes(mdp: MDP, policy: np.ndarray) -> tuple[np.ndarray, Episodes, Window]:
    """Return the chance of each episode, and the episodes, whole and as a window."""
    found: list[tuple[float, list[tuple[int, int, int]]]] = []

    def follow(s: int, chance: float, steps: list[tuple[int, int, int]]) -> None:
        for a in range(ACTIONS):
            here = chance * policy[s, a]
            found.append((here * (1.0 - mdp.P[s, a].sum()), [*steps, (s, a, -1)]))
            for successor in np.flatnonzero(mdp.P[s, a]):
                follow(int(successor), here * mdp.P[s, a, successor], [*steps, (s, a, int(successor))])

    follow(0, 1.0, [])
    shape = (len(LAYERS), len(found))
    observation, successor = np.zeros((2, *shape, STATES), np.float32)
    action, reward, alive, terminated = np.zeros(shape, int), np.zeros(shape, np.float32), *np.zeros((2, *shape), bool)
    for i, (_, steps) in enumerate(found):
        for t, (s, a, following) in enumerate(steps):
            observation[t, i, s], action[t, i], reward[t, i], alive[t, i] = 1.0, a, mdp.R[s, a], True
            terminated[t, i] = following < 0
            if following >= 0:
                successor[t, i, following] = 1.0
    terminated |= ~alive
    window = Window(observation, action, reward, successor, terminated, np.zeros(shape, bool))
    return np.array([chance for chance, _ in found]), Episodes(observation, action, reward, alive), window
