"""JAX: an own training loop on the batch, with the project's networks.

    python examples/jax_actor_critic.py --seconds 60 --seed 0

Advantage actor-critic (Mnih et al. 2016) in place of the project's PPO: play some steps with the current policy, take
one gradient step on them, throw them away. All agents share the networks.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array
from progress import Progress, compile_simulator, parse_options

from hideseek import HideAndSeek, make_game
from hideseek.learn.advantages import generalised_advantages
from hideseek.policy.config import NETWORKS, FeatureSizes
from hideseek.policy.distribution import Actions
from hideseek.policy.layers import Memory
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Networks, Policy, act, critic_masks, policy_masks

WORLDS, WINDOW = 128, 20
GAMMA, LAMBDA = 0.99, 0.95
ENTROPY_WEIGHT, VALUE_WEIGHT = 0.01, 0.5
OPTIMISER = optax.chain(optax.clip_by_global_norm(5.0), optax.adam(1e-3))


class Window(NamedTuple):
    """Some steps of every agent of every world, arrays [time, world, agent, ...]."""

    observation: dict[str, np.ndarray]
    actions: Actions
    reward: np.ndarray
    first: np.ndarray
    """Whether an episode begins with the step [time, world]."""
    done: np.ndarray
    """Whether it ends with the step [time, world]."""


class Learner(NamedTuple):
    """Everything that training changes."""

    networks: Networks
    optimiser: optax.OptState
    normaliser: ObservationNormaliser


def play(
    env: HideAndSeek, policy: Policy, memory: Memory, first: np.ndarray, key: jax.Array
) -> tuple[Window, Memory, np.ndarray]:
    """Return a window of steps, the memory after it, and where an episode begins then."""
    steps = []
    observation = env.observe()
    for _ in range(WINDOW):
        key, subkey = jax.random.split(key)
        memory = memory.reset_where(first[:, None])
        seen = {name: x.copy() for name, x in observation.items()}
        actions, memory = act(policy, observation, memory, subkey)
        actions = Actions(*(np.asarray(x) for x in actions))
        observation, reward, done, _ = env.step(*actions)
        steps.append(Window(seen, actions, reward.copy(), first, done.copy()))
        first = steps[-1].done
    return jax.tree.map(lambda *x: np.stack(x), *steps), memory, first


@eqx.filter_jit
def learn(learner: Learner, window: Window, memory: Memory) -> tuple[Learner, Array]:
    """Take one gradient step on a window that began with `memory`; return the entropy of the policy [nat], too."""
    normaliser = learner.normaliser.updated(window.observation, 0.99)
    gradient, entropy = eqx.filter_grad(loss, has_aux=True)(learner.networks, normaliser, window, memory)
    changes, optimiser = OPTIMISER.update(gradient, learner.optimiser)
    return Learner(eqx.apply_updates(learner.networks, changes), optimiser, normaliser), entropy


def loss(networks: Networks, normaliser: ObservationNormaliser, window: Window, memory: Memory) -> tuple[Array, Array]:
    """Return the loss of a window, whose last step only lends its value, and the entropy of the policy."""
    observation, actions, reward = jax.tree.map(in_rows, (window.observation, window.actions, window.reward))
    first, done = (in_rows(jnp.repeat(x[..., None], window.reward.shape[2], 2)) for x in (window.first, window.done))
    features, memory = normaliser(observation), jax.tree.map(lambda x: x.reshape(len(reward), -1), memory)
    distribution, _ = networks.actor(features, policy_masks(observation), memory, first)
    # The critic begins each window without memory: it is told everything, also what is out of sight.
    value, _ = networks.critic(features, critic_masks(observation), jax.tree.map(jnp.zeros_like, memory), first)
    known = jax.lax.stop_gradient(value)
    past = (x[:, :-1].T for x in (reward, known, done))
    advantage = generalised_advantages(*past, known[:, -1], GAMMA, LAMBDA).T
    score = (advantage - advantage.mean()) / (advantage.std() + 1e-3)
    policy_loss = -(distribution.log_probability(actions)[:, :-1] * score).mean()
    value_loss = jnp.square(value[:, :-1] - (known[:, :-1] + advantage)).mean()
    entropy = distribution.entropy().mean()
    return policy_loss + VALUE_WEIGHT * value_loss - ENTROPY_WEIGHT * entropy, entropy


def in_rows(x: Array) -> Array:
    """Turn [time, world, agent, ...] into [world * agent, time, ...]."""
    return jnp.moveaxis(x, 0, 2).reshape(-1, x.shape[0], *x.shape[3:])


def main() -> None:
    """Train."""
    options = parse_options("Train all agents of the quadrant game with a loop of one's own in JAX.")
    compile_simulator()
    env = HideAndSeek(make_game("quadrant"), WORLDS, options.seed)
    env.reset()
    key, subkey = jax.random.split(jax.random.key(options.seed))
    sizes = FeatureSizes.of(env.observation_spec)
    networks = Networks.initialise(sizes, NETWORKS["laptop"], subkey)
    before = parameters(networks)
    learner = Learner(networks, OPTIMISER.init(eqx.filter(networks, eqx.is_array)), ObservationNormaliser(sizes))
    memory = Memory.zeros(WORLDS, env.game.agents, NETWORKS["laptop"].memory)
    first = np.ones(WORLDS, bool)
    progress = None
    while progress is None or not progress.over:
        key, subkey = jax.random.split(key)
        start = memory
        window, memory, first = play(env, Policy(learner.networks.actor, learner.normaliser), memory, first, subkey)
        learner, entropy = learn(learner, window, start)
        if progress is None:
            progress = Progress(options.seconds)  # everything is compiled now
        else:
            seekers = window.reward[..., env.game.hiders :].mean()
            progress.add(window.reward.size, seeker_reward=float(seekers), entropy=float(entropy))
    progress.conclude("JAX actor-critic", before, parameters(learner.networks))


def parameters(networks: Networks) -> list[np.ndarray]:
    """Copy the weights."""
    return [np.array(x) for x in jax.tree.leaves(eqx.filter(networks, eqx.is_array))]


if __name__ == "__main__":
    main()
