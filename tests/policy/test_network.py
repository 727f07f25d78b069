"""What the networks may and may not depend on."""

from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.policy.config import NETWORKS, FeatureSizes, NetworkConfig
from hideseek.policy.layers import Memory, xavier
from hideseek.policy.policy import Critic, Memories, Networks, critic_masks, parameter_count, policy_masks

SIZES = FeatureSizes(self=11, agents=11, boxes=12, ramps=9, lidar=30)
COUNTS = {"agents": 3, "boxes": 4, "ramps": 2}
ROWS, STEPS = 3, 2
SMALL = {
    name: NetworkConfig(lidar_filters=2, embedding=16, dense=24, memory=8, attention=attention, entity_sees_lidar=sees)
    for name, attention, sees in (("entities", "entities", True), ("self", "self", False), ("pooled", "none", False))
}
SMALL["shared"] = replace(SMALL["self"], share_encoder=True)
SMALL["half"] = replace(SMALL["entities"], precision="bfloat16")


def make_observation(seed: int = 0) -> dict[str, np.ndarray]:
    """Return normalised observations [row, step, ...]; the last box does not exist."""
    generator = np.random.default_rng(seed)
    lead = (ROWS, STEPS)
    observation = {
        name: generator.normal(size=(*lead, count, getattr(SIZES, name))).astype(np.float32)
        for name, count in COUNTS.items()
    }
    for name in ("self", "lidar"):
        observation[name] = generator.normal(size=(*lead, getattr(SIZES, name))).astype(np.float32)
    for name, count in COUNTS.items():
        observation[f"sees_{name}"] = generator.random((*lead, count)) < 0.5
    observation["box_exists"] = np.broadcast_to(np.arange(4) < 3, (*lead, 4)).copy()
    observation["sees_boxes"][..., 3] = True
    return observation


@eqx.filter_jit
def outputs(networks: Networks, observation: dict[str, np.ndarray]) -> tuple[jax.Array, jax.Array]:
    """Return the policy's log-probabilities and the values of all rows and steps."""
    distribution, value, _ = networks(observation, observation, Memories.zeros(ROWS, 8), np.zeros((ROWS, STEPS), bool))
    return distribution.movement, value.mean(-1)


@pytest.fixture(params=SMALL)
def networks(request: pytest.FixtureRequest) -> Networks:
    """Networks of both kinds of attention, with heads large enough to see differences."""
    networks = Networks.initialise(SIZES, SMALL[request.param], jax.random.key(0))
    kernel = networks.actor.head.kernel
    return eqx.tree_at(lambda n: n.actor.head.kernel, networks, 100.0 * kernel)


def test_paper_preset_has_the_published_number_of_parameters():
    """The full game's network has 817,737 parameters for the policy and 808,485 for the value, by part as published."""
    networks = Networks.initialise(FeatureSizes(10, 10, 15, 15, 30), NETWORKS["paper"], jax.random.key(0))
    assert parameter_count(networks.actor) == 817_737
    assert parameter_count(networks.critic) == 808_485
    tower = networks.actor.tower
    encoder = tower.encoder
    assert parameter_count(encoder.embedding.lidar) == 36
    assert parameter_count(encoder.embedding.observer) == 35_968
    assert [parameter_count(encoder.embedding.types[name]) for name in COUNTS] == [37_248, 37_888, 37_888]
    assert parameter_count(encoder.attention.query_key_value) == 49_536
    assert parameter_count(encoder.attention.output) == 16_512
    assert parameter_count(tower.dense) == 65_792
    assert parameter_count(tower.lstm) == 525_312
    assert parameter_count(networks.actor.head) == 8_481 + 514 + 514
    assert parameter_count(networks.critic.head) == 257


@pytest.mark.parametrize("name", ["agents", "boxes", "ramps"])
def test_order_of_entities_does_not_matter(networks: Networks, name: str):
    """Permuting the entities of a type, with their masks, leaves policy and value as they are."""
    observation = make_observation()
    permuted = dict(observation)
    for key in (name, f"sees_{name}", *(["box_exists"] if name == "boxes" else [])):
        permuted[key] = observation[key][:, :, ::-1]
    for before, after in zip(outputs(networks, observation), outputs(networks, permuted), strict=True):
        np.testing.assert_allclose(after, before, atol=2e-5)


def test_seen_entities_influence_the_policy(networks: Networks):
    """Moving a box that an agent sees changes what it does."""
    observation = make_observation()
    observation["sees_boxes"][:] = True
    moved = {**observation, "boxes": observation["boxes"] + 1.0}
    assert not np.allclose(outputs(networks, observation)[0], outputs(networks, moved)[0], atol=1e-4)


def test_games_without_boxes_ramps_or_others_can_be_played(networks: Networks):
    """Entity types may be empty."""
    observation = make_observation()
    for name in COUNTS:
        observation[name] = observation[name][:, :, :0]
        observation[f"sees_{name}"] = observation[f"sees_{name}"][:, :, :0]
    observation["box_exists"] = observation["box_exists"][:, :, :0]
    assert all(np.isfinite(x).all() for x in outputs(networks, observation))


