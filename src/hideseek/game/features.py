"""The numbers that are observed of agents and entities, and the bounds between which they lie. It takes no compiler."""

import math
from typing import NamedTuple

from hideseek.game.sizes import BOX_HALF_SIZE, ELONGATED_HALF_LENGTH

LARGEST_SIZE = 2.0 * max(BOX_HALF_SIZE, ELONGATED_HALF_LENGTH)
"""Of a box, along one axis [m]."""


class Feature(NamedTuple):
    """Numbers that belong together, and between which bounds they lie."""

    width: int
    low: float = -math.inf
    high: float = math.inf


POSITION = Feature(3)
"""x, y, z [m]."""
HEADING = Feature(2, -1.0, 1.0)
"""Cosine and sine of the yaw."""
RAW_YAW = Feature(1)
VELOCITY = Feature(4)
"""Along x, y, z [m/s], and about z [rad/s]."""
SIZE = Feature(3, 0.0, LARGEST_SIZE)
"""Along the body's own axes [m]."""
LOCKS = Feature(3, 0.0, 1.0)
"""Locked by you, by your team, by anybody."""
FLAG = Feature(1, 0.0, 1.0)
SHARE = Feature(1, 0.0, 1.0)
HEALTH = Feature(1, 0.0)
CORNERS = Feature(12)
"""x, y, z of four corners [m]."""
Features = tuple[Feature, ...]
POSE_AND_VELOCITY = POSITION.width + HEADING.width + VELOCITY.width


def width_of(features: Features) -> int:
    """Return how many numbers features are together."""
    return sum(feature.width for feature in features)
