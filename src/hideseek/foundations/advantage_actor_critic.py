"""Advantage actor-critic: the critic learns V, and an action is judged by what came of it against what was expected.

    A(s, a) = r + gamma V(s'; w) - V(s; w)
    grad J(theta) ~ sum_t A(s_t, a_t) grad log pi(a_t | s_t; theta)
    L(w) = E [ ( r + gamma V(s'; w) - V(s; w) )^2 ],  the target r + gamma V(s'; w) taken as given

V is REINFORCE's baseline, fitted to the state, and r + gamma V(s') takes the place of the return: the chances of one
step instead of all that follow. As far as V is right, so is the gradient's mean; where V is wrong, it is biased.
"""

from dataclasses import dataclass

from hideseek.checks import check_instance, extra_needed
from hideseek.foundations.actor_critic import (
    ActorCriticConfig,
    Learner,
    Optimisers,
    Update,
    Window,
    Worlds,
    actor_loss,
    train,
)
from hideseek.foundations.networks import MLP

with extra_needed("foundations"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True)
class AdvantageActorCriticConfig(ActorCriticConfig):
    """Advantage actor-critic."""


def advantage(V: MLP, window: Window, gamma: float) -> Float[Array, "time copy"]:
    """Return A = r + gamma V(s') - V(s); after an episode's end there is nothing to expect."""
    later = jnp.where(window.terminated, 0.0, V(window.successor)[..., 0])
    return jnp.asarray(window.reward) + gamma * jax.lax.stop_gradient(later) - V(window.observation)[..., 0]


def critic_loss(V: MLP, window: Window, gamma: float) -> Float[Array, ""]:
    """Return L(w)."""
    return jnp.square(advantage(V, window, gamma)).mean()


def advantage_actor_critic(worlds: Worlds, config: AdvantageActorCriticConfig, seed: int) -> list[MLP]:
    """Play and learn; return the players' actors, whose softmax is pi(. | s; theta).

    Args:
        worlds: Environments or a game, `config.copies` copies of it.
        config: How to learn.
        seed: Of the networks and the actions.

    Raises:
        TypeError: `config` is none.
        ValueError: `seed` is no seed, or `worlds` has another number of copies.
    """
    check_instance("config", config, AdvantageActorCriticConfig, "an AdvantageActorCriticConfig")

    def make_update(optimisers: Optimisers) -> Update:
        def update(learner: Learner, window: Window, _key: PRNGKeyArray) -> Learner:
            A = advantage(learner.critic, window, config.gamma)
            to_actor = jax.grad(actor_loss)(learner.actor, window, A, config.entropy_weight)
            to_critic = jax.grad(critic_loss)(learner.critic, window, config.gamma)
            return learner.descend(to_actor, to_critic, optimisers)

        return update

    return train(worlds, config, seed, critic_outputs=1, make_update=make_update)
