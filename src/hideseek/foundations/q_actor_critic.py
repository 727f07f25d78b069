"""Q actor-critic: in place of the return that followed an action stands what a critic expects of it.

    grad J(theta) ~ sum_t Q(s_t, a_t; w) grad log pi(a_t | s_t; theta)
    L(w) = E [ ( r + gamma Q(s', a'; w) - Q(s, a; w) )^2 ],  a' ~ pi(. | s'),  the target taken as given

There is no waiting for the episode's end. But all of Q(s, a) is weighed in, and most of it is what the state is worth,
whatever one does there. What tells the actions apart is small beside it. So the estimate varies much, and a small
error of the critic can carry the policy away.
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
from hideseek.foundations.networks import MLP, at_action

with extra_needed("foundations"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True)
class QActorCriticConfig(ActorCriticConfig):
    """Q actor-critic."""


def action_value(Q: MLP, window: Window) -> Float[Array, "time copy"]:
    """Return Q(s, a; w)."""
    return at_action(Q(window.observation), window.action)


def critic_loss(Q: MLP, actor: MLP, window: Window, gamma: float, key: PRNGKeyArray) -> Float[Array, ""]:
    """Return L(w), each a' drawn from the actor."""
    next_action = jax.random.categorical(key, actor(window.successor))
    later = jnp.where(window.terminated, 0.0, at_action(Q(window.successor), next_action))
    target = window.reward + gamma * jax.lax.stop_gradient(later)
    return jnp.square(target - action_value(Q, window)).mean()


def q_actor_critic(worlds: Worlds, config: QActorCriticConfig, seed: int) -> list[MLP]:
    """Play and learn; return the players' actors, whose softmax is pi(. | s; theta).

    Args:
        worlds: Environments or a game, `config.copies` copies of it.
        config: How to learn.
        seed: Of the networks and the actions.

    Raises:
        TypeError: `config` is none.
        ValueError: `seed` is no seed, or `worlds` has another number of copies.
    """
    check_instance("config", config, QActorCriticConfig, "a QActorCriticConfig")

    def make_update(optimisers: Optimisers) -> Update:
        def update(learner: Learner, window: Window, key: PRNGKeyArray) -> Learner:
            psi = action_value(learner.critic, window)
            to_actor = jax.grad(actor_loss)(learner.actor, window, psi, config.entropy_weight)
            to_critic = jax.grad(critic_loss)(learner.critic, learner.actor, window, config.gamma, key)
            return learner.descend(to_actor, to_critic, optimisers)

        return update

    return train(worlds, config, seed, critic_outputs=worlds.actions, make_update=make_update)
