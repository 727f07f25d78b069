"""Several copies of a Gymnasium environment, stepped together.

A Markov decision process is a Markov game of one player. Arrays lead with the player, so that the same learners play
the game of two in `markov_game.py`.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int

from hideseek.checks import check_fits_memory, check_instance, check_integer, import_extra
from hideseek.foundations.curve import LearningCurve

SMALLEST_ENVIRONMENT = 1000
"""Memory that a copy takes at least [byte]."""
LONGEST_EPISODE = 1000
"""Steps after which episodes of environments without a limit of their own are cut off."""
Observation = Float32[np.ndarray, "player copy feature"]
Actions = Int[np.ndarray, "player copy"]


class Step(NamedTuple):
    """What came of one step of every copy."""

    reward: Float32[np.ndarray, "player copy"]
    successor: Observation
    """What was observed after the step, before anything new began."""
    terminated: Bool[np.ndarray, " copy"]
    """The episode ended: there is no more to be had."""
    truncated: Bool[np.ndarray, " copy"]
    """The episode was cut off at its time limit: it would have gone on, so the last state has its value."""


class Environments:
    """Copies of one Gymnasium environment; an episode that ends is followed by a new one."""

    players = 1

    def __init__(self, name: str, copies: int, seed: int, curve: LearningCurve | None = None) -> None:
        """Start an episode in every copy.

        Args:
            name: The environment's id.
            copies: How many.
            seed: Of everything random in them.
            curve: Where the returns of the episodes are recorded, if anywhere.

        Raises:
            ImportError: Gymnasium is not installed.
            TypeError: `curve` is no curve.
            ValueError: There is no such environment, a number is none, or actions or observations are of an unfit kind.
        """
        check_integer("copies", copies, 1)
        check_integer("seed", seed, 0)
        check_instance("curve", curve, (LearningCurve, type(None)), "a LearningCurve")
        check_fits_memory("copies", copies, copies * SMALLEST_ENVIRONMENT)
        self._envs = [make_environment(name) for _ in range(copies)]
        space = self._envs[0].action_space
        self._first_action = int(space.start)
        self.actions = int(space.n)
        """Number of actions; they are counted from 0."""
        self._encode, self.features = _encoding(name, self._envs[0].observation_space)
        seeds = np.random.SeedSequence(seed).generate_state(copies).tolist()
        first = [self._encode(env.reset(seed=s)[0]) for env, s in zip(self._envs, seeds, strict=True)]
        self.observation: Observation = np.stack(first)[None]
        """Of the episodes under way."""
        self.steps = 0
        """Taken so far, all copies together."""
        self._curve, self._returns = curve, np.zeros(copies)

    def step(self, action: Actions, playing: Bool[np.ndarray, " copy"] | None = None) -> Step:
        """Take one action in each copy, or in those that are `playing`; the others stay as they are, for no reward."""
        copies = len(self._envs)
        reward, successor = np.zeros((1, copies), np.float32), self.observation.copy()
        terminated, truncated = np.zeros(copies, bool), np.zeros(copies, bool)
        for i in range(copies) if playing is None else np.flatnonzero(playing):
            env = self._envs[i]
            observed, reward[0, i], terminated[i], truncated[i], _ = env.step(int(action[0, i]) + self._first_action)
            successor[0, i] = self._encode(observed)
            self.steps += 1
            self._returns[i] += reward[0, i]
            if terminated[i] or truncated[i]:
                if self._curve is not None:
                    self._curve.add(self.steps, float(self._returns[i]))
                self._returns[i] = 0.0
                observed, _ = env.reset()
            self.observation[0, i] = self._encode(observed)
        return Step(reward, successor, terminated, truncated)


def make_environment(name: str, **options: Any) -> Any:
    """Return a Gymnasium environment with actions that can be counted.

    Raises:
        ImportError: Gymnasium is not installed.
        TypeError: `name` is no string.
        ValueError: There is no such environment, or its actions are of another kind.
    """
    check_instance("env", name, str, "the id of a Gymnasium environment")
    gymnasium = import_extra("gymnasium", "Gymnasium", "foundations")
    try:
        limit = gymnasium.spec(name).max_episode_steps or LONGEST_EPISODE
        env = gymnasium.make(name, max_episode_steps=limit, disable_env_checker=True, **options)
    except (gymnasium.error.Error, ModuleNotFoundError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"env is {name!r}, expected a Gymnasium environment: {reason}") from error
    if not _is_discrete(env.action_space):
        raise ValueError(f"env is {name!r}, whose actions are {_words(env.action_space)}, expected Discrete ones")
    return env


def count_states(name: str) -> tuple[Any, int, int]:
    """Return an environment with its numbers of states and of actions.

    Raises:
        ImportError: Gymnasium is not installed.
        ValueError: There is no such environment, or its observations or actions cannot be counted.
    """
    env = make_environment(name)
    if not _is_discrete(env.observation_space) or env.observation_space.start != 0 or env.action_space.start != 0:
        found = f"observations are {_words(env.observation_space)} and actions {_words(env.action_space)}"
        raise ValueError(f"env is {name!r}, whose {found}, expected Discrete ones, counted from 0")
    return env, int(env.observation_space.n), int(env.action_space.n)


def _is_discrete(space: Any) -> bool:
    return isinstance(space, import_extra("gymnasium", "Gymnasium", "foundations").spaces.Discrete)


def _words(space: Any) -> str:
    return " ".join(str(space).split())


def _encoding(name: str, space: Any) -> tuple[Any, int]:
    """Return the function from observations to vectors (one-hot where they are counted), and their length."""
    if _is_discrete(space):
        rows, first = np.eye(int(space.n), dtype=np.float32), int(space.start)
        return lambda observation: rows[observation - first], int(space.n)
    if hasattr(space, "low") and len(space.shape) == 1:  # a Box
        return lambda observation: np.asarray(observation, np.float32), space.shape[0]
    raise ValueError(f"env is {name!r}, whose observations are {_words(space)}, expected Discrete ones or vectors")
