"""One world as a parallel environment of PettingZoo: every agent acts and observes for itself."""

import secrets
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, UInt8

from hideseek.checks import check_choice, check_instance, check_integer, extra_needed

with extra_needed("pettingzoo"):
    from gymnasium import spaces
    from pettingzoo import AECEnv, ParallelEnv
    from pettingzoo.utils import parallel_to_aec

from hideseek.env.actor_observation import flatten, seen_by
from hideseek.env.adapters import (
    ACTION_CHOICES,
    METADATA,
    OBSERVATIONS,
    action_masks,
    as_actions,
    check_rendering,
    ends_of_step,
    info_of_start,
    info_of_step,
    render_world,
    resolve_game,
)
from hideseek.env.batch import HideAndSeek
from hideseek.env.global_state import global_state
from hideseek.env.spaces import action_space, flat_observation_space, observation_space, state_space
from hideseek.game.config import Game
from hideseek.game.random_stream import LARGEST_SEED
from hideseek.game.version import VERSION

Observation = Any
"""Of one agent: a dictionary of fields, or with `observation="flat"` one vector of float32."""
Info = dict[str, Any]


class ParallelHideAndSeek(ParallelEnv[str, Observation, np.ndarray | None]):
    """Hide-and-seek with one actor per agent; agents are "hider_0", ..., "seeker_0", ...

    What an agent observes is blank where it cannot see; `state` has everything. Episodes end by truncation at the
    game's horizon, with the observation of the last moment; then `agents` is empty until the next reset.

    Attributes:
        game: the game.
        possible_agents: all agents, hiders first.
        agents: the same during an episode, none outside.
        state_space: of what `state` returns.
        render_mode: None or "rgb_array".
    """

    metadata = METADATA | {"is_parallelizable": True}

    def __init__(
        self,
        game: Game,
        name: str,
        render_mode: str | None = None,
        render_view: str = "oblique",
        seed: int | None = None,
        observation: str = "dict",
    ) -> None:
        """See `parallel_env`; `name` is what the environment calls itself, without its version."""
        check_rendering(render_mode, render_view)
        check_choice("observation", observation, OBSERVATIONS)
        if seed is not None:
            check_integer("seed", seed, 0, LARGEST_SEED)
        self.metadata = {**self.metadata, "name": f"{name}_v{VERSION}"}
        self.game = game
        self.render_mode, self._render_view = render_mode, render_view
        teams = {"hider": game.hiders, "seeker": game.seekers}
        self.possible_agents = [f"{team}_{k}" for team, count in teams.items() for k in range(count)]
        self.agents: list[str] = []
        self.state_space = state_space(game)
        self._flat = observation == "flat"
        space = flat_observation_space if self._flat else observation_space
        self.observation_spaces = {agent: space(game) for agent in self.possible_agents}
        self.action_spaces = {agent: action_space() for agent in self.possible_agents}
        self._first_seed = secrets.randbits(64) if seed is None else seed
        self._env = HideAndSeek(game, world_count=1, thread_count=1, autoreset=False)

    def observation_space(self, agent: str) -> spaces.Space[Observation]:
        """Return the space of what an agent observes: always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[np.ndarray | None]:
        """Return the space of an agent's actions: always the same object."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Observation], dict[str, Info]]:
        """Begin a new episode.

        Args:
            seed: starts the random stream anew. Without one new layouts follow; the first reset takes the seed that
                the environment was made with, or one from the system.
            options: there are none; whatever is given is ignored, as PettingZoo asks.

        Returns:
            Observation and info of each agent.

        Raises:
            ValueError: if `seed` is not an integer from 0 to 2**64 - 1.
        """
        if seed is None and not self._env.started:
            seed = self._first_seed
        observation = self._env.reset(seed)
        self.agents = self.possible_agents.copy()
        return self._seen(observation), self._infos(info_of_start(self._env))

    def step(
        self, actions: Mapping[str, np.ndarray | None]
    ) -> tuple[dict[str, Observation], dict[str, float], dict[str, bool], dict[str, bool], dict[str, Info]]:
        """Advance the world by 75 ms.

        Args:
            actions: five integers of every agent: buckets 0 .. 10 of the force along the world's x and y and of the
                torque (5 is none), whether to grab, whether to lock.

        Returns:
            Observation, reward, termination (before the horizon), truncation (at it) and info of each agent, which has
            "hidden" (no seeker sees a hider), "preparation" (the step belonged to it) and "statistics" (of the episode,
            named by `hideseek.game.statistics.STATISTIC_NAMES`; zeros before its last step).

        Raises:
            RuntimeError: before the first reset, and after the end of an episode.
            TypeError: if `actions` is no dictionary, or an action has no integers.
            ValueError: if agents are missing or unknown, or an action is not in its space; nothing is changed then.
        """
        joint = self._join(actions)[None]
        observation, reward, done, info = self._env.step(joint[..., :3], joint[..., 3], joint[..., 4])
        agents = self.agents
        terminated, truncated = (bool(end[0]) for end in ends_of_step(done, info))
        if terminated or truncated:
            self.agents = []
        return (
            self._seen(observation),
            dict(zip(agents, reward[0].tolist(), strict=True)),
            dict.fromkeys(agents, terminated),
            dict.fromkeys(agents, truncated),
            self._infos(info_of_step(self._env, done, info)),
        )

    def state(self) -> Float32[np.ndarray, " size"]:
        """Return the full state of the world (`hideseek.env.global_state.state_fields` names its parts).

        Raises:
            RuntimeError: before the first reset.
        """
        return global_state(self._env, 0)

    def action_masks(self) -> dict[str, Bool[np.ndarray, " choice"]]:
        """Return which values of each agent's coming action are of use; seekers in preparation may only do nothing.

        The values of all parts of the action one after the other: 11, 11, 11, 2, 2.

        Raises:
            RuntimeError: before the first reset.
        """
        return dict(zip(self.possible_agents, action_masks(self._env)[0], strict=True))

    def render(self) -> UInt8[np.ndarray, "height width 3"]:
        """Return a picture of the world.

        Raises:
            RuntimeError: if the environment was made without `render_mode`, or was not reset yet.
        """
        return render_world(self._env, 0, self.render_mode, self._render_view)

    def close(self) -> None:
        """Do nothing: there is no window to close."""

    def _join(self, actions: Mapping[str, np.ndarray | None]) -> np.ndarray:
        """Return the actions of all agents [agent, 5]."""
        if not self.agents:
            moment = "after the end of the episode" if self._env.started else "before the first reset"
            raise RuntimeError(f"step was called {moment}: call reset")
        check_instance("actions", actions, Mapping, "a dictionary with an action of every agent")
        if missing := [agent for agent in self.agents if agent not in actions]:
            raise ValueError(f"actions lack {', '.join(missing)}, expected one of every agent")
        if unknown := sorted(map(str, actions.keys() - set(self.agents))):
            raise ValueError(f"actions have unknown agents {', '.join(unknown)}, expected {', '.join(self.agents)}")
        shape = (len(ACTION_CHOICES),)
        return np.concatenate([as_actions(f"action of {agent}", actions[agent], shape) for agent in self.agents])

    def _seen(self, observation: dict[str, np.ndarray]) -> dict[str, Observation]:
        seen = seen_by(observation, slice(None))
        if self._flat:
            return dict(zip(self.possible_agents, flatten(seen)[0], strict=True))
        return {
            agent: {name: value[0, k] for name, value in seen.items()} for k, agent in enumerate(self.possible_agents)
        }

    def _infos(self, info: dict[str, np.ndarray]) -> dict[str, Info]:
        return {
            agent: {
                "hidden": bool(info["hidden"][0]),
                "preparation": bool(info["preparation"][0]),
                "statistics": info["statistics"][0].copy(),
            }
            for agent in self.possible_agents
        }


