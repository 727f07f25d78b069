"""What is logged of every iteration, against numbers worked out by hand."""

import math
from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.game.statistics import STATISTIC_NAMES
from hideseek.learn.metrics import explained_variance, value_metrics
from hideseek.learn.phases import PHASES
from hideseek.policy.distribution import ACTION_HEADS, ActionDistribution
from hideseek.policy.normaliser import Moments
from tests.learn.toy import start_run
from tests.refusal import assert_refused

RNG = np.random.default_rng(0)
TARGET = RNG.normal(size=(2, 3, 5)).astype(np.float32)
EVERYTHING = np.ones(TARGET.shape, bool)
MOMENTS = Moments(1).updated(np.array([[1.0], [5.0]], np.float32), None, 0.5)
"""Mean 3, deviation 2."""
RETURN = 3.0 + 2.0 * TARGET

COUNTERS = {"iteration", "seconds", "episodes", "agent_steps"}
EPISODE = {"hider_return", "seeker_return", "hidden", *STATISTIC_NAMES}
LOSS = {"total", "policy", "value", "gradient_norm"}
POLICY = {"entropy", "kl", "clip_fraction", *(f"entropy_{head}" for head in ACTION_HEADS)}
VALUE = {"mean", "deviation", "explained_variance"}
SPEED = {"agent_steps_per_second", "episodes_per_second"}
GROUPS = {"episode": EPISODE, "loss": LOSS, "policy": POLICY, "value": VALUE, "speed": SPEED, "time": set(PHASES)}


@pytest.mark.parametrize(
    ("value", "explained"),
    [
        (RETURN, 1.0),
        (np.full_like(RETURN, 7.0), 0.0),
        (RETURN + 7.0, 1.0),
        (RETURN - 0.5 * (RETURN - RETURN.mean()), 0.75),
        (2.0 * RETURN.mean() - RETURN, -3.0),
    ],
    ids=["all", "a constant", "all but a constant", "half the spread", "the opposite"],
)
def test_explained_variance(value: np.ndarray, explained: float):
    """1 minus the share of the targets' variance that is left, in the units of the reward."""
    metrics = value_metrics(value, TARGET, EVERYTHING, MOMENTS)
    assert metrics["value/explained_variance"] == pytest.approx(explained, abs=1e-5)
    assert (metrics["value/mean"], metrics["value/deviation"]) == pytest.approx((3.0, 2.0))


@pytest.mark.parametrize(("noise", "explained"), [(0.0, 1.0), (1.0, 0.0)])
def test_all_is_explained_but_for_a_constant(noise: float, explained: float):
    """All of it by values that are right but for a constant, none by a constant; nothing is there to explain in one."""
    came = np.random.default_rng(0).normal(size=50)
    assert explained_variance(3.0 + (1.0 - noise) * came, came) == pytest.approx(explained)
    assert explained_variance(came, np.ones(50)) is None


def test_samples_that_do_not_count_stay_out_of_the_explained_variance():
    """Poisoned ones change nothing; where none counts, or all targets are equal, nothing is known."""
    counted = EVERYTHING.copy()
    counted[0, 0] = False
    poisoned = np.where(counted, RETURN, 1e9).astype(np.float32)
    assert value_metrics(poisoned, TARGET, counted, MOMENTS)["value/explained_variance"] == pytest.approx(1.0)
    assert "value/explained_variance" not in value_metrics(RETURN, TARGET, ~EVERYTHING, MOMENTS)
    assert "value/explained_variance" not in value_metrics(RETURN, np.zeros_like(TARGET), EVERYTHING, MOMENTS)


def test_bad_input_to_the_explained_variance():
    """Another shape, another kind, no normaliser."""
    refuse = lambda *arguments: lambda: value_metrics(*arguments)  # noqa: E731
    assert_refused(refuse(RETURN, TARGET[0], EVERYTHING, MOMENTS), ValueError, r"target has shape \(3, 5\), expected")
    assert_refused(refuse(RETURN, TARGET, TARGET, MOMENTS), TypeError, "trains_value is of type float32")
    assert_refused(refuse(RETURN, TARGET, EVERYTHING, None), TypeError, "normaliser is None, expected Moments")


def test_entropies_of_the_heads_add_up():
    """One certain, one even choice among the others: each head's own entropy, and their sum."""
    logits = np.zeros((2, 37), np.float32)
    logits[:, 0] = 1e4  # the force along x is certain
    distribution = ActionDistribution.from_logits(jax.numpy.asarray(logits))
    expected = [0.0, math.log(11), math.log(11), math.log(2), math.log(2)]
    np.testing.assert_allclose(distribution.head_entropies(), [expected, expected], rtol=1e-5)
    np.testing.assert_allclose(distribution.entropy(), sum(expected), rtol=1e-5)


def test_every_iteration_logs_all_of_it(tmp_path: Path):
    """Names by group, and the relations that hold between them."""
    trainer = start_run(tmp_path)
    for _ in range(2):
        metrics = trainer.iterate()
    assert metrics.keys() >= COUNTERS
    for group, names in GROUPS.items():
        assert {name.removeprefix(f"{group}/") for name in metrics if name.startswith(f"{group}/")} == names
    heads = sum(metrics[f"policy/entropy_{head}"] for head in ACTION_HEADS)
    assert metrics["policy/entropy"] == pytest.approx(heads, rel=1e-5)
    config = trainer.config
    parts = metrics["loss/policy"] + config.value_weight * metrics["loss/value"] - config.entropy_weight * heads
    assert metrics["loss/total"] == pytest.approx(parts, rel=1e-4)
    assert metrics["value/deviation"] == float(trainer.learner.values.deviation[0])
    assert metrics["value/explained_variance"] < 1.0
    assert 0.0 <= metrics["policy/clip_fraction"] <= 1.0
    # Windows of 20 steps hold two episodes of 10 in each of 32 worlds with two agents.
    rates = metrics["speed/agent_steps_per_second"], metrics["speed/episodes_per_second"]
    assert rates[0] / rates[1] == pytest.approx(10 * 2)
    assert sum(metrics[f"time/{phase}"] for phase in PHASES) <= 1.0
