"""Which chunks of a window are learned from: those that hold a surprise (Cusumano-Towner et al. 2025, algorithm 1).

An advantage is the difference between what came and what the critic expected. Where it is small, there is little to
learn for the policy and for the critic alike.
"""

import numpy as np
from jaxtyping import Bool, Float32, Int

from hideseek.checks import check_array, check_integer, check_number


def chunk_surprise(
    advantage: Float32[np.ndarray, "chunk row step"], trains: Bool[np.ndarray, "chunk row step"]
) -> Float32[np.ndarray, " chunk*row"]:
    """Return the largest |advantage| in each chunk, over the samples that train something; 0 where none does.

    Args:
        advantage: Not normalised, in units of reward.
        trains: Whether a sample trains the policy or the value function.

    Raises:
        TypeError: An argument is of a wrong kind.
        ValueError: `trains` is of another shape.
    """
    check_array("advantage", advantage, ("chunk", "row", "step"), "f")
    check_array("trains", trains, advantage.shape, "b")
    return np.where(trains, np.abs(advantage), np.float32(0.0)).max(-1).ravel()


def surprising_chunks(
    surprise: Float32[np.ndarray, " chunk"], threshold: float, size: int
) -> Int[np.ndarray, " chosen"]:
    """Return the chunks whose surprise reaches a threshold, in order, and as many more as fill the last minibatch.

    Those that fill it are the most surprising of the others. There is one minibatch at least.

    Args:
        surprise: Of each chunk (`chunk_surprise`).
        threshold: In the same unit.
        size: Chunks in a minibatch.

    Raises:
        TypeError: `surprise` is no array of numbers.
        ValueError: `threshold` is negative, or `size` not between 1 and the number of chunks.
    """
    check_array("surprise", surprise, ("chunk",), "f")
    check_number("threshold", threshold, least=0.0)
    check_integer("size", size, 1, len(surprise))
    enough = np.flatnonzero(surprise >= threshold)
    minibatches = max(1, min(-(-len(enough) // size), len(surprise) // size))
    if len(enough) >= minibatches * size:
        return enough
    return np.sort(np.argsort(-surprise, kind="stable")[: minibatches * size])
