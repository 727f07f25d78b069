"""The paper's network against a plain reading of its description, one entity, one head and one step at a time."""

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.policy.layers import Dense, LayerNorm, Memory
from hideseek.policy.policy import Networks, critic_masks, policy_masks
from hideseek.policy.tower import Tower
from tests.policy.test_network import ROWS, SIZES, SMALL, STEPS, make_observation

CONFIG = SMALL["entities"]
HEAD = CONFIG.embedding // CONFIG.attention_heads


@pytest.fixture(scope="module")
def networks() -> Networks:
    """Networks all of whose numbers are drawn, biases and layer norms included."""
    networks = Networks.initialise(SIZES, CONFIG, jax.random.key(0))
    arrays, rest = eqx.partition(networks, eqx.is_array)
    generator = np.random.default_rng(1)
    arrays = jax.tree.map(lambda x: np.asarray(x + 0.3 * generator.normal(size=x.shape), np.float32), arrays)
    return eqx.combine(arrays, rest)


def dense(layer: Dense, x: np.ndarray) -> np.ndarray:
    """Return the affine map of a vector."""
    return x @ layer.kernel + layer.bias


def norm(layer: LayerNorm, x: np.ndarray) -> np.ndarray:
    """Return a vector with mean 0 and deviation 1, scaled and shifted."""
    return (x - x.mean()) / np.sqrt(x.var() + 1e-6) * layer.scale + layer.bias


def relu(x: np.ndarray) -> np.ndarray:
    """Return the positive part."""
    return np.maximum(x, 0.0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return 1.0 / (1.0 + np.exp(-x))


def look(tower: Tower, lidar: np.ndarray) -> np.ndarray:
    """Return the responses of the filters at every ray, whose neighbours are those of a ring."""
    kernel, bias = tower.encoder.embedding.lidar.kernel, tower.encoder.embedding.lidar.bias
    rays = len(lidar)
    window = [lidar[[(ray - 1) % rays, ray, (ray + 1) % rays]] for ray in range(rays)]
    return relu(np.concatenate([three @ kernel + bias for three in window]))


def attend(tower: Tower, entities: list[np.ndarray], seen: list[bool]) -> np.ndarray:
    """Return the average of the seen entities after residual self-attention."""
    block, after = tower.encoder.attention, []
    query, key, value = np.split(
        np.stack([dense(block.query_key_value, norm(block.norm_before, x)) for x in entities]), 3, 1
    )
    for i, entity in enumerate(entities):
        heads = []
        for head in range(CONFIG.attention_heads):
            part = slice(head * HEAD, (head + 1) * HEAD)
            weights = np.exp([key[j, part] @ query[i, part] / np.sqrt(HEAD) for j in range(len(entities))]) * seen
            heads.append(weights / weights.sum() @ value[:, part])
        after.append(norm(block.norm_after, entity + dense(block.output, np.concatenate(heads))))
    return sum(x for x, is_seen in zip(after, seen, strict=True) if is_seen) / sum(seen)


def remember(tower: Tower, x: np.ndarray, hidden: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both parts of the LSTM's memory after one step."""
    lstm = tower.lstm
    write, candidate, forget, read = np.split(x @ lstm.input_kernel + hidden @ lstm.hidden_kernel + lstm.bias, 4)
    cell = sigmoid(forget + 1.0) * cell + sigmoid(write) * np.tanh(candidate)
    return sigmoid(read) * np.tanh(cell), cell


def expected(tower: Tower, observation: dict, masks: dict, first: np.ndarray, memory: Memory) -> np.ndarray:
    """Return what goes to the heads, of every row and step."""
    outputs = np.zeros((ROWS, STEPS, CONFIG.memory))
    for row in range(ROWS):
        hidden, cell = memory.hidden[row], memory.cell[row]
        for step in range(STEPS):
            own = np.concatenate([observation["self"][row, step], look(tower, observation["lidar"][row, step])])
            entities, seen = [relu(dense(tower.encoder.embedding.observer, own))], [True]
            for name, mask in masks.items():
                for entity, is_seen in zip(observation[name][row, step], mask[row, step], strict=True):
                    entities.append(relu(dense(tower.encoder.embedding.types[name], np.concatenate([entity, own]))))
                    seen.append(bool(is_seen))
            both = norm(tower.encoder.norm, np.concatenate([entities[0], attend(tower, entities, seen)]))
            x = norm(tower.norm_dense, relu(dense(tower.dense, both)))
            if first[row, step]:
                hidden, cell = np.zeros_like(hidden), np.zeros_like(cell)
            hidden, cell = remember(tower, x, hidden, cell)
            outputs[row, step] = norm(tower.norm_memory, hidden)
    return outputs


def test_the_network_computes_what_its_description_says(networks: Networks):
    """Actor with what is seen, critic with what exists, from any memory, over the beginning of an episode."""
    observation, generator = make_observation(), np.random.default_rng(2)
    memory = Memory(*generator.normal(size=(2, ROWS, CONFIG.memory)).astype(np.float32))
    first = np.array([[False, False], [False, True], [True, False]])
    for network, masks in (
        (networks.actor, policy_masks(observation)),
        (networks.critic, critic_masks(observation)),
    ):
        output, _ = eqx.filter_jit(network)(observation, masks, memory, first)
        top = expected(network.tower, observation, masks, first, memory)
        if network is networks.critic:
            np.testing.assert_allclose(output, dense(network.head, top)[..., 0], atol=1e-4)
            continue
        logits = dense(network.head, top)
        for axis in range(3):
            choice = logits[..., 11 * axis : 11 * axis + 11]
            choice = choice - np.log(np.exp(choice).sum(-1, keepdims=True))
            np.testing.assert_allclose(output.movement[..., axis, :], choice, atol=1e-4)
        for switch in range(2):
            choice = logits[..., 33 + 2 * switch : 35 + 2 * switch]
            choice = choice - np.log(np.exp(choice).sum(-1, keepdims=True))
            np.testing.assert_allclose(output.switches[..., switch, :], choice, atol=1e-4)