def parallel_env(
    game: str | Game = "quadrant",
    *,
    render_mode: str | None = None,
    render_view: str = "oblique",
    max_cycles: int | None = None,
    seed: int | None = None,
    observation: str = "dict",
    **changes: object,
) -> ParallelHideAndSeek:
    """Return a world of a game as a parallel environment of PettingZoo.

    Args:
        game: a name from `hideseek.PRESETS`, or a game.
        render_mode: "rgb_array" for pictures.
        render_view: "oblique", or "top" for pictures straight from above.
        max_cycles: PettingZoo's word for the game's `horizon`; preparation is a fraction of it.
        seed: for resets without a seed; by default one is drawn from the system.
        observation: "dict" for a dictionary of fields, "flat" for one vector of float32.
        **changes: other values for fields of `hideseek.Game`.

    Raises:
        TypeError: if `game` is neither a name nor a Game.
        ValueError: if a name or a field is unknown, or a value is out of range.
    """
    if max_cycles is not None:
        if "horizon" in changes:
            raise ValueError(f"max_cycles is {max_cycles!r} and horizon {changes['horizon']!r}, expected one of them")
        changes["horizon"] = max_cycles
    resolved = resolve_game(game, changes)
    kind = game if isinstance(game, str) else resolved.layout.name
    name = f"hideseek_{kind.replace('-', '_')}"
    return ParallelHideAndSeek(resolved, name, render_mode, render_view, seed, observation)


def env(
    game: str | Game = "quadrant",
    *,
    render_mode: str | None = None,
    render_view: str = "oblique",
    max_cycles: int | None = None,
    seed: int | None = None,
    observation: str = "dict",
    **changes: object,
) -> AECEnv:
    """Return the same for PettingZoo's other interface, in which agents act one after the other; see `parallel_env`.

    The world moves when the last agent of a round has acted.
    """
    world = parallel_env(
        game,
        render_mode=render_mode,
        render_view=render_view,
        max_cycles=max_cycles,
        seed=seed,
        observation=observation,
        **changes,
    )
    return parallel_to_aec(world)
