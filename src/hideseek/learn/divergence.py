"""What is known of the minibatch whose loss is not a number."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hideseek.checks import extra_needed
from hideseek.learn.loss import Batch

with extra_needed("train"):
    import jax


def first_diverged(reports: Sequence[Mapping[str, float]]) -> int | None:
    """Return the place of the first report with a number that is not finite; None where all are."""
    return next((i for i, report in enumerate(reports) if not all(map(math.isfinite, report.values()))), None)


def describe(batch: Batch) -> str:
    """Return the range of every array of numbers in a minibatch, and how many of them are not finite."""
    arrays = {"advantage": batch.advantage, "target": batch.target, "log_probability": batch.log_probability}
    arrays |= {f"observation {name}": x for name, x in batch.observation.items()}
    arrays["memories"] = np.concatenate([np.ravel(x) for x in jax.tree.leaves(batch.memories)])
    return ", ".join(_range(name, np.asarray(x)) for name, x in arrays.items() if np.issubdtype(x.dtype, np.floating))


def _range(name: str, values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    text = f"{name} from {finite.min():.3g} to {finite.max():.3g}" if finite.size else name
    missing = values.size - finite.size
    return f"{text} with {missing} of {values.size} not finite" if missing else text
