"""Actions as independent choices: three movement buckets, grab, lock."""

from typing import NamedTuple

import numpy as np

from hideseek.checks import extra_needed
from hideseek.game.config import MOVEMENT_BUCKETS

with extra_needed("train"):
    import jax
    import jax.numpy as jnp
    from jaxtyping import Array, Float, Int8, PRNGKeyArray

MOVEMENT_LOGITS = 3 * MOVEMENT_BUCKETS
SWITCH_LOGITS = 2 * 2
ACTION_LOGITS = MOVEMENT_LOGITS + SWITCH_LOGITS
ACTION_HEADS = ("force_x", "force_y", "torque", "grab", "lock")
"""Names of the choices, in the order of `ActionDistribution.head_entropies`."""


class Actions(NamedTuple):
    """What agents do in one step."""

    movement: Int8[Array | np.ndarray, "*batch 3"]
    """Buckets of the force along x and y and of the torque; 5 of 0..10 is none."""
    grab: Int8[Array | np.ndarray, " *batch"]
    lock: Int8[Array | np.ndarray, " *batch"]


class ActionDistribution(NamedTuple):
    """Log-probabilities of each choice."""

    movement: Float[Array, "*batch 3 bucket"]
    switches: Float[Array, "*batch 2 2"]
    """Grab, then lock: off, on."""

    @classmethod
    def from_logits(cls, logits: Float[Array, "*batch logit"]) -> "ActionDistribution":
        """Split and normalise the outputs of the action heads.

        Raises:
            ValueError: if the last axis is not `ACTION_LOGITS` long.
        """
        if logits.shape[-1:] != (ACTION_LOGITS,):
            raise ValueError(f"logits has shape {logits.shape}, expected (..., {ACTION_LOGITS})")
        batch = logits.shape[:-1]
        movement = logits[..., :MOVEMENT_LOGITS].reshape(*batch, 3, MOVEMENT_BUCKETS)
        switches = logits[..., MOVEMENT_LOGITS:].reshape(*batch, 2, 2)
        return cls(jax.nn.log_softmax(movement), jax.nn.log_softmax(switches))

    def sample(self, key: PRNGKeyArray) -> Actions:
        """Draw one action per row."""
        key_movement, key_switches = jax.random.split(key)
        switches = _draw(self.switches, key_switches)
        return Actions(_draw(self.movement, key_movement), switches[..., 0], switches[..., 1])

    def most_likely(self) -> Actions:
        """Return the action that takes every choice's most probable value."""
        switches = self.switches.argmax(-1).astype(jnp.int8)
        return Actions(self.movement.argmax(-1).astype(jnp.int8), switches[..., 0], switches[..., 1])

    def log_probability(self, actions: Actions) -> Float[Array, " *batch"]:
        """Return the log-probability of the joint action."""
        # A sum over one-hot rows: the gradient of an indexed read is a scatter, slow on processors.
        switches = jnp.stack([actions.grab, actions.lock], -1)
        movement = jax.nn.one_hot(actions.movement, MOVEMENT_BUCKETS) * self.movement
        return movement.sum((-2, -1)) + (jax.nn.one_hot(switches, 2) * self.switches).sum((-2, -1))

    def entropy(self) -> Float[Array, " *batch"]:
        """Return the entropy of the joint action [nat]."""
        return self.head_entropies().sum(-1)

    def head_entropies(self) -> Float[Array, "*batch head"]:
        """Return the entropy of every choice [nat], in the order of `ACTION_HEADS`."""
        return -jnp.concatenate([(jnp.exp(part) * part).sum(-1) for part in self], -1)


def _draw(log_probabilities: Float[Array, "*batch choice"], key: PRNGKeyArray) -> Int8[Array, " *batch"]:
    """Draw choices by the inverse of the cumulative distribution: one random number each."""
    choices = log_probabilities.shape[-1]
    cumulative = jnp.exp(log_probabilities) @ np.triu(np.ones((choices, choices - 1), np.float32))
    threshold = jax.random.uniform(key, log_probabilities.shape[:-1])
    return (cumulative <= threshold[..., None]).sum(-1, dtype=jnp.int8)
