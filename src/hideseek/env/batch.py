"""The batched environment: NumPy in, NumPy out, one call steps every world."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float32, Integer, UInt8

from hideseek.checks import check_array, check_choice, check_fits_memory, check_flag, check_integer, shown
from hideseek.env.state_access import check_state, read_state, world_index, write_state
from hideseek.game.config import MOVEMENT_BUCKETS, Game, check_game
from hideseek.game.layout.build import BUILD_TRIES, check_buildable
from hideseek.game.layout.scratch import allocate_layout_scratch
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.options import NoExtras
from hideseek.game.observe import allocate_observation, observation_spec
from hideseek.game.play import (
    allocate_outcome,
    judge,
    look,
    look_at_entities,
    observe,
    observe_entities,
    restart,
    simulate,
)
from hideseek.game.random_stream import LARGEST_SEED, seed_streams
from hideseek.game.state import allocate_record
from hideseek.machine import available_processors
from hideseek.sim.state import Bodies, allocate_bodies
from hideseek.sim.workspace import allocate_workspaces

if TYPE_CHECKING:
    from gymnasium import spaces

PHASES = ("physics", "rules", "reset", "sensing")
StepResult = tuple[
    dict[str, np.ndarray], Float32[np.ndarray, "world agent"], Bool[np.ndarray, " world"], dict[str, np.ndarray]
]
"""Observation, reward, done and info."""
INFO = ("hidden", "preparation", "terminated", "statistics", "metrics")
"""What `info` has of a step."""
RENDER_VIEWS = ("oblique", "top")
"""From where `render` shows a world: obliquely (640 x 480 pixels), or straight from above (480 wide)."""


def bytes_per_world(game: Game) -> int:
    """Return how much memory a batch takes for each of its worlds [byte]."""
    counts = game.counts
    metrics = len(game.objective.metric_names)
    one = allocate_bodies(1, counts), allocate_record(1, counts), allocate_outcome(1, counts, metrics)
    one = (*one, game.objective.allocate_extras(1, counts))
    return sum(array.nbytes for part in (*one, allocate_observation(1, game)) for array in part)


class HideAndSeek:
    """`world_count` worlds of one game, each with its own random stream, stepped together.

    World i with seed s is the same in a batch of any size and on any number of threads. An episode lasts the game's
    horizon; a world whose episode ends is reset within the same step, or left at its end where `autoreset` is off.

    Attributes:
        game: the game.
        world_count: number of worlds.
        thread_count: number of threads.
        observation_spec: shape (without the world) and dtype of each observation.
        bodies, record, extras: the state of all worlds, `extras` what the objective remembers (read it freely, change
            it through `set_state`).
        seconds: time spent so far in each of `PHASES` [s].
        before_restart: called in every step once it has been judged, before worlds whose episode is over begin anew:
            the one moment at which the last state of an episode can be read. None unless it is set.
        reflect: called for every observation with the bodies, to return those that are observed in their place, as
            `MirroredWorlds` does. None unless it is set.
        observed: the bodies of the latest observation: `bodies`, or what `reflect` made of them.
        first_world: number of the first world in the larger batch of which these are a part.
        autoreset: whether `step` begins a new episode where one ends.
        crowded_steps: steps so far in which a world had more contacts than there is room for, so that some were left
            out; the first one is reported as a RuntimeWarning.
    """

    def __init__(
        self,
        game: Game,
        world_count: int,
        seed: int = 0,
        thread_count: int | None = None,
        autoreset: bool = True,
        first_world: int = 0,
    ) -> None:
        """Allocate all memory and check that worlds of `game` can be built.

        Args:
            game: the game to play.
            world_count: number of worlds, at least 1.
            seed: an integer from 0 to 2**64 - 1.
            thread_count: number of threads, all cores by default.
            autoreset: whether `step` begins a new episode where one ends. Without it the last observation is that of
                the episode's end, and the caller resets these worlds (`reset(worlds=...)`) before the next step.
            first_world: number of the first world, where a larger batch is divided between several environments.

        Raises:
            TypeError: if `game` is no Game.
            ValueError: if an argument is out of range, or what the game puts into a world does not fit there, or the
                worlds do not fit into memory.
        """
        check_game(game)
        check_integer("world_count", world_count, 1)
        check_integer("seed", seed, 0, LARGEST_SEED)
        if thread_count is not None:
            check_integer("thread_count", thread_count, 1)
        check_flag("autoreset", autoreset)
        check_integer("first_world", first_world, 0, LARGEST_SEED)
        check_buildable(game)
        check_fits_memory("world_count", world_count, world_count * bytes_per_world(game))
        self.game = game
        self.world_count = world_count
        self.thread_count = min(thread_count or available_processors(), world_count)
        self.observation_spec = observation_spec(game)
        self.seconds: dict[str, float] = dict.fromkeys(PHASES, 0.0)
        self.before_restart: Callable[[], None] | None = None
        self.reflect: Callable[[Bodies], Bodies] | None = None
        self.first_world = first_world
        self.crowded_steps = 0
        counts = game.counts
        self._counts, self._params, self._physics = counts, game.params, game.physics
        self._layout, self._objective = numbers_of(game.layout), numbers_of(game.objective)
        self.bodies = self.observed = allocate_bodies(world_count, counts)
        self.record = allocate_record(world_count, counts)
        self.extras = game.objective.allocate_extras(world_count, counts)
        self._memory = (self.bodies, self.record, *(() if isinstance(self.extras, NoExtras) else (self.extras,)))
        self._outcome = allocate_outcome(world_count, counts, len(game.objective.metric_names))
        self._observation = allocate_observation(world_count, game)
        workspace = sum(array.nbytes for array in allocate_workspaces(1, counts))
        check_fits_memory("thread_count", self.thread_count, self.thread_count * workspace)
        self._workspaces = allocate_workspaces(self.thread_count, counts)
        self._layout_scratch = allocate_layout_scratch(game.layout.wall_capacity, self.thread_count)
        self._control = np.zeros((world_count, counts.agent, 3), np.float32)
        self._movement = np.zeros((world_count, counts.agent, 3), np.int8)
        self._grab = np.zeros((world_count, counts.agent), np.int8)
        self._lock = np.zeros((world_count, counts.agent), np.int8)
        self._has_entities = bool(game.objective.entities)
        self._terminated = np.zeros(world_count, np.bool_)
        self._started = False
        self.autoreset = autoreset
        self._seed_streams(seed, np.arange(world_count))

    @cached_property
    def action_space(self) -> "spaces.Tuple":
        """What `step` takes, as a space of Gymnasium: `step(*action_space.sample())`.

        Raises:
            ImportError: if Gymnasium is not installed.
        """
        from hideseek.env.spaces import batch_action_space

        return batch_action_space(self.game, self.world_count)

    @cached_property
    def observation_space(self) -> "spaces.Dict":
        """What `reset` and `step` return of all worlds, as a space of Gymnasium.

        Raises:
            ImportError: if Gymnasium is not installed.
        """
        from hideseek.env.spaces import batch_observation_space

        return batch_observation_space(self.game, self.world_count)

    @property
    def over(self) -> Bool[np.ndarray, " world"]:
        """Whose episode is over, where worlds are not reset within the step (`autoreset`)."""
        return self._terminated | (self.record.step >= self.game.horizon)

    @property
    def started(self) -> bool:
        """Whether there are worlds: since the first reset or `set_state`."""
        return self._started

    def reset(
        self, seed: int | Sequence[int] | None = None, worlds: Sequence[int] | np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """Begin a new episode in `worlds` (indices; all by default).

        Args:
            seed: starts the random streams of these worlds anew; by default they run on, so that new worlds follow. A
                sequence has one seed for each of them: each is then what world 0 of a batch with this seed is.
            worlds: which ones.

        Returns:
            The observations of all worlds, each [world, agent, ...]: buffers that the next step overwrites.

        Raises:
            RuntimeError: if the first reset is not of all worlds.
            ValueError: if a seed is not an integer from 0 to 2**64 - 1, if there are not as many as `worlds`, or if
                `worlds` is not distinct indices.
        """
        index = world_index(self.world_count, worlds)
        if not self._started and len(index) < self.world_count:
            raise RuntimeError("the first reset was called for some worlds, expected all")
        if seed is not None:
            self._seed_streams(seed, index)
        which = np.zeros(self.world_count, np.bool_)
        which[index] = True
        self._restart(which)
        self._started = True
        return self.observe()

    def step(
        self,
        movement: Integer[np.ndarray, "world agent 3"],
        grab: Integer[np.ndarray, "world agent"],
        lock: Integer[np.ndarray, "world agent"],
    ) -> StepResult:
        """Advance every world by 75 ms. Seekers' actions count as none during preparation.

        Args:
            movement: buckets 0 .. 10 of the force along the world's x and y and of the yaw torque; 5 is none.
            grab: 1 to hold the nearest object in sight and reach.
            lock: 1 to lock what is in sight and reach, 0 to unlock it.

        Returns:
            observation, reward, done and info. `done` tells that the episode is over; such a world has been reset
            and `observation` shows its new episode, or without `autoreset` the end of the old one. `info` has "hidden",
            "preparation" and "terminated" [world], which is whether the episode was over before its horizon. It has
            "statistics" [world, statistic], where done of the episode that is over
            (`hideseek.game.statistics.STATISTIC_NAMES`), and likewise "metrics" [world, metric], what the game's
            objective measures (`Objective.metric_names`). All are buffers that the next step overwrites.

        Raises:
            RuntimeError: before the first reset, or where an episode is over and its world was not reset.
            TypeError: if an action is not an array of integers.
            ValueError: if an action has a wrong shape or a value out of range.
        """
        if not self._started:
            raise RuntimeError("step was called before the first reset")
        if not self.autoreset and (over := np.flatnonzero(self.over)).size:
            raise RuntimeError(f"step was called after the end of the episode in worlds {shown(over.tolist())}")
        self._take_actions(movement, grab, lock)
        outcome = self._outcome
        self._simulate()
        with self._phase("rules"):
            shared = self._params, self._counts, self.bodies, self.record
            judge(self._objective, *shared, self.extras, outcome, self.thread_count)
        self._terminated[:] = outcome.terminated
        if self.before_restart is not None:
            self.before_restart()
        if self.autoreset and outcome.done.any():
            self._restart(outcome.done)
        info = {name: getattr(outcome, name) for name in INFO}
        return self.observe(), outcome.reward, outcome.done, info

    def observe(self) -> dict[str, np.ndarray]:
        """Write and return the observations of the worlds as they are.

        Raises:
            RuntimeError: before the first reset.
        """
        if not self._started:
            raise RuntimeError("observe was called before the first reset")
        with self._phase("sensing"):
            self.observed = self.bodies if self.reflect is None else self.reflect(self.bodies)
            observe(self._params, self._counts, self.observed, self.record, self._observation, self.thread_count)
            if self._has_entities:
                observe_entities(
                    self._objective, self._params, self.record, self.extras, self._observation, self.thread_count
                )
        return {name: getattr(self._observation, name) for name in self.observation_spec}

    def render(self, world: int = 0, view: str = "oblique") -> UInt8[np.ndarray, "height width 3"]:
        """Return a picture of a world as it is.

        Args:
            world: its index.
            view: one of `RENDER_VIEWS`.

        Raises:
            RuntimeError: before the first reset.
            ValueError: if there is no such world or view.
        """
        check_integer("world", world, 0, self.world_count - 1)
        check_choice("view", view, RENDER_VIEWS)
        if not self._started:
            raise RuntimeError("render was called before the first reset")
        # Pictures need Pillow, which the simulator does without.
        if view == "oblique":
            from hideseek.view.oblique.render import render_oblique as draw
        else:
            from hideseek.view.top import render_top as draw
        return draw(self.bodies, self.record, self.game, world, spots=self.game.objective.spots(self.extras))

    def get_state(self, worlds: Integer[np.ndarray, " some"] | None = None) -> dict[str, np.ndarray]:
        """Copy the full state of `worlds` (indices; all by default), random streams included."""
        return read_state(self._memory, self.world_count, worlds)

    def set_state(self, state: Mapping[str, np.ndarray], worlds: Integer[np.ndarray, " some"] | None = None) -> None:
        """Put back a state from `get_state` into `worlds` (indices; all by default).

        Raises:
            RuntimeError: for some worlds before the first reset, when the others are nothing yet.
            TypeError: if `state` is no dictionary.
            ValueError: if fields are missing or unknown, have a wrong shape or dtype, are not finite, or are indices
                of what does not exist; nothing is changed then.
        """
        index, checked = self._check_state(state, worlds)
        write_state(self._memory, checked, index)
        self._terminated[index] = False
        self._started = True

    def sense(self, worlds: Integer[np.ndarray, " some"] | None = None) -> None:
        """Tell anew who sees what in `worlds` (indices; all by default), after bodies were moved there by `set_state`.

        Raises:
            RuntimeError: before the first reset.
            ValueError: if there is no such world.
        """
        if not self._started:
            raise RuntimeError("sense was called before the first reset")
        which = np.zeros(self.world_count, np.bool_)
        which[world_index(self.world_count, worlds)] = True
        shared = self._params, self._counts, self.bodies, self.record
        look(*shared, which, self.thread_count)
        if self._has_entities:
            look_at_entities(self._objective, *shared, self.extras, which, self.thread_count)

    def _check_state(
        self, state: Mapping[str, np.ndarray], worlds: Integer[np.ndarray, " some"] | None
    ) -> tuple[Integer[np.ndarray, " some"], dict[str, np.ndarray]]:
        """Return the indices of `worlds`, and a copy of a state for them that `set_state` takes."""
        counts = self._counts
        limits = {
            "weld_object": (-1, counts.object - 1),
            "wall_count": (0, counts.wall),
            "lock_owner": (0, counts.agent - 1),
            "step": (0, self.game.horizon - int(self.autoreset)),
        }
        if not self._started and worlds is not None:
            raise RuntimeError("set_state was called for some worlds before the first reset")
        index = world_index(self.world_count, worlds)
        return index, check_state(self._memory, state, len(index), limits)

    def _simulate(self) -> None:
        """Carry out the actions that were taken, and 75 ms of physics."""
        with self._phase("physics"):
            simulate(
                self._params, self._counts, self._physics, self.bodies, self.record,
                self._movement, self._grab, self._lock, self._control, self._workspaces,
            )  # fmt: skip
        self._report_crowding()

    def _report_crowding(self) -> None:
        """Count the step where contacts were left out, and warn of the first one."""
        # Rows are filled from the first on, so the last one was written only where all were needed.
        room = self._workspaces.row.shape[1] - 1
        last = self._workspaces.row[:, room]
        if last.any():
            last[:] = 0.0
            self.crowded_steps += 1
            if self.crowded_steps == 1:
                warnings.warn(
                    f"a world had more contacts than there is room for, {room}: some were left out, so that its bodies"
                    " may overlap",
                    RuntimeWarning,
                    stacklevel=4,
                )

    def _seed_streams(self, seed: int | Sequence[int] | np.ndarray, index: Integer[np.ndarray, " some"]) -> None:
        """Start the streams of the worlds `index` anew: as worlds of one seed, or each as world 0 of its own."""
        key, counter = self.record.random_key, self.record.random_counter
        if not isinstance(seed, Sequence | np.ndarray) or isinstance(seed, str):
            check_integer("seed", seed, 0, LARGEST_SEED)
            fresh = np.empty_like(key)
            seed_streams(fresh, np.empty_like(counter), np.uint64(seed), np.uint64(self.first_world))
            key[index], counter[index] = fresh[index], 0
            return
        if len(seed) != len(index):
            raise ValueError(f"seed has {len(seed)} values, expected one for each of {len(index)} worlds")
        for value in seed:
            check_integer("seed", value, 0, LARGEST_SEED)
        for w, value in zip(index, seed, strict=True):
            seed_streams(key[w : w + 1], counter[w : w + 1], np.uint64(value), np.uint64(0))

    def _restart(self, which: Bool[np.ndarray, " world"]) -> None:
        with self._phase("reset"):
            shared = self._params, self._counts, self.bodies, self.record
            parts = self._layout, self._objective
            self._terminated[which] = False
            failures = restart(*parts, *shared, self.extras, which, self._layout_scratch, self.thread_count)
        if failures:
            raise ValueError(f"no room for everything in {failures} of {which.sum()} worlds after {BUILD_TRIES} tries")

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        """Time a pass over the worlds."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start

    def _take_actions(self, movement: np.ndarray, grab: np.ndarray, lock: np.ndarray) -> None:
        """Check the actions and copy them into the environment's own buffers."""
        agents = (self.world_count, self.game.agents)
        check_action("movement", movement, (*agents, 3), MOVEMENT_BUCKETS)
        check_action("grab", grab, agents, 2)
        check_action("lock", lock, agents, 2)
        self._movement[:] = movement
        self._grab[:] = grab
        self._lock[:] = lock


def check_action(name: str, action: np.ndarray, shape: tuple[int, ...], choices: int) -> None:
    """Raise TypeError or ValueError unless an action is integers from 0 to `choices` - 1, in an array of this shape."""
    check_array(name, action, shape, "i")
    low, high = action.min(), action.max()
    if low < 0 or high >= choices:
        raise ValueError(f"{name} has values from {low} to {high}, expected 0 to {choices - 1}")