def test_the_value_is_the_mean_of_the_heads_and_one_head_is_the_value():
    """Several differ from each other; weights and value of a single one are those of a critic without heads."""
    observation, start = make_observation(), (Memory.zeros(ROWS, 8), np.zeros((ROWS, STEPS), bool))
    arguments = observation, critic_masks(observation), *start
    critic = Networks.initialise(SIZES, replace(SMALL["self"], value_heads=3), jax.random.key(0)).critic
    estimates, _ = eqx.filter_jit(critic.estimates)(*arguments)
    assert estimates.shape == (ROWS, STEPS, 3)
    assert np.abs(np.diff(estimates)).min() > 1e-4
    np.testing.assert_allclose(eqx.filter_jit(critic)(*arguments)[0], estimates.mean(-1), atol=1e-6)
    single = Critic(SIZES, SMALL["self"], jax.random.key(0))
    drawn = xavier(jax.random.split(jax.random.key(0))[1], SMALL["self"].memory, 1)
    np.testing.assert_array_equal(single.head.kernel, drawn)
    output, _ = eqx.filter_jit(single.tower)(*arguments)
    np.testing.assert_array_equal(eqx.filter_jit(single)(*arguments)[0], single.head(output)[..., 0])


def test_a_masked_critic_sees_what_the_policy_sees():
    """What is out of sight changes the value of the paper's critic, and not that of a masked one."""
    observation, start = make_observation(), (Memory.zeros(ROWS, 8), np.zeros((ROWS, STEPS), bool))
    other = {**observation, "boxes": np.where(observation["sees_boxes"][..., None], observation["boxes"], 3.0)}
    for masked, is_equal in ((True, True), (False, False)):
        networks = Networks.initialise(SIZES, replace(SMALL["self"], masked_critic=masked), jax.random.key(0))
        call = eqx.filter_jit(networks)
        values = [call(x, x, Memories(start[0], start[0]), start[1])[1] for x in (observation, other)]
        assert bool((values[0] == values[1]).all()) == is_equal


@pytest.mark.parametrize("shared", [False, True])
def test_networks_are_told_of_the_bonus_for_entropy(shared: bool):
    """Policy and value depend on it, row by row; nothing said is the lowest; without the input it is not heard."""
    config = replace(SMALL["self"], share_encoder=shared, value_heads=2)
    told = Networks.initialise(SIZES, replace(config, entropy_input=True), jax.random.key(0))
    plain = Networks.initialise(SIZES, config, jax.random.key(0))
    assert parameter_count(told) == parameter_count(plain) + 2 * config.dense
    observation = make_observation()

    @eqx.filter_jit
    def at(networks: Networks, level: np.ndarray | None) -> tuple[jax.Array, jax.Array]:
        start = Memories.zeros(ROWS, 8), np.zeros((ROWS, STEPS), bool)
        distribution, values, _ = networks(observation, observation, *start, level)
        return distribution.movement, values

    for nothing, lowest, mixed in zip(*(at(told, x) for x in (None, np.zeros(3), np.array([0, 0.5, 1]))), strict=True):
        np.testing.assert_array_equal(nothing, lowest)
        differs = np.abs(mixed - lowest).reshape(ROWS, -1).max(1) > 1e-6
        assert differs.tolist() == [False, True, True]
    for without, given in zip(at(plain, None), at(plain, np.ones(3)), strict=True):
        np.testing.assert_array_equal(without, given)


def test_a_sequence_equals_its_steps_and_starts_afresh_where_an_episode_begins():
    """One pass over all steps is a loop over them, memory handed on; only rows whose episode begins forget theirs."""
    networks = Networks.initialise(SIZES, SMALL["self"], jax.random.key(0))
    observation = {name: np.concatenate([x, x[:, ::-1], x], 1) for name, x in make_observation().items()}
    steps, generator = 3 * STEPS, np.random.default_rng(1)
    start = Memory(*generator.normal(size=(2, ROWS, 8)).astype(np.float32))
    tower = eqx.filter_jit(networks.actor.tower)
    first = np.zeros((ROWS, steps), bool)
    first[0, 3] = first[1, 0] = first[2, -1] = True
    together, end = tower(observation, policy_masks(observation), start, first)
    memory, untouched = start, np.zeros((ROWS, 1), bool)
    for t in range(steps):
        now = {name: x[:, t : t + 1] for name, x in observation.items()}
        memory = Memory(*(np.where(first[:, t, None], 0.0, x) for x in memory))
        output, memory = tower(now, policy_masks(now), memory, untouched)
        np.testing.assert_allclose(output[:, 0], together[:, t], atol=1e-5)
    np.testing.assert_allclose(memory, end, atol=1e-5)
    without, _ = tower(observation, policy_masks(observation), start, np.zeros_like(first))
    differs = (np.abs(without - together) > 1e-4).any(-1)
    assert differs.tolist() == [[False] * 3 + [True] * 3, [True] * 6, [False] * 5 + [True]]


@pytest.mark.parametrize(
    "changes",
    [
        {"embedding": 0},
        {"attention_heads": 3},
        {"lidar_kernel": 2},
        {"attention": "all"},
        {"masked_critic": 1},
        {"value_heads": 0},
        {"value_heads": 2.0},
        {"entropy_input": 1},
    ],
)
def test_impossible_networks_are_refused(changes: dict[str, object]):
    """A wrong size raises ValueError and names the field."""
    with pytest.raises(ValueError, match=next(iter(changes))):
        NetworkConfig(**changes)
