"""Bad input to networks and policies: one error that names the argument, shows it, and says what was expected."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.game.observe import allocate_observation, observation_spec
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.distribution import ActionDistribution
from hideseek.policy.layers import Memory
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Actor, Critic, Networks, Policy, act
from tests.refusal import assert_refused, refused

GAME = make_game("quadrant")
SPEC = observation_spec(GAME)
SIZES = FeatureSizes.of(SPEC)
NETWORK = NetworkConfig(embedding=8, attention_heads=2, dense=8, memory=8, lidar_filters=2, attention="self")
WORLDS = 2


@cache
def policy() -> Policy:
    """Return an untrained policy."""
    return Policy(Actor(SIZES, NETWORK, jax.random.key(0)), ObservationNormaliser(SIZES))


def observation(**changes: object) -> dict:
    """Return observations of two worlds, with some fields changed; None takes a field out."""
    arrays = allocate_observation(WORLDS, GAME)
    fields = {name: getattr(arrays, name) for name in SPEC} | changes
    return {name: value for name, value in fields.items() if value is not None}


def acting(**changes: object) -> Callable[[], object]:
    """Return a call of `act` with some arguments changed."""
    return lambda: act(
        **{
            "policy": policy(),
            "observation": observation(),
            "memory": policy().initial_memory(WORLDS, GAME.agents),
            "key": jax.random.key(0),
            **changes,
        }
    )


def seeing(name: str, value: object) -> Callable[[], object]:
    """Return a call of `act` with one field of the observation changed."""
    return acting(observation=observation(**{name: value}))


@refused(
    [
        (lambda: FeatureSizes.of(None), TypeError, "observation_spec is None, expected a mapping"),
        (lambda: FeatureSizes.of({}), ValueError, "observation_spec lacks self, agents, boxes, ramps, lidar"),
        (lambda: Actor(None, NETWORK, jax.random.key(0)), TypeError, "sizes is None, expected a FeatureSizes"),
        (lambda: Actor(SIZES, "paper", jax.random.key(0)), TypeError, "config is 'paper', expected a NetworkConfig"),
        (lambda: Actor(SIZES, NETWORK, 7), TypeError, "key is 7, expected a single key"),
        (lambda: Critic(SIZES._replace(boxes=0), NETWORK, jax.random.key(0)), ValueError, "boxes of sizes is 0"),
        (lambda: Critic(SIZES, None, jax.random.key(0)), TypeError, "config is None"),
        (lambda: Networks.initialise(SIZES, NETWORK, jnp.zeros(2)), TypeError, "key is .*, expected a single key"),
        (
            lambda: Networks.initialise(SIZES, NETWORK, jax.random.split(jax.random.key(0))),
            TypeError,
            "key is .*, expected a single key",
        ),
        (lambda: Networks.initialise((1, 2), NETWORK, jax.random.key(0)), TypeError, r"sizes is \(1, 2\)"),
        (lambda: ObservationNormaliser({"self": 3}), TypeError, "sizes is {'self': 3}"),
        (lambda: ObservationNormaliser(SIZES._replace(lidar=2.5)), ValueError, r"lidar of sizes is 2\.5"),
        (lambda: ActionDistribution.from_logits(jnp.zeros((4, 36))), ValueError, r"logits has shape \(4, 36\)"),
        (lambda: policy().initial_memory(-1, 2), ValueError, "world_count is -1"),
        (lambda: policy().initial_memory(2, 1.5), ValueError, r"agent_count is 1\.5"),
    ]
)
def test_parts_of_a_policy(call: Callable, error: type[Exception], message: str):
    """Sizes, configurations and keys that are none."""
    assert_refused(call, error, message)


@refused(
    [
        (acting(policy=None), TypeError, "policy is None, expected a Policy"),
        (acting(key=3), TypeError, "key is 3, expected a single key"),
        (acting(memory=None), TypeError, "memory is None, expected a Memory"),
        (acting(memory=Memory.zeros(WORLDS, 8)), ValueError, r"hidden of memory has shape \(2, 8\), expected \(2, 4"),
        (acting(memory=Memory.zeros(3, 4, 8)), ValueError, r"hidden of memory has shape \(3, 4, 8\)"),
        (
            acting(memory=Memory(np.zeros((2, 4, 8), np.float32), np.zeros((2, 4, 8), np.int32))),
            TypeError,
            "cell of memory is of type int32, expected an array of numbers",
        ),
        (acting(observation=[1, 2]), TypeError, r"observation is \[1, 2\], expected a mapping"),
        (acting(observation={}), ValueError, "observation lacks self"),
        (seeing("lidar", None), ValueError, "observation lacks lidar, expected self, "),
        (seeing("lidar", np.zeros((2, 4, 29), np.float32)), ValueError, r"'lidar' has shape \(2, 4, 29\), expected"),
        (seeing("self", np.zeros((2, 4, 10), np.float32)), ValueError, r"'self' has shape \(2, 4, 10\), expected"),
        (seeing("self", np.zeros((2, 4, 11), np.int8)), TypeError, "'self' is of type int8, expected an array of numb"),
        (seeing("boxes", np.zeros((2, 3, 2, 12), np.float32)), ValueError, r"'boxes' has shape \(2, 3, 2, 12\)"),
        (seeing("box_exists", np.ones((2, 4, 3), bool)), ValueError, r"'box_exists' has shape \(2, 4, 3\)"),
        (seeing("sees_ramps", np.ones((2, 4, 1), np.int8)), TypeError, "'sees_ramps' is of type int8, expected an ar"),
    ]
)
def test_acting(call: Callable, error: type[Exception], message: str):
    """Observations of another game, memories of other agents."""
    assert_refused(call, error, message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lidar_filters", 0),
        ("lidar_kernel", 4),
        ("lidar_kernel", 3.0),
        ("entity_sees_lidar", 1),
        ("entity_sees_lidar", "yes"),
        ("embedding", True),
        ("embedding", None),
        ("embedding", np.int64(8)),
        ("attention", "everything"),
        ("attention", ["self"]),
        ("attention_heads", 3),
        ("dense", -8),
        ("memory", float("nan")),
        ("memory", 2**40),
    ],
)
def test_impossible_network(name: str, value: object):
    """The error names the field and shows its value."""
    assert_refused(lambda: replace(NETWORK, **{name: value}), ValueError, f"{name} is .*, expected")
