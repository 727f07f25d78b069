"""Starts from states that play has visited: kept diverse, drawn where the value function is unsure or still changes.

They know nothing of doors or ramps: what is worth starting from is told by the critic alone (after Chen et al. 2021,
"Variational automatic curriculum learning", and 2023, "SACL").
"""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float

from hideseek.checks import check_integer
from hideseek.learn.state import check_field, prefixed, under

NOT_KEPT = ("random_key", "random_counter", "episode")
"""Fields of a state that stay those of the world that begins in it: its random stream runs on."""
LOCK_DISTANCE = 1.0
"""A lock more or less makes two states as different as a body does that is this far away [m]."""
EPISODE_DISTANCE = 2.0
"""So does the clock, from the beginning of an episode to its end [m]."""
EVERYWHERE = 0.1
"""Share of the starts that are drawn from all states alike."""

State = Mapping[str, np.ndarray]
ValueSpread = Callable[[State], tuple[Float[np.ndarray, " state"], Float[np.ndarray, " state"]]]
"""From observations [state, agent, ...] to the value, and the spread of the value heads, of each state."""


class VisitedStates:
    """At most `size` states of single worlds, with what was observed in them.

    Once they are that many, a new one takes the place of the one that is closest to another, unless it is closer still
    to one of them: what stays is far apart. Distances are those of all bodies' places, of locks and of the clock.

    Attributes:
        count: states that there are.
    """

    def __init__(self, size: int, horizon: int) -> None:
        """Take the most states, and the steps of an episode."""
        check_integer("size", size, 2)
        check_integer("horizon", horizon, 1)
        self._size, self._horizon = size, horizon
        self.count = 0
        self._states: dict[str, np.ndarray] = {}
        self._observations: dict[str, np.ndarray] = {}
        self._features = np.zeros((size, 0), np.float32)
        self._apart = np.full(size, np.inf, np.float32)
        """Distance from each state to the closest other [m]."""
        self._value = np.zeros(size)
        self._learnable = np.ones(size)
        """Of states whose value has not been looked at, as if much could be learned from them."""
        self._is_known = np.zeros(size, bool)

    def offer(self, states: State, observations: State) -> None:
        """Take in states [state, ...] with their observations [state, agent, ...], where they add something."""
        features = self._as_features(states)
        if not self._states:
            self._allocate(states, observations, features)
        for row, feature in enumerate(features):
            place = self._place(feature)
            if place is not None:
                for kept, new in ((self._states, states), (self._observations, observations)):
                    for name, array in kept.items():
                        array[place] = new[name][row]

    def _allocate(self, states: State, observations: State, features: np.ndarray) -> None:
        def empty(arrays: State) -> dict[str, np.ndarray]:
            return {
                name: np.zeros((self._size, *x.shape[1:]), x.dtype)
                for name, x in arrays.items()
                if name not in NOT_KEPT
            }

        self._states, self._observations = empty(states), empty(observations)
        self._features = np.zeros((self._size, features.shape[1]), np.float32)

    def _as_features(self, states: State) -> np.ndarray:
        """Return places, locks and clocks as coordinates [state, coordinate]: their distance is that of the states."""
        count = len(states["step"])
        places = states["pose"][:, :, :3].reshape(count, -1)
        locks = LOCK_DISTANCE * states["locked"].reshape(count, -1)
        clock = EPISODE_DISTANCE * states["step"][:, None] / self._horizon
        return np.concatenate([places, locks, clock], 1).astype(np.float32)

    def _place(self, feature: np.ndarray) -> int | None:
        """Return where a new state goes, with all distances as they are then; None where it adds nothing."""
        count = self.count
        distance = np.sqrt(np.square(self._features[:count] - feature).sum(1))
        if count < self._size:
            place = self.count
            self.count += 1
        else:
            place = int(self._apart.argmin())
            if distance.min() <= self._apart[place]:
                return None
            distance[place] = np.inf
        self._features[place] = feature
        self._apart[:count] = np.minimum(self._apart[:count], distance)
        self._apart[place] = distance.min(initial=np.inf)
        self._value[place], self._learnable[place], self._is_known[place] = 0.0, 1.0, False
        return place

    def look_again(self, spread: ValueSpread) -> None:
        """Work out anew what can be learned from each state: the spread of its value, and how much it has changed."""
        if not self.count:
            return
        there = slice(0, self.count)
        value, deviation = spread({name: x[there] for name, x in self._observations.items()})
        change = np.where(self._is_known[there], np.abs(value - self._value[there]), 0.0)
        self._value[there], self._learnable[there], self._is_known[there] = value, deviation + change, True

    def draw(self, generator: np.random.Generator) -> int:
        """Return the number of a state, drawn in proportion to what can be learned from it."""
        learnable = self._learnable[: self.count] + 1e-9
        share = EVERYWHERE / self.count + (1.0 - EVERYWHERE) * learnable / learnable.sum()
        return int(generator.choice(self.count, p=share))

    def put(self, number: int, states: State, row: int) -> None:
        """Copy a state into row `row` of others; the random stream there stays."""
        for name, array in self._states.items():
            states[name][row] = array[number]

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened."""
        there = slice(0, self.count)
        return {
            "features": self._features[there].copy(),
            "apart": self._apart[there].copy(),
            "value": self._value[there].copy(),
            "learnable": self._learnable[there].copy(),
            "is_known": self._is_known[there].copy(),
            **prefixed("state/", {name: x[there].copy() for name, x in self._states.items()}),
            **prefixed("observation/", {name: x[there].copy() for name, x in self._observations.items()}),
        }

    def set_state(self, state: State) -> None:
        """Put back what `get_state` returned.

        Raises:
            TypeError, ValueError: An array is missing, or they are not of equally many states, `size` at most.
        """
        title = "state of visited states"
        check_field(title, state, "value", ("state",), "f")
        count = len(state["value"])
        check_integer("number of visited states", count, 0, self._size)
        check_field(title, state, "features", (count, "coordinate"), "f")
        for name, kind in (("apart", "f"), ("learnable", "f"), ("is_known", "b")):
            check_field(title, state, name, (count,), kind)
        self.count = 0
        kept = {}
        for prefix in ("state/", "observation/"):
            kept[prefix] = under(prefix, state)
            if any(len(x) != count for x in kept[prefix].values()):
                raise ValueError(f"visited states have a {prefix.rstrip('/')} of another number, expected {count}")
        if count:
            self._allocate(kept["state/"], kept["observation/"], state["features"])
            for target, source in ((self._states, kept["state/"]), (self._observations, kept["observation/"])):
                for name, array in target.items():
                    array[:count] = source[name]
            self._features[:count] = state["features"]
        self._apart[:] = np.inf
        self._apart[:count], self._is_known[:count] = state["apart"], state["is_known"]
        self._value[:count], self._learnable[:count] = state["value"], state["learnable"]
        self.count = count
