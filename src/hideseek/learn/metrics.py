"""How good the critic is, for the log."""

import numpy as np
from jaxtyping import Bool, Float, Float32

from hideseek.checks import check_array, check_instance
from hideseek.policy.normaliser import Moments


def value_metrics(
    value: Float32[np.ndarray, "*batch"],
    target: Float32[np.ndarray, "*batch"],
    trains_value: Bool[np.ndarray, "*batch"],
    normaliser: Moments,
) -> dict[str, float]:
    """Return how well the values that were expected explain what came, and where the value normaliser stands.

    Args:
        value: Expected return of each sample, in units of reward.
        target: What the value function is trained on, in units of the normaliser.
        trains_value: Which samples count.
        normaliser: Mean and deviation of the targets, in units of reward.

    Returns:
        `value/mean` and `value/deviation`, the normaliser's, and `value/explained_variance`: 1 where the values equal
        the targets, 0 where they say no more than a constant. It is left out where the targets do not vary.

    Raises:
        TypeError: An argument is of a wrong kind.
        ValueError: The arrays are of different shapes.
    """
    check_instance("normaliser", normaliser, Moments, "Moments")
    check_array("value", value, np.shape(value), "f")
    check_array("target", target, value.shape, "f")
    check_array("trains_value", trains_value, value.shape, "b")
    mean, deviation = float(normaliser.mean[0]), float(normaliser.deviation[0])
    metrics = {"value/mean": mean, "value/deviation": deviation}
    explained = explained_variance(value[trains_value], mean + deviation * target[trains_value].astype(np.float64))
    if explained is not None:
        metrics["value/explained_variance"] = explained
    return metrics


def explained_variance(value: Float[np.ndarray, " sample"], came: Float[np.ndarray, " sample"]) -> float | None:
    """Return 1 - Var(came - value) / Var(came), or None where what came does not vary."""
    spread = came.var() if came.size else 0.0
    return float(1.0 - (came - value).var() / spread) if spread > 0.0 else None
