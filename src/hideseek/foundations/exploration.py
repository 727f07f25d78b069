"""How often to try something else than what seems best."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from hideseek.checks import check_number


@dataclass(frozen=True)
class Epsilon:
    """Chance of a random action, falling linearly from `first` to `last`."""

    first: float = 1.0
    """When learning begins."""
    last: float = 0.05
    """At the end of the fall, and from then on."""
    share: float = 0.5
    """Share of all steps that the fall takes."""

    def __post_init__(self) -> None:
        for name in ("first", "last", "share"):
            check_number(f"{name} of epsilon", getattr(self, name), least=0.0, most=1.0)

    def at(self, progress: float) -> float:
        """Return epsilon after `progress`, 0 to 1, of all steps."""
        fallen = 1.0 if progress >= self.share else progress / self.share
        return self.first + fallen * (self.last - self.first)


def epsilon_greedy(Q: Float[np.ndarray, " action"], epsilon: float, generator: np.random.Generator) -> int:
    """Return any action with chance `epsilon`, else the best, each of equally good ones with equal chance."""
    if generator.random() < epsilon:
        return int(generator.integers(Q.size))
    best = np.flatnonzero(Q.max() == Q)
    return int(best[0] if best.size == 1 else generator.choice(best))
