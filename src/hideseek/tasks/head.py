"""What a frozen policy remembers of a task, and a head on that, trained by cross-entropy (Baker et al. 2019, 6.2)."""

from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int64

from hideseek.checks import check_array, check_instance, check_integer, extra_needed
from hideseek.policy.checks import check_observation
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Policy, respond
from hideseek.policy.settings import standard_settings
from hideseek.tasks.counting import ObjectCounting

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    import optax

LEARNING_RATE = 1e-2
HELD_OUT = 0.25
"""Share of the episodes that the head is not trained on."""
DECAY = 1e-3
"""Weight decay of the head."""


class Remembered(NamedTuple):
    """What a policy remembers at the ends of some episodes, and what it should know."""

    memory: Float32[np.ndarray, "episode unit"]
    """Hidden state of its LSTM."""
    label: Int64[np.ndarray, " episode"]


class HeadScore(NamedTuple):
    """How well a head does on episodes that it was not trained on."""

    accuracy: float
    chance: float
    """Of who always says the label that was the most frequent in training."""
    episodes: int


@standard_settings()
def watch(policy: Policy, task: ObjectCounting, batches: int) -> Remembered:
    """Let a policy watch some batches of episodes, and return what it remembers at the end of each.

    Raises:
        TypeError: `policy` is no Policy, or `task` no ObjectCounting.
        ValueError: `batches` is no positive integer, or the policy is for a game with other observations.
    """
    check_instance("policy", policy, Policy, "a Policy")
    check_instance("task", task, ObjectCounting, "an ObjectCounting")
    check_integer("batches", batches, 1)
    memories, labels = [], []
    for _ in range(batches):
        memory = Memory.zeros(task.world_count, 1, policy.actor.tower.memory_size)
        for observation in task.episode():
            check_observation(observation, policy.normaliser.sizes, ("world", "agent"))
            memory = _remember(policy, dict(observation), memory)
        memories.append(np.asarray(memory.hidden[:, 0]))
        labels.append(task.labels)
    return Remembered(np.concatenate(memories), np.concatenate(labels))


@jax.jit
def _remember(policy: Policy, observation: dict[str, np.ndarray], memory: Memory) -> Memory:
    return respond(policy, observation, memory)[1]


@standard_settings()
def fit_head(remembered: Remembered, classes: int, steps: int = 1000) -> HeadScore:
    """Train a linear head on memories, and return how well it does on those that were held out, the last quarter.

    Raises:
        TypeError, ValueError: An array is of another kind or shape, a label out of range, or there are too few.
    """
    check_array("memory", remembered.memory, ("episode", "unit"), "f")
    check_array("label", remembered.label, (len(remembered.memory),), "i")
    check_integer("classes", classes, 2)
    check_integer("steps", steps, 1)
    held_out = int(HELD_OUT * len(remembered.label))
    check_integer("episodes that are held out", held_out, 1)
    if not 0 <= remembered.label.min() <= remembered.label.max() < classes:
        raise ValueError(f"label is up to {remembered.label.max()}, expected from 0 to {classes - 1}")
    split = len(remembered.label) - held_out
    mean, deviation = remembered.memory[:split].mean(0), remembered.memory[:split].std(0) + 1e-3
    inputs = ((remembered.memory - mean) / deviation).astype(np.float32)
    head = _fit(jnp.asarray(inputs[:split]), jnp.asarray(remembered.label[:split]), classes, steps)
    said = np.asarray(inputs[split:] @ np.asarray(head[0]) + np.asarray(head[1])).argmax(1)
    usual = np.bincount(remembered.label[:split], minlength=classes).argmax()
    truth = remembered.label[split:]
    return HeadScore(float((said == truth).mean()), float((usual == truth).mean()), held_out)


@partial(jax.jit, static_argnames=("classes", "steps"))
def _fit(inputs: jax.Array, labels: jax.Array, classes: int, steps: int) -> tuple[jax.Array, jax.Array]:
    """Return weights and biases after some full-batch steps of Adam."""
    optimiser = optax.adamw(LEARNING_RATE, weight_decay=DECAY)
    head = jnp.zeros((inputs.shape[1], classes)), jnp.zeros(classes)

    def loss(head: tuple[jax.Array, jax.Array]) -> jax.Array:
        logits = inputs @ head[0] + head[1]
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    def step(carry: tuple, _: None) -> tuple[tuple, None]:
        head, state = carry
        updates, state = optimiser.update(jax.grad(loss)(head), state, head)
        return (optax.apply_updates(head, updates), state), None

    return jax.lax.scan(step, (head, optimiser.init(head)), None, steps)[0][0]
