"""PPO (Schulman et al. 2017) with generalised advantage estimation (GAE, Schulman et al. 2016).

    delta_t = r_t + gamma V(s_{t+1}; w) - V(s_t; w)
    A_t = sum_l (gamma lambda)^l delta_{t+l}
    L(theta) = E [ min( rho A, clip(rho, 1 - eps, 1 + eps) A ) ],  rho = pi(a | s; theta) / pi(a | s; theta_old)

GAE goes from the advantage over one step (lambda = 0, that of the advantage actor-critic: little variance, biased by
V's errors) to the one over all steps (lambda = 1, the return minus V: no bias, much variance). PPO uses a window
several times; the clipped ratio leaves nothing to gain from going far from the policy that acted.

Both are the very functions that train the agents of the real game, `learn/advantages.py` and `learn/surrogate.py`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from hideseek.checks import check_instance, check_integer, check_number, extra_needed
from hideseek.foundations.actor_critic import ActorCriticConfig, Learner, Optimisers, Update, Window, Worlds, train
from hideseek.foundations.networks import MLP
from hideseek.foundations.policy_gradient import entropy, log_probability
from hideseek.learn.advantages import generalised_advantages
from hideseek.learn.surrogate import clipped_surrogate

with extra_needed("foundations"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Float, Int, PRNGKeyArray


@dataclass(frozen=True)
class PPOConfig(ActorCriticConfig):
    """PPO with GAE."""

    steps: int = 100_000
    """Transitions to play, all copies together."""
    window: int = 32
    """Steps of each copy between updates."""
    critic_rate: float = 3e-3
    """Step size of the critic's Adam at first; it falls to 0."""
    gae_lambda: float = 0.95
    """Decay of the advantage estimator per step."""
    clip: float = 0.2
    """How far the ratio may leave 1 before it stops paying."""
    epochs: int = 8
    """How often each transition is used."""
    minibatches: int = 4
    """Parts of a window, a gradient step each."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("gae_lambda", self.gae_lambda, least=0.0, most=1.0)
        check_number("clip", self.clip, above=0.0)
        check_integer("epochs", self.epochs, 1)
        check_integer("minibatches", self.minibatches, 1)
        size = self.copies * self.window
        if size % self.minibatches:
            raise ValueError(f"minibatches is {self.minibatches}, expected a divisor of copies x window, {size}")


class Batch(NamedTuple):
    """Steps of a window, in any order."""

    observation: Float[Array, "row feature"]
    action: Int[Array, " row"]
    log_probability: Float[Array, " row"]
    """Of the action, by the policy that chose it."""
    A: Float[Array, " row"]
    target: Float[Array, " row"]
    """Of V(s)."""


def advantages(V: MLP, window: Window, gamma: float, gae_lambda: float) -> Float[Array, "time copy"]:
    """Return A_t; where an episode was cut off, the value of its last state stands for what would have come."""
    value, later = V(window.observation)[..., 0], V(window.successor)[..., 0]
    reward = window.reward + jnp.where(window.truncated, gamma * later, 0.0)
    done = window.terminated | window.truncated
    return generalised_advantages(reward, value, done, later[-1], gamma, gae_lambda)


def actor_loss(actor: MLP, batch: Batch, config: PPOConfig) -> Float[Array, ""]:
    """Return minus L(theta), and minus the bonus for entropy."""
    log_ratio = log_probability(actor, batch.observation, batch.action) - batch.log_probability
    surrogate = clipped_surrogate(log_ratio, batch.A, config.clip).mean()
    return -surrogate - config.entropy_weight * entropy(actor, batch.observation).mean()


def critic_loss(critic: MLP, batch: Batch) -> Float[Array, ""]:
    """Return the mean squared error of V."""
    return jnp.square(critic(batch.observation)[..., 0] - batch.target).mean()


def ppo(worlds: Worlds, config: PPOConfig, seed: int) -> list[MLP]:
    """Play and learn; return the players' actors, whose softmax is pi(. | s; theta).

    Args:
        worlds: Environments or a game, `config.copies` copies of it.
        config: How to learn.
        seed: Of the networks, the actions and the minibatches.

    Raises:
        TypeError: `config` is none.
        ValueError: `seed` is no seed, or `worlds` has another number of copies.
    """
    check_instance("config", config, PPOConfig, "a PPOConfig")
    steps, size = config.epochs * config.minibatches, config.copies * config.window

    def make_update(optimisers: Optimisers) -> Update:
        def step(learner: Learner, batch: Batch) -> tuple[Learner, None]:
            to_actor = jax.grad(actor_loss)(learner.actor, batch, config)
            to_critic = jax.grad(critic_loss)(learner.critic, batch)
            return learner.descend(to_actor, to_critic, optimisers), None

        def update(learner: Learner, window: Window, key: PRNGKeyArray) -> Learner:
            rows = _prepare(learner, window, config)
            orders = [jax.random.permutation(k, size) for k in jax.random.split(key, config.epochs)]
            chosen = jnp.concatenate(orders).reshape(steps, -1)
            return jax.lax.scan(step, learner, jax.tree.map(lambda x: x[chosen], rows))[0]

        return update

    return train(worlds, config, seed, critic_outputs=1, make_update=make_update, updates_per_window=steps)


def _prepare(learner: Learner, window: Window, config: PPOConfig) -> Batch:
    """Return the steps of a window as rows, with what the policy that acted thought, and standardised advantages."""
    A = advantages(learner.critic, window, config.gamma, config.gae_lambda)
    target = A + learner.critic(window.observation)[..., 0]
    chosen = log_probability(learner.actor, window.observation, window.action)
    batch = Batch(
        jnp.asarray(window.observation), jnp.asarray(window.action), chosen, (A - A.mean()) / (A.std() + 1e-8), target
    )
    return jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), batch)
