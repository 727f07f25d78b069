"""Self-play against the past: the worlds in which a policy of the pool plays one team, and how these matches end."""

import numpy as np
from jaxtyping import Bool, Float32

from hideseek.checks import check_array, check_instance, check_integer, extra_needed
from hideseek.game.config import Game, check_game
from hideseek.learn.pool import OpponentPool
from hideseek.policy.layers import Memory
from hideseek.policy.policy import Observation, Policy, act

with extra_needed("train"):
    import jax


class Opponents:
    """Acts for one team in the first worlds of the batch, with a policy drawn from the pool.

    The paper lets a team act with a past policy in 5 % of the episodes. Here 5 % of the worlds do so in every episode:
    the same share, and the past policy is evaluated for these alone. All their episodes have to begin together: one
    policy is drawn for all, and which team it plays is drawn for each. Each episode is a match that rates both.
    """

    def __init__(self, pool: OpponentPool, game: Game, world_count: int, seed: int) -> None:
        check_instance("pool", pool, OpponentPool, "an OpponentPool")
        check_game(game)
        check_integer("world_count", world_count, 0)
        check_integer("seed", seed, 0, 2**32 - 1)
        self._pool, self._seed = pool, seed
        self._is_hider = np.arange(game.agents) < game.hiders
        self.world_count = world_count if 0 < game.hiders < game.agents else 0
        self._policy: Policy | None = None
        self._memory: Memory | None = None
        self._member = -1
        self._plays_hiders = np.zeros(self.world_count, bool)
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
        """Put the past policy's choices into `actions`, each [world, agent, ...]; return whose they now are.

        Args:
            actions: Movement, grab and lock of all agents by the current policy.
            observation: Of all worlds.
            first: Whether an episode begins.
            current: The current policy, which lends its structure to those of the pool.
            key: Randomness of the past policy's choices.
            step: Number of the step in the run.
        """
        count = self.world_count
        past = np.zeros((len(first), len(self._is_hider)), bool)
        if count and first[0] and self._pool.members:
            self._draw(step, current)
        if self._policy is None or self._memory is None:
            return past
        self._memory = self._memory.reset_where(first[:count, None])
        choices, self._memory = act(
            self._policy, {name: x[:count] for name, x in observation.items()}, self._memory, key
        )
        past[:count] = self._plays_hiders[:, None] == self._is_hider
        for chosen, choice in zip(actions, choices, strict=True):
            chosen[past] = np.asarray(choice)[past[:count]]
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
        if self._policy is None:
            return
        count = self.world_count
        self._hiders_return += np.where(preparation[:count], 0.0, reward[:count, self._is_hider].sum(1))
        for world in np.flatnonzero(done[:count]):
            hides = bool(self._plays_hiders[world])
            self._pool.ratings.record(self._member, hides, float(self._hiders_return[world]))
        self._hiders_return[done[:count]] = 0.0

    def _draw(self, step: int, template: Policy) -> None:
        """Draw the policy and the teams of the episodes that begin."""
        generator = np.random.default_rng([self._seed, step])
        self._member = int(generator.choice(self._pool.members))
        self._policy = self._pool.load(self._member, template)
        self._memory = self._policy.initial_memory(self.world_count, len(self._is_hider))
        self._plays_hiders = generator.random(self.world_count) < 0.5

    def delete_strays(self) -> None:
        """Delete the files of past policies that neither play nor are members of the pool."""
        self._pool.delete_strays(self._member)

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened."""
        state = {"member": np.asarray(self._member), "plays_hiders": self._plays_hiders}
        state["hiders_return"] = self._hiders_return.copy()
        if self._memory is not None:
            state |= {f"memory/{name}": np.asarray(x) for name, x in self._memory._asdict().items()}
        return state

    def set_state(self, state: dict[str, np.ndarray], template: Policy) -> None:
        """Put back what `get_state` returned; the pool has to have its members already.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        expected: dict[str, tuple[tuple[int | str, ...], str]] = {
            "member": ((), "i"),
            "plays_hiders": (self._plays_hiders.shape, "b"),
            "hiders_return": (self._hiders_return.shape, "f"),
        }
        if int(state.get("member", -1)) >= 0:
            shape = (self.world_count, len(self._is_hider), template.actor.tower.memory_size)
            expected |= {f"memory/{name}": (shape, "f") for name in Memory._fields}
        for name, (shape, kind) in expected.items():
            if name not in state:
                raise ValueError(f"opponents' state lacks {name}, expected all that get_state returns")
            check_array(f"opponents' state field {name}", state[name], shape, kind)
        self._member = int(state["member"])
        self._plays_hiders = state["plays_hiders"]
        self._hiders_return = state["hiders_return"]
        if self._member >= 0:
            self._policy = self._pool.load(self._member, template)
            self._memory = Memory(state["memory/hidden"], state["memory/cell"])
