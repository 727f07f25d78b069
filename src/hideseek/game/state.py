"""What the rules remember of each world between steps, as arrays that lead with the world."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int32, Int64, UInt64

from hideseek.sim.state import Counts


class Record(NamedTuple):
    """The rules' memory of all worlds."""

    step: Int32[np.ndarray, " world"]
    """Environment steps since the episode began."""
    episode: Int64[np.ndarray, " world"]
    """Episodes begun in this world, the current one included."""
    random_key: UInt64[np.ndarray, " world"]
    random_counter: UInt64[np.ndarray, " world"]
    """The world's own random stream (`game/random_stream.py`)."""
    lock_owner: Int32[np.ndarray, "world object"]
    """The last agent that locked the object; 0 at the start, kept after unlocking."""
    sees_agent: Bool[np.ndarray, "world agent agent"]
    """[viewer, target], the diagonal True; as of the last observation."""
    sees_object: Bool[np.ndarray, "world agent object"]
    start_position: Float32[np.ndarray, "world object 3"]
    """Where each object was when the episode began."""
    preparation_statistics: Float32[np.ndarray, "world statistic"]
    """Statistics of the current episode sampled at the end of preparation (names in `game/statistics.py`)."""


STATISTICS = ("max_box_move", "num_box_lock", "max_ramp_move", "num_ramp_lock")
"""Tracked per episode, at the end of preparation (suffix `_prep`) and at the end of the episode."""


def allocate_record(world_count: int, counts: Counts) -> Record:
    """Return zeroed arrays for `world_count` worlds."""
    w = world_count
    return Record(
        step=np.zeros(w, np.int32),
        episode=np.zeros(w, np.int64),
        random_key=np.zeros(w, np.uint64),
        random_counter=np.zeros(w, np.uint64),
        lock_owner=np.zeros((w, counts.object), np.int32),
        sees_agent=np.zeros((w, counts.agent, counts.agent), np.bool_),
        sees_object=np.zeros((w, counts.agent, counts.object), np.bool_),
        start_position=np.zeros((w, counts.object, 3), np.float32),
        preparation_statistics=np.zeros((w, len(STATISTICS)), np.float32),
    )
