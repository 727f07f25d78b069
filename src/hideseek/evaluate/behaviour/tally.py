"""What is kept of each world's episode while it is observed, as columns of numbers."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32

from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.state import Bodies, Counts

COLUMNS = (
    "observed", "samples", "sheltered", "sheltered_fixed", "doors", "doors_fixed",
    "sheltered_prep", "sheltered_fixed_prep", "doors_prep", "doors_fixed_prep", "ramps_away", "boxes_locked",
    "ramp_use", "over_wall", "surfed", "forced",
    "distance", "approach", "approach_steps", "flight", "flight_steps", "far",
    "unseen", "behind_wall", "behind_object",
)  # fmt: skip
(
    OBSERVED, SAMPLES, SHELTERED, SHELTERED_FIXED, DOORS, DOORS_FIXED,
    SHELTERED_PREP, SHELTERED_FIXED_PREP, DOORS_PREP, DOORS_FIXED_PREP, RAMPS_AWAY, BOXES_LOCKED,
    RAMP_USE, OVER_WALL, SURFED, FORCED,
    DISTANCE, APPROACH, APPROACH_STEPS, FLIGHT, FLIGHT_STEPS, FAR,
    UNSEEN, BEHIND_WALL, BEHIND_OBJECT,
) = range(len(COLUMNS))  # fmt: skip
"""Columns of `Tally.sums`."""


class Tally(NamedTuple):
    """What is kept of the current episode of each world; all zero before its first step."""

    sums: Float32[np.ndarray, "world column"]
    """See `COLUMNS`: what is added up over the episode, and what was found at the end of preparation."""
    previous: Float32[np.ndarray, "world body 3"]
    """Where each body was after the step before [m]."""
    climbing: Float32[np.ndarray, "world agent"]
    """1 for an agent that went up a ramp and has not been on the floor since."""
    work: Float32[np.ndarray, "world box agent"]
    """How far each hider moved each box [m]."""


def allocate_tally(world_count: int, counts: Counts) -> Tally:
    """Return zeroed arrays for `world_count` worlds."""
    w = world_count
    return Tally(
        sums=np.zeros((w, len(COLUMNS)), np.float32),
        previous=np.zeros((w, counts.body, 3), np.float32),
        climbing=np.zeros((w, counts.agent), np.float32),
        work=np.zeros((w, counts.box, counts.agent), np.float32),
    )


@kernel
def clear(tally: Tally, bodies: Bodies, w: int) -> None:
    """Begin an episode in world `w`, with the bodies where they are now."""
    for column in range(tally.sums.shape[1]):
        tally.sums[w, column] = 0.0
    for agent in range(tally.climbing.shape[1]):
        tally.climbing[w, agent] = 0.0
        for box in range(tally.work.shape[1]):
            tally.work[w, box, agent] = 0.0
    remember(tally, bodies, w)


@inline_kernel
def remember(tally: Tally, bodies: Bodies, w: int) -> None:
    """Keep where the bodies of world `w` are, for the next step."""
    for body in range(tally.previous.shape[1]):
        for k in range(3):
            tally.previous[w, body, k] = bodies.pose[w, body, k]
