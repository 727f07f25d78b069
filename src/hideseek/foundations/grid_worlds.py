"""Copies of the grid's game, stepped together: what `Environments` is to Gymnasium."""

import numpy as np
from jaxtyping import Float32, Int64

from hideseek.checks import check_fits_memory, check_instance, check_integer, extra_needed
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Actions, Observation, Step
from hideseek.foundations.markov_game import MOVES, PLAYERS, GridGame
from hideseek.foundations.mdp import Policy
from hideseek.foundations.networks import MLP

with extra_needed("foundations"):
    import jax


class GridWorlds:
    """Copies of one game for two players, both of whom observe where both are; episodes begin anywhere."""

    players = len(PLAYERS)
    actions = len(MOVES)

    def __init__(self, game: GridGame, copies: int, seed: int, curve: LearningCurve | None = None) -> None:
        """Start an episode in every copy.

        Args:
            game: The rules.
            copies: How many.
            seed: Of the places where episodes begin.
            curve: Where the hider's returns are recorded, if anywhere.

        Raises:
            TypeError: An argument is of a wrong class.
            ValueError: A number is out of range.
        """
        check_instance("game", game, GridGame, "a GridGame")
        check_integer("copies", copies, 1)
        check_integer("seed", seed, 0)
        check_instance("curve", curve, (LearningCurve, type(None)), "a LearningCurve")
        check_fits_memory("copies", copies, copies * 8 * feature_rows(game).shape[1])
        self.game = game
        self._generator = np.random.default_rng(seed)
        self._rows = feature_rows(game)
        self.features = self._rows.shape[1]
        self.state: Int64[np.ndarray, " copy"] = self._generator.integers(game.states, size=copies)
        """Number of the state that each copy is in."""
        # Copies end at different times, so that a window of steps holds all of an episode.
        self._age = np.arange(copies) * game.horizon // copies
        self.steps = 0
        self._curve, self._returns = curve, np.zeros(copies)

    @property
    def observation(self) -> Observation:
        """Where both players are, one-hot, the same for both."""
        return np.stack([self._rows[self.state]] * self.players)

    def step(self, action: Actions) -> Step:
        """Take one action of each player in each copy; where an episode is over, a new one begins."""
        successor = self.game.successors[self.state, action[0], action[1]]
        hider_reward = np.where(self.game.seen[successor], -1.0, 1.0).astype(np.float32)
        self.steps += successor.size
        self._age += 1
        self._returns += hider_reward
        truncated = self._age >= self.game.horizon
        for i in np.flatnonzero(truncated):
            if self._curve is not None:
                self._curve.add(self.steps, float(self._returns[i]))
        self._age[truncated], self._returns[truncated] = 0, 0.0
        fresh = self._generator.integers(self.game.states, size=successor.size)
        self.state = np.where(truncated, fresh, successor)
        seen = np.stack([self._rows[successor]] * self.players)
        return Step(np.stack([hider_reward, -hider_reward]), seen, np.zeros(successor.size, bool), truncated)


def feature_rows(game: GridGame) -> Float32[np.ndarray, "state feature"]:
    """Return what is observed in each state: the hider's cell, one-hot, then the seeker's."""
    cells = np.eye(len(game.cells), dtype=np.float32)
    hider, seeker = np.divmod(np.arange(game.states), len(game.cells))
    return np.concatenate([cells[hider], cells[seeker]], axis=1)


def policy_table(game: GridGame, actor: MLP) -> Policy:
    """Return a network's policy as the probability of each action in each state."""
    chances = np.asarray(jax.nn.softmax(actor(feature_rows(game))), np.float64)
    return chances / chances.sum(-1, keepdims=True)
