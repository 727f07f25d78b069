"""What a tower must not use leaves no trace, whatever it holds: in actions, values, gradients, normalisers."""

from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.policy.layers import Memory
from hideseek.policy.normaliser import ObservationNormaliser
from hideseek.policy.policy import Networks, critic_masks, policy_masks
from tests.policy.test_network import COUNTS, ROWS, SIZES, SMALL, STEPS, make_observation

DECAY = 0.9
poisons = pytest.mark.parametrize("poison", [1e6, np.nan, np.inf, -np.inf])
each_type = pytest.mark.parametrize("name", COUNTS)


@pytest.fixture(params=SMALL, scope="module")
def networks(request: pytest.FixtureRequest) -> Networks:
    """Networks of both kinds of attention, with heads large enough to see differences."""
    networks = Networks.initialise(SIZES, SMALL[request.param], jax.random.key(0))
    return eqx.tree_at(lambda n: n.actor.head.kernel, networks, 100.0 * networks.actor.head.kernel)


def act(networks: Networks, observation: dict[str, np.ndarray]) -> jax.Array:
    """Return a number that depends on all actions' probabilities and on the memory after the last step."""
    distribution, memory = networks.actor(observation, policy_masks(observation), *start())
    return sum(x.sum() for x in jax.tree.leaves((jax.tree.map(jax.numpy.sin, distribution), memory)))


def judge(networks: Networks, observation: dict[str, np.ndarray]) -> jax.Array:
    """Return a number that depends on all values and on the memory after the last step."""
    encoder = networks.actor.tower.encoder
    value, memory = networks.critic(observation, critic_masks(observation), *start(), encoder)
    return sum(x.sum() for x in jax.tree.leaves((value, memory)))


def start() -> tuple[Memory, np.ndarray]:
    """Return empty memories and flags that say that no episode begins."""
    return Memory.zeros(ROWS, 8), np.zeros((ROWS, STEPS), bool)


acting, judging = (eqx.filter_jit(eqx.filter_value_and_grad(function)) for function in (act, judge))


def assert_equal(call: Callable, networks: Networks, one: dict, other: dict) -> None:
    """Expect the same finite numbers and the same gradients from both observations, to the last bit."""
    for a, b in zip(jax.tree.leaves(call(networks, one)), jax.tree.leaves(call(networks, other)), strict=True):
        assert np.isfinite(a).all()
        np.testing.assert_array_equal(b, a)


def poisoned(observation: dict, name: str, where: np.ndarray, poison: float) -> dict:
    """Return the observations with all features of some entities spoilt."""
    assert where.any()
    return {**observation, name: np.where(where[..., None], np.float32(poison), observation[name])}


@poisons
@each_type
def test_what_an_agent_does_not_see_does_not_reach_its_policy(networks: Networks, name: str, poison: float):
    """Neither its actions, nor its memory, nor the gradient of any weight."""
    observation = make_observation()
    hidden = ~observation[f"sees_{name}"]
    assert_equal(acting, networks, observation, poisoned(observation, name, hidden, poison))


@each_type
def test_what_an_agent_does_not_see_reaches_the_critic(networks: Networks, name: str):
    """It sees everything that exists."""
    observation = make_observation()
    hidden = ~observation[f"sees_{name}"]
    hidden[..., 3:] = False  # the box that does not exist
    moved = poisoned(observation, name, hidden, 3.0)
    assert abs(float(judging(networks, moved)[0] - judging(networks, observation)[0])) > 1e-3


@poisons
def test_padding_reaches_neither_policy_nor_critic(networks: Networks, poison: float):
    """A box that does not exist changes nothing, even where a mask says that it is seen."""
    observation = make_observation()
    assert observation["sees_boxes"][..., 3].all()
    spoilt = poisoned(observation, "boxes", ~observation["box_exists"], poison)
    assert_equal(acting, networks, observation, spoilt)
    assert_equal(judging, networks, observation, spoilt)


@poisons
def test_padding_does_not_reach_the_normaliser(poison: float):
    """Boxes that do not exist are not counted; where none exists, nothing is learnt of boxes."""
    observation = make_observation()
    exists = observation["box_exists"]
    normaliser = ObservationNormaliser(SIZES)
    clean = normaliser.updated(observation, DECAY)
    spoilt = normaliser.updated(poisoned(observation, "boxes", ~exists, poison), DECAY)
    for a, b in zip(jax.tree.leaves(clean), jax.tree.leaves(spoilt), strict=True):
        np.testing.assert_array_equal(b, a)
    np.testing.assert_allclose(clean.moments["boxes"].mean, observation["boxes"][exists].mean(0), rtol=1e-4, atol=1e-6)
    nothing = {**poisoned(observation, "boxes", ~exists, poison), "box_exists": np.zeros_like(exists)}
    after = clean.updated(nothing, DECAY).moments["boxes"]
    np.testing.assert_array_equal(after.total, clean.moments["boxes"].total)
    assert float(after.weight) == float(clean.moments["boxes"].weight)


@each_type
def test_what_is_not_seen_counts_for_the_normaliser(name: str):
    """It describes the game, which the critic sees all of: masks of sight change no average."""
    observation = make_observation()
    blind = {**observation, f"sees_{name}": np.zeros_like(observation[f"sees_{name}"])}
    normaliser = ObservationNormaliser(SIZES)
    for a, b in zip(
        jax.tree.leaves(normaliser.updated(observation, DECAY)),
        jax.tree.leaves(normaliser.updated(blind, DECAY)),
        strict=True,
    ):
        np.testing.assert_array_equal(b, a)
