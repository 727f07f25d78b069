"""Self-play against the past: the worlds in which a policy of the pool plays one team, and how these matches end."""

from itertools import pairwise
from typing import get_args

import numpy as np
from jaxtyping import Bool, Float32

from hideseek.checks import check_choice, check_instance, check_integer, extra_needed
from hideseek.game.config import Game, check_game
from hideseek.learn.config import OpponentChoice
from hideseek.learn.pool import OpponentPool
from hideseek.learn.state import check_field
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Observation, Policy, act

with extra_needed("train"):
    import jax

SEATS = 4
"""Past policies that play at a time, at most: every other one plays the hiders."""


class Seat:
    """A past policy in some of the worlds, one team of which it plays."""

    def __init__(self, plays_hiders: bool, worlds: slice, seen: slice) -> None:
        self.plays_hiders = plays_hiders
        self.worlds = worlds
        """Where it plays."""
        self.seen = seen
        """What it is evaluated for: these and perhaps others, so that all seats have batches of one size."""
        self.member = -1
        """Iteration at which it was taken; -1 until the first one is drawn."""
        self.policy: Policy | None = None
        self.memory: Memory | None = None


class Opponents:
    """Acts for one team in the first worlds of the batch, with policies drawn from the pool.

    The paper lets a team act with a past policy in 5 % of the episodes. Here 5 % of the worlds do so in every episode:
    the same share, and past policies are evaluated for these alone. All their episodes begin together: then a policy is
    drawn for each of a few seats. Each episode is a match that rates both.

    With the choice `losses` a policy is drawn in proportion to (1 - p)^2, where p is the probability that the current
    one beats it according to the ratings: a team that forgets how to deal with somebody meets them again.
    """

    def __init__(
        self, pool: OpponentPool, game: Game, world_count: int, seed: int, choice: OpponentChoice = "uniform"
    ) -> None:
        check_instance("pool", pool, OpponentPool, "an OpponentPool")
        check_game(game)
        check_integer("world_count", world_count, 0)
        check_integer("seed", seed, 0, 2**32 - 1)
        check_choice("choice", choice, get_args(OpponentChoice))
        self._pool, self._seed, self._choice = pool, seed, choice
        self._is_hider = np.arange(game.agents) < game.hiders
        self.world_count = world_count if 0 < game.hiders < game.agents else 0
        self._seats = _seats(self.world_count)
        self._hiders_return = np.zeros(self.world_count)

    def override(
        self,
        actions: list[np.ndarray],
        observation: Observation,
        first: Bool[np.ndarray, " world"],
        current: Policy,
        key: jax.Array,
        step: int,
    ) -> Bool[np.ndarray, "world agent"]:
        """Put the past policies' choices into `actions`, each [world, agent, ...]; return whose they now are.

        Args:
            actions: Movement, grab and lock of all agents by the current policy.
            observation: Of all worlds.
            first: Whether an episode begins.
            current: The current policy, which lends its structure to those of the pool.
            key: Randomness of the past policies' choices.
            step: Number of the step in the run.
        """
        past = np.zeros((len(first), len(self._is_hider)), bool)
        if self.world_count and first[0] and self._pool.members:
            self._draw(step, current)
        for number, seat in enumerate(self._seats):
            if seat.policy is None or seat.memory is None:
                continue
            choices, seat.memory = act(
                seat.policy,
                {name: x[seat.seen] for name, x in observation.items()},
                seat.memory.reset_where(first[seat.seen, None]),
                jax.random.fold_in(key, number),
            )
            past[seat.worlds] = team = seat.plays_hiders == self._is_hider
            own = slice(seat.worlds.start - seat.seen.start, seat.worlds.stop - seat.seen.start)
            for chosen, choice in zip(actions, choices, strict=True):
                chosen[seat.worlds, team] = np.asarray(choice)[own, team]
        return past

    def record(
        self,
        reward: Float32[np.ndarray, "world agent"],
        done: Bool[np.ndarray, " world"],
        preparation: Bool[np.ndarray, " world"],
    ) -> None:
        """Take in what came of a step, and rate both sides of each match that ended with it.

        Args:
            reward: Of all worlds.
            done: Whether the episode ended.
            preparation: Whether the step was one of preparation, whose rewards do not count.
        """
        count = self.world_count
        self._hiders_return += np.where(preparation[:count], 0.0, reward[:count, self._is_hider].sum(1))
        for seat in self._seats:
            if seat.member >= 0:
                for world in np.arange(count)[seat.worlds][done[seat.worlds]]:
                    self._pool.ratings.record(seat.member, seat.plays_hiders, float(self._hiders_return[world]))
        self._hiders_return = np.where(done[:count], 0.0, self._hiders_return)

    def _draw(self, step: int, template: Policy) -> None:
        """Draw the policies that play the episodes that begin."""
        generator = np.random.default_rng([self._seed, step])
        for seat in self._seats:
            member = generator.choice(self._pool.members, p=self._probabilities(seat.plays_hiders))
            self._sit(seat, int(member), template)
            seat.memory = template.initial_memory(seat.seen.stop - seat.seen.start, len(self._is_hider))

    def _probabilities(self, as_hiders: bool) -> np.ndarray:
        """Return how likely each member of the pool is to be drawn for a seat."""
        members = self._pool.members
        if self._choice == "uniform":
            return np.full(len(members), 1.0 / len(members))
        losses = np.array([1.0 - self._pool.ratings.win_probability(member, as_hiders) for member in members])
        return losses**2 / (losses**2).sum()

    def _sit(self, seat: Seat, member: int, template: Policy) -> None:
        if seat.member != member:
            seat.member, seat.policy = member, self._pool.load(member, template)

    def delete_strays(self) -> None:
        """Delete the files of past policies that neither play nor are members of the pool."""
        self._pool.delete_strays([seat.member for seat in self._seats])

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened."""
        state: dict[str, np.ndarray] = {"members": np.array([seat.member for seat in self._seats], np.int64)}
        state["hiders_return"] = self._hiders_return.copy()
        for number, seat in enumerate(self._seats):
            if seat.memory is not None:
                state |= {f"memory{number}/{name}": np.asarray(x) for name, x in seat.memory._asdict().items()}
        return state

    def set_state(self, state: dict[str, np.ndarray], template: Policy) -> None:
        """Put back what `get_state` returned; the pool has to have its members already.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        check_field("opponents' state", state, "members", (len(self._seats),), "i")
        check_field("opponents' state", state, "hiders_return", self._hiders_return.shape, "f")
        size = template.actor.tower.memory_size
        for number, (seat, member) in enumerate(zip(self._seats, state["members"].tolist(), strict=True)):
            if member >= 0:
                names = [f"memory{number}/{name}" for name in Memory._fields]
                for name in names:
                    check_field(
                        "opponents' state",
                        state,
                        name,
                        (seat.seen.stop - seat.seen.start, len(self._is_hider), size),
                        "f",
                    )
                self._sit(seat, member, template)
                seat.memory = Memory(*(state[name] for name in names))
        self._hiders_return = state["hiders_return"]


def _seats(world_count: int) -> list[Seat]:
    """Return seats for all worlds, every other one for hiders, with batches of one size."""
    count = min(SEATS, world_count)
    size = -(-world_count // max(count, 1))
    bounds = np.linspace(0, world_count, count + 1).astype(int).tolist()
    return [
        Seat(
            number % 2 == 0,
            slice(start, stop),
            slice(min(start, world_count - size), min(start, world_count - size) + size),
        )
        for number, (start, stop) in enumerate(pairwise(bounds))
    ]
