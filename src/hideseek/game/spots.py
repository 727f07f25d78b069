"""Spots: places on the floor that are no bodies, as pictures and replays show them."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32


class Spots(NamedTuple):
    """The spots of all worlds: food, or sites to build on."""

    place: Float32[np.ndarray, "world spot 3"]
    """x, y, z [m]."""
    share: Float32[np.ndarray, "world spot"]
    """What there is of each: 1 for a whole food or a site, 0 where there is nothing."""

    def of_world(self, w: int) -> "Spots":
        """Return the spots of one world alone."""
        return Spots(self.place[w : w + 1], self.share[w : w + 1])
