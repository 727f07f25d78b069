"""One episode in which a person plays one agent and policies all others."""

from typing import Any, NamedTuple

import numpy as np

from hideseek.checks import check_instance, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import Player, TeamActions, check_players, start_player
from hideseek.game.actions import MIDDLE_BUCKET
from hideseek.game.spots import Spots
from hideseek.serve.messages import Action
from hideseek.view.replay.content import Replay
from hideseek.view.replay.recorder import Recorder

WORLD = 0
"""The match is played in a batch of this one world."""
DECIMALS = 4
"""Of positions [m] and angles [rad] in messages."""


class Score(NamedTuple):
    """Sums of rewards of an episode so far."""

    hiders: float
    """Mean over the team, as `hider_return` everywhere else."""
    seekers: float
    person: float


class Match:
    """Steps one world to the end of its episode and records it.

    Policies act for all agents, that of the person too, whose choices then take the place of the policy's: so teams
    are asked as they always are.
    """

    def __init__(self, env: HideAndSeek, hiders: Player, seekers: Player, seed: int, person: int) -> None:
        """Begin the episode.

        Args:
            env: one world, which is reset; it has to stay at the end of its episode (`autoreset=False`).
            hiders: acts for the hiders.
            seekers: acts for the seekers; another object than `hiders`.
            seed: of the layout and of the players' chances, from 0 to 2**31 - 1, as for `hideseek.evaluate.play.play`.
            person: the agent that the person plays.

        Raises:
            TypeError: if `env` is no environment, or a player none.
            ValueError: if `env` has several worlds, both players are one object, or a number is out of range.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        if env.world_count != 1:
            raise ValueError(f"env has {env.world_count} worlds, expected one")
        check_players(hiders, seekers)
        check_integer("seed", seed, 0)
        check_integer("person", person, 0, env.game.agents - 1)
        game = env.game
        self._env, self._person = env, person
        self._teams = ((hiders, slice(0, game.hiders)), (seekers, slice(game.hiders, game.agents)))
        for side, (player, team) in enumerate(self._teams):
            start_player(player, env, team, 2 * seed + side)
        self._observation = env.reset(seed)
        self._recorder = Recorder(game, env.bodies, env.record, self._spots())
        self._reward = np.zeros((env.world_count, game.agents), np.float32)
        self._total = np.zeros((env.world_count, game.agents))

    @property
    def steps(self) -> int:
        """How many were made."""
        return self._recorder.steps

    @property
    def finished(self) -> bool:
        """Whether the episode is over."""
        return bool(self._env.over[WORLD])

    @property
    def score(self) -> Score:
        """Sums of rewards so far."""
        hiders, seekers = np.split(self._total[WORLD], [self._env.game.hiders])
        means = (float(team.mean()) if team.size else 0.0 for team in (hiders, seekers))
        return Score(*means, person=float(self._total[WORLD, self._person]))

    def step(self, action: Action) -> None:
        """Advance the world by 75 ms; the person does what `action` says."""
        env, asked = self._env, [self._ask(player, team) for player, team in self._teams]
        actions = TeamActions(*(np.concatenate(parts, axis=1) for parts in zip(*asked, strict=True)))
        actions.movement[WORLD, self._person] = buckets(action.movement)
        actions.grab[WORLD, self._person] = action.grab
        actions.lock[WORLD, self._person] = action.lock
        self._observation, self._reward, _, _ = env.step(*actions)
        self._total += self._reward
        self._recorder.add(env.bodies, env.record, *actions, self._reward, self._spots())

    def _ask(self, player: Player, team: slice) -> TeamActions:
        """Return what a player does with its team."""
        return player.act({name: x[:, team] for name, x in self._observation.items()})

    def _spots(self) -> Spots | None:
        """Return where food or sites are now."""
        return self._env.game.objective.spots(self._env.extras)

    def replay(self, hiders: str, seekers: str, about: dict[str, Any]) -> Replay:
        """Return the episode, once it is over; see `Recorder.replay`. After an early end the world stands still."""
        env, agents = self._env, (1, self._env.game.agents)
        nothing = np.full((*agents, 3), MIDDLE_BUCKET), np.zeros(agents, np.int8), np.zeros(agents, np.int8)
        while self.finished and self.steps < env.game.horizon:
            self._recorder.add(env.bodies, env.record, *nothing, np.zeros_like(self._reward), self._spots())
        return self._recorder.replay(hiders, seekers, about)

    def layout(self) -> dict[str, Any]:
        """Return what stays the same during the episode, for a page."""
        game, bodies = self._env.game, self._env.bodies
        walls = bodies.wall_count[WORLD]
        return {
            "game": game.options,
            "agents": game.agents,
            "hiders": game.hiders,
            "boxes": game.boxes_max,
            "ramps": game.ramps,
            "you": self._person,
            "wall_centre": _rounded(bodies.wall_centre[WORLD, :walls]),
            "wall_half": _rounded(bodies.wall_half[WORLD, :walls]),
            "cylinder_centre": _rounded(bodies.cylinder_centre[WORLD]),
            "cylinder_size": _rounded(bodies.cylinder_size[WORLD]),
            "half_size": _rounded(bodies.half_size[WORLD]),
            "exists": bodies.exists[WORLD].tolist(),
        }

    def frame(self) -> dict[str, Any]:
        """Return the world as it is now, for a page."""
        game, bodies, record = self._env.game, self._env.bodies, self._env.record
        team = np.where(record.lock_owner[WORLD] >= game.hiders, 1, 0)
        sees = np.concatenate([record.sees_agent[WORLD], record.sees_object[WORLD]], axis=1)
        spots = self._spots()
        return {
            "step": self.steps,
            "position": _rounded(bodies.pose[WORLD, :, :3]),
            "yaw": _rounded(bodies.pose[WORLD, :, 3]),
            "lock_team": np.where(bodies.locked[WORLD], team, -1).tolist(),
            "grabbed": bodies.weld_object[WORLD].tolist(),
            "sees": sees.astype(int).tolist(),
            "spot_place": [] if spots is None else _rounded(spots.place[WORLD]),
            "spot_share": [] if spots is None else _rounded(spots.share[WORLD]),
            "reward": self._reward[WORLD].tolist(),
            "score": self.score.person,
            "preparation": self.steps < game.preparation_steps,
        }


def buckets(movement: tuple[float, float, float]) -> list[int]:
    """Return the buckets 0 .. 10 of forces and torque that are given as shares of the strongest, -1 to 1."""
    return [round(MIDDLE_BUCKET + MIDDLE_BUCKET * share) for share in movement]


def _rounded(values: np.ndarray) -> list[Any]:
    return np.round(values.astype(np.float64), DECIMALS).tolist()
