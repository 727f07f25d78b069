"""Deep Q-learning (Mnih et al. 2015): Q-learning with a network in place of the table.

The weights theta make small the squared error of transitions drawn uniformly from a replay buffer D:

    L(theta) = E_{(s, a, r, s') ~ D} [ ( r + gamma max_a' Q(s', a'; theta^-) - Q(s, a; theta) )^2 ]

Two things keep this from chasing its own tail. Transitions that follow each other are alike; drawn from the buffer
they are nearly independent. And the target has older weights theta^-, copied from theta now and then, so that it
stands still meanwhile.
"""

from dataclasses import dataclass, field

import numpy as np

from hideseek.checks import check_instance, check_integer, check_number, extra_needed
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Environments
from hideseek.foundations.exploration import Epsilon
from hideseek.foundations.networks import MLP, Numbers, Optimiser, at_action
from hideseek.foundations.replay import Replay, Transitions

with extra_needed("foundations"):
    import jax
    import jax.numpy as jnp
    import optax
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class DQNConfig:
    """Deep Q-learning."""

    steps: int = 100_000
    """Transitions to play, all copies together."""
    copies: int = 2
    """Of the environment, played together; after a step of each comes one update."""
    gamma: float = 0.99
    """Discount per step, in [0, 1)."""
    learning_rate: float = 5e-4
    """Step size of Adam at first; it falls to 0."""
    hidden: int = 128
    """Width of the two hidden layers."""
    capacity: int = 100_000
    """Transitions that the replay buffer keeps."""
    first_update: int = 1_000
    """Transitions to play before the first update."""
    batch: int = 128
    """Transitions in an update."""
    target_interval: int = 100
    """Updates from one copy of the weights to the target network to the next; 1 is no target network."""
    epsilon: Epsilon = field(default_factory=lambda: Epsilon(1.0, 0.05, 0.3))
    """Chance of a random action."""

    def __post_init__(self) -> None:
        for name in ("steps", "copies", "hidden", "capacity", "first_update", "batch", "target_interval"):
            check_integer(name, getattr(self, name), 1)
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        check_number("learning_rate", self.learning_rate, above=0.0)
        check_instance("epsilon", self.epsilon, Epsilon, "an Epsilon")


def td_loss(Q: MLP, target: MLP, batch: Transitions, gamma: float) -> Float[Array, ""]:
    """Return L(theta), the mean squared error against the target network's estimates."""
    best = target(batch.successor).max(-1)
    goal = batch.reward + jnp.where(batch.terminated, 0.0, gamma * best)
    return jnp.square(goal - at_action(Q(batch.observation), batch.action)).mean()


def dqn(env: str, config: DQNConfig, seed: int, curve: LearningCurve) -> MLP:
    """Play copies of an environment; return the network Q(s, .; theta).

    Args:
        env: Id of a Gymnasium environment with Discrete actions.
        config: How to learn.
        seed: Of everything random.
        curve: Where the returns of the episodes are recorded.

    Raises:
        ImportError: Gymnasium is not installed.
        TypeError: An argument is of a wrong class.
        ValueError: There is no such environment, or its actions or observations are of an unfit kind.
    """
    check_instance("config", config, DQNConfig, "a DQNConfig")
    worlds, generator = Environments(env, config.copies, seed, curve), np.random.default_rng(seed)
    Q = MLP((worlds.features, config.hidden, config.hidden, worlds.actions), jax.random.key(seed))
    rounds = config.steps // config.copies
    optimiser = Optimiser(config.learning_rate, rounds)
    target, state, replay = Q, optimiser.start(Q), Replay(config.capacity, worlds.features)

    @jax.jit
    def update(Q: MLP, target: MLP, state: optax.OptState, batch: Transitions) -> tuple[MLP, optax.OptState]:
        return optimiser.descend(Q, jax.grad(td_loss)(Q, target, batch, config.gamma), state)

    for number in range(rounds):
        observation = worlds.observation[0].copy()
        action = np.asarray(best_actions(Q, observation))
        explore = generator.random(config.copies) < config.epsilon.at(number / rounds)
        action = np.where(explore, generator.integers(worlds.actions, size=config.copies), action)
        replay.add(observation, action, worlds.step(action[None]))
        if len(replay) >= config.first_update:
            Q, state = update(Q, target, state, replay.sample(config.batch, generator))
        if number % config.target_interval == 0:
            target = Q
    return Q


@jax.jit
def best_actions(Q: MLP, observation: Float[Numbers, "row feature"]) -> Float[Array, " row"]:
    """Return argmax_a Q(s, a) of each row."""
    return Q(observation).argmax(-1)
