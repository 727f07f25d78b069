"""One gradient step of the learner, and the same step written straightforwardly in JAX and in PyTorch."""

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import equinox as eqx
import jax
import numpy as np

from benchmarks.training_cases import SEED, plain
from hideseek.learn.config import TrainConfig
from hideseek.learn.loss import Batch
from hideseek.learn.ppo import Learner, make_optimiser, update
from hideseek.policy.policy import parameter_count

if TYPE_CHECKING:
    from benchmarks.torch_network import TorchLearner

OURS, PLAIN, TORCH, PLAIN_TORCH = "ours", "plain", "PyTorch", "plain PyTorch"
TOLERANCE = 1e-4
"""Outputs may differ by this much; losses and gradient norms, too, or by this share."""
STEPS_COMPARED = 2
"""The second shows what Adam made of the first. Later ones show rounding too, which its first steps blow up."""


class Step(NamedTuple):
    """A way to take a gradient step."""

    take: Callable[[Batch], object]
    """Takes one on a minibatch, and returns when it is done."""
    parameters: int
    """How many numbers it trains, of both networks."""


def require_torch() -> None:
    """Raise ImportError if PyTorch is not installed."""
    if importlib.util.find_spec("torch") is None:
        raise ImportError("PyTorch is not installed; install it with: pip install torch")


def make_steps(
    learner: Learner, config: TrainConfig, batch: Batch, compare_plain: bool, with_torch: bool
) -> dict[str, Step]:
    """Return the steps that are compared: ours, and as asked the plain one, and each of these in PyTorch.

    Args:
        learner: Whose weights and normaliser the steps begin with.
        config: Of the run.
        batch: A minibatch on which the steps in PyTorch are compared with the originals.
        compare_plain: Whether there is a plain one, see `plain`.
        with_torch: Whether there are steps in PyTorch.

    Raises:
        RuntimeError: if PyTorch computes something else.
    """
    originals = {OURS: (restarted(learner, config), config)}
    if compare_plain:
        config = plain(config)
        fresh = Learner.initialise(learner.observations.sizes, config, jax.random.key(SEED))
        originals[PLAIN] = fresh._replace(observations=learner.observations), config
    steps = {name: _jax_step(*original) for name, original in originals.items()}
    if with_torch:
        from benchmarks.torch_network import TorchLearner

        for name, (original, its_config) in originals.items():
            copy = TorchLearner(original, its_config)
            check_copy(copy, original, its_config, batch)
            steps[{OURS: TORCH, PLAIN: PLAIN_TORCH}[name]] = Step(copy.step, steps[name].parameters)
    return steps


def restarted(learner: Learner, config: TrainConfig) -> Learner:
    """Return a learner with an optimiser that has not begun."""
    return learner._replace(optimiser=make_optimiser(config).init(eqx.filter(learner.networks, eqx.is_array)))


def _jax_step(learner: Learner, config: TrainConfig) -> Step:
    return Step(lambda batch: jax.block_until_ready(update(learner, batch, config)), parameter_count(learner.networks))


def check_copy(copy: "TorchLearner", learner: Learner, config: TrainConfig, batch: Batch) -> None:
    """Make sure that a copy in PyTorch is the same network and is trained in the same way; trains the copy.

    Raises:
        RuntimeError: if its number of parameters, its outputs for a minibatch, or losses and gradient norms of some
            steps on it are others.
    """
    require_equal("parameters", copy.parameter_count, parameter_count(learner.networks), 0.0)
    names = ("log-probabilities of movement", "log-probabilities of grab and lock", "values")
    for name, found, expected in zip(names, copy.outputs(batch), _outputs(learner, batch), strict=True):
        require_equal(name, found, np.asarray(expected), TOLERANCE)
    for number in range(STEPS_COMPARED):
        learner, expected = update(learner, batch, config)
        for name, found in copy.step(batch).items():
            require_equal(f"{name} of step {number + 1}", found, float(expected[name]), TOLERANCE)


@eqx.filter_jit
def _outputs(learner: Learner, batch: Batch) -> tuple[jax.Array, jax.Array, jax.Array]:
    features = learner.observations(batch.observation)
    distribution, value, _ = learner.networks(features, batch.observation, batch.memories, batch.first)
    return *distribution, value.mean(-1)


def require_equal(name: str, found: float | np.ndarray, expected: float | np.ndarray, tolerance: float) -> None:
    """Raise RuntimeError unless numbers differ by no more than `tolerance`, or by this share where they are above 1."""
    allowed = tolerance * np.maximum(1.0, np.abs(expected))
    difference = np.abs(np.asarray(found) - expected)
    if not (difference <= allowed).all():
        raise RuntimeError(f"{name}: PyTorch's differ by {np.max(difference):.2g}, expected at most {tolerance:g}")
