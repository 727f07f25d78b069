"""Statistics of behaviour per episode (Baker et al. 2019, section 4): how far objects were moved, how many are locked.

They are sampled at one moment: displacement is the distance from the start then, not the largest that there ever was.
"""

import math

import numpy as np
from jaxtyping import Float32

from hideseek.game.config import GameParams
from hideseek.game.state import STATISTICS, Record
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.state import Bodies, Counts

STATISTIC_NAMES = tuple(f"{name}_prep" for name in STATISTICS) + STATISTICS
"""Names of what `write_statistics` writes."""
MAX_BOX_MOVE, NUM_BOX_LOCK, MAX_RAMP_MOVE, NUM_RAMP_LOCK = range(len(STATISTICS))


@entry_kernel
def start_statistics(bodies: Bodies, record: Record, counts: Counts, w: int) -> None:
    """Begin an episode in world `w`: remember where the objects are, forget the last preparation."""
    for item in range(record.start_position.shape[1]):
        for k in range(3):
            record.start_position[w, item, k] = bodies.pose[w, counts.agent + item, k]
    for k in range(record.preparation_statistics.shape[1]):
        record.preparation_statistics[w, k] = 0.0


@entry_kernel
def sample_preparation(params: GameParams, bodies: Bodies, record: Record, counts: Counts, w: int) -> None:
    """Sample world `w` into `record.preparation_statistics` if preparation ended with the step just made.

    Expects `record.step` to count that step. With `original_quirks` the sample is taken one step later.
    """
    moment = params.preparation_steps + (1 if params.original_quirks else 0)
    if record.step[w] == moment:
        _sample(bodies, record, counts, record.preparation_statistics, w, 0)


@entry_kernel
def write_statistics(
    bodies: Bodies, record: Record, counts: Counts, statistics: Float32[np.ndarray, "world statistic"], w: int
) -> None:
    """Write world `w`'s statistics into `statistics[w]`, shape [2 x statistic]: at the end of preparation, then now."""
    offset = record.preparation_statistics.shape[1]
    for k in range(offset):
        statistics[w, k] = record.preparation_statistics[w, k]
    _sample(bodies, record, counts, statistics, w, offset)


@kernel
def _sample(bodies, record, counts, out, w, offset):
    """Write the current values into `out[w, offset:]`."""
    items = counts.box + counts.ramp
    out[w, offset + MAX_BOX_MOVE] = _largest_move(bodies, record, counts, w, 0, counts.box)
    out[w, offset + NUM_BOX_LOCK] = _locked_count(bodies, w, 0, counts.box)
    out[w, offset + MAX_RAMP_MOVE] = _largest_move(bodies, record, counts, w, counts.box, items)
    out[w, offset + NUM_RAMP_LOCK] = _locked_count(bodies, w, counts.box, items)


@kernel
def _largest_move(bodies, record, counts, w, first, end):
    """Return the largest displacement among objects `first` .. `end` - 1 [m]."""
    largest = 0.0
    for item in range(first, end):
        body = counts.agent + item
        if bodies.exists[w, body]:
            squared = 0.0
            for k in range(3):
                squared += (bodies.pose[w, body, k] - record.start_position[w, item, k]) ** 2
            largest = max(largest, math.sqrt(squared))
    return largest


@kernel
def _locked_count(bodies, w, first, end):
    """Return how many of objects `first` .. `end` - 1 are locked."""
    count = 0
    for item in range(first, end):
        count += 1 if bodies.locked[w, item] else 0
    return count
