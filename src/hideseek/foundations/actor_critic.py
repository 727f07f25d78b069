"""What all actor-critics have in common: an actor, the policy, a critic that judges it, and windows of experience.

Every player of a game has an actor and a critic of its own, learns from what it alone was rewarded for, and takes the
others as part of its world: that is self-play. A Gymnasium environment is a game of one player.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from hideseek.checks import check_integer, check_number, extra_needed
from hideseek.foundations.environments import Actions, Observation, Step
from hideseek.foundations.networks import MLP, Numbers, Optimiser
from hideseek.foundations.policy_gradient import SampledPlayer, entropy, policy_loss

with extra_needed("foundations"):
    import jax
    import optax
    from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray


class Worlds(Protocol):
    """What actor-critics play in: `Environments`, or a game's copies."""

    players: int
    features: int
    actions: int

    @property
    def observation(self) -> Observation:
        """What each player sees in each copy."""
        ...

    def step(self, action: Actions) -> Step:
        """Take one action of each player in each copy."""
        ...


class Window(NamedTuple):
    """What one player met in some steps of every copy."""

    observation: Float[Numbers, "time copy feature"]
    action: Int[Numbers, "time copy"]
    reward: Float[Numbers, "time copy"]
    successor: Float[Numbers, "time copy feature"]
    terminated: Bool[Numbers, "time copy"]
    truncated: Bool[Numbers, "time copy"]


class Optimisers(NamedTuple):
    """How an actor and its critic are changed."""

    actor: Optimiser
    critic: Optimiser


class Learner(NamedTuple):
    """One player's networks and their optimisers' states."""

    actor: MLP
    critic: MLP
    actor_state: optax.OptState
    critic_state: optax.OptState

    def descend(self, to_actor: MLP, to_critic: MLP, optimisers: Optimisers) -> "Learner":
        """Take one step against the gradients of the actor's and of the critic's loss."""
        actor, actor_state = optimisers.actor.descend(self.actor, to_actor, self.actor_state)
        critic, critic_state = optimisers.critic.descend(self.critic, to_critic, self.critic_state)
        return Learner(actor, critic, actor_state, critic_state)


Update = Callable[[Learner, Window, PRNGKeyArray], Learner]


@dataclass(frozen=True)
class ActorCriticConfig:
    """What all actor-critics are told."""

    steps: int = 300_000
    """Transitions to play, all copies together."""
    copies: int = 16
    """Of the environment, played together."""
    window: int = 8
    """Steps of each copy between updates."""
    gamma: float = 0.99
    """Discount per step, in [0, 1)."""
    actor_rate: float = 1e-3
    """Step size of the actor's Adam at first; it falls to 0."""
    critic_rate: float = 1e-2
    """Step size of the critic's Adam at first; it falls to 0."""
    entropy_weight: float = 0.0
    """Bonus for the entropy of the actions [1/nat], so that a policy goes on trying; games need it."""
    hidden: int = 64
    """Width of the two hidden layers."""

    def __post_init__(self) -> None:
        for name in ("steps", "copies", "window", "hidden"):
            check_integer(name, getattr(self, name), 1)
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        check_number("actor_rate", self.actor_rate, above=0.0)
        check_number("critic_rate", self.critic_rate, above=0.0)
        check_number("entropy_weight", self.entropy_weight, least=0.0)

    @property
    def windows(self) -> int:
        """How many windows `steps` are, at least one."""
        return max(1, self.steps // (self.copies * self.window))


def train(
    worlds: Worlds,
    config: ActorCriticConfig,
    seed: int,
    critic_outputs: int,
    make_update: Callable[[Optimisers], Update],
    updates_per_window: int = 1,
) -> list[MLP]:
    """Play and learn by turns; return the players' actors.

    Args:
        worlds: What to play in, `config.copies` copies of it.
        config: How long, and how fast to learn.
        seed: Of the networks and the actions.
        critic_outputs: 1 for V(s), the number of actions for Q(s, .).
        make_update: Returns the algorithm's update.
        updates_per_window: Gradient steps in such an update.

    Raises:
        ValueError: `seed` is no seed, or `worlds` has another number of copies.
    """
    check_integer("seed", seed, 0)
    copies = worlds.observation.shape[1]
    if copies != config.copies:
        raise ValueError(f"worlds has {copies} copies, expected copies of config, {config.copies}")
    total = config.windows * updates_per_window
    optimisers = Optimisers(Optimiser(config.actor_rate, total), Optimiser(config.critic_rate, total))
    update = jax.jit(make_update(optimisers))
    *keys, playing, updating = jax.random.split(jax.random.key(seed), worlds.players + 2)
    learners = [_initialise(worlds, config.hidden, critic_outputs, optimisers, key) for key in keys]
    players = [SampledPlayer(x.actor, jax.random.fold_in(playing, i)) for i, x in enumerate(learners)]
    for number in range(config.windows):
        for i, window in enumerate(play_window(worlds, players, config.window)):
            key = jax.random.fold_in(updating, number * worlds.players + i)
            learners[i] = update(learners[i], window, key)
            players[i].policy = learners[i].actor
    return [learner.actor for learner in learners]


def play_window(worlds: Worlds, players: Sequence[SampledPlayer], steps: int) -> list[Window]:
    """Play some steps of every copy; return each player's view of them."""
    rows: list[list[Window]] = [[] for _ in players]
    for _ in range(steps):
        observation = worlds.observation.copy()
        action = np.stack([player(seen) for player, seen in zip(players, observation, strict=True)])
        step = worlds.step(action)
        for i, mine in enumerate(rows):
            ends = step.terminated, step.truncated
            mine.append(Window(observation[i], action[i], step.reward[i], step.successor[i], *ends))
    return [Window(*map(np.stack, zip(*mine, strict=True))) for mine in rows]


def actor_loss(actor: MLP, window: Window, psi: Float[Array, "time copy"], entropy_weight: float) -> Float[Array, ""]:
    """Return the loss per step whose gradient is minus the policy gradient with weights Psi, and the bonus."""
    loss = policy_loss(actor, window.observation, window.action, psi) / psi.shape[0]
    return loss - entropy_weight * entropy(actor, window.observation).mean()


def _initialise(worlds: Worlds, hidden: int, critic_outputs: int, optimisers: Optimisers, key: PRNGKeyArray) -> Learner:
    for_actor, for_critic = jax.random.split(key)
    actor = MLP((worlds.features, hidden, hidden, worlds.actions), for_actor)
    critic = MLP((worlds.features, hidden, hidden, critic_outputs), for_critic)
    return Learner(actor, critic, optimisers.actor.start(actor), optimisers.critic.start(critic))
