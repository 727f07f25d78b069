"""Keeps what happens in some worlds of a batch, step by step, until their episodes are over."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32, Integer

from hideseek.checks import check_array, check_instance, check_integer, printable
from hideseek.game.config import LIDAR_RAYS, Game, check_game
from hideseek.game.lidar import sense_lidar
from hideseek.game.spots import Spots
from hideseek.game.state import STATISTICS, Record
from hideseek.game.statistics import write_statistics
from hideseek.sim.state import Bodies
from hideseek.view.replay.content import FARTHEST, FIXED, Replay

HIDERS_SEEN = "hiders_seen"
STATISTIC_NAMES = (*STATISTICS, HIDERS_SEEN)
"""Of every step: the game's statistics as they are after it, and how many hiders the seekers see then."""


class Recorder:
    """Takes in every step of one episode of a batch of worlds, and makes a replay of it.

        env = HideAndSeek(game, world_count, autoreset=False)
        env.reset()
        recorder = Recorder(game, env.bodies, env.record, game.objective.spots(env.extras))
        for _ in range(game.horizon):
            ...
            _, reward, _, _ = env.step(movement, grab, lock)
            spots = game.objective.spots(env.extras)
            recorder.add(env.bodies, env.record, movement, grab, lock, reward, spots)
        replay = recorder.replay("zoo:quadrant", "random", {"seed": 0})

    The worlds have to be at the beginning of an episode when the recorder is made, and still at its end when it takes
    in the last step, as they are where `autoreset` is off.
    """

    def __init__(self, game: Game, bodies: Bodies, record: Record, spots: Spots | None = None) -> None:
        """Take in the worlds at the beginning of their episodes; `spots` where the game has food or sites.

        Raises:
            TypeError: if `game`, `bodies` or `record` is something else.
            ValueError: if the worlds are another game's, or not at the beginning of an episode.
        """
        check_game(game)
        check_instance("bodies", bodies, Bodies, "Bodies")
        check_instance("record", record, Record, "a Record")
        self.game, self.world_count = game, len(bodies.pose)
        self._counts, self._params = game.counts, game.params
        self._fixed = {name: getattr(bodies, name).copy() for name in FIXED}
        self._frames: list[dict[str, np.ndarray]] = []
        self._steps: list[dict[str, np.ndarray]] = []
        self._keep_frame(bodies, record, spots)

    @property
    def steps(self) -> int:
        """How many were taken in."""
        return len(self._steps)

    def add(
        self,
        bodies: Bodies,
        record: Record,
        movement: Integer[np.ndarray, "world agent 3"],
        grab: Integer[np.ndarray, "world agent"],
        lock: Integer[np.ndarray, "world agent"],
        reward: Float32[np.ndarray, "world agent"],
        spots: Spots | None = None,
    ) -> None:
        """Take in a step: the worlds after it, what was done in it, its rewards, and the spots after it.

        Raises:
            TypeError: if an argument is of another class or kind.
            ValueError: if it has a wrong shape, or the worlds are not one step further in the same episode. In games
                that may end before their horizon they may also be where they were.
        """
        agents = (self.world_count, self._counts.agent)
        for name, action, more in (("movement", movement, (3,)), ("grab", grab, ()), ("lock", lock, ())):
            check_array(name, action, (*agents, *more), "i")
        check_array("reward", reward, agents, "f")
        self._keep_frame(bodies, record, spots)
        seen = record.sees_agent[:, self.game.hiders :, : self.game.hiders].any(1).sum(1)
        self._steps.append(
            {
                "movement": movement.astype(np.uint8),
                "grab": grab.astype(np.bool_),
                "lock": lock.astype(np.bool_),
                "reward": reward.astype(np.float32),
                "statistics": np.column_stack([self._statistics(bodies, record), seen]).astype(np.float32),
            }
        )

    def replay(
        self, hiders: str, seekers: str, about: Mapping[str, Any], worlds: Sequence[int] | np.ndarray | None = None
    ) -> Replay:
        """Return the episodes of `worlds` (indices, all by default), in this order.

        Args:
            hiders: who played the hiders; kept as one line that can be printed (`hideseek.checks.printable`).
            seekers: who played the seekers, kept in the same way.
            about: whatever else there is to know, as JSON has it.
            worlds: which ones.

        Raises:
            TypeError: if a name is no string.
            ValueError: if the episodes are not over, or there is no such world.
        """
        if self.steps < self.game.horizon:
            raise ValueError(f"replay was asked for after {self.steps} steps, expected {self.game.horizon}")
        check_instance("hiders", hiders, str, "a string")
        check_instance("seekers", seekers, str, "a string")
        worlds = range(self.world_count) if worlds is None else worlds
        for world in worlds:
            check_integer("world of worlds", world, 0, self.world_count - 1)
        index = np.array(worlds, np.intp)
        return Replay(
            game=self.game,
            hiders=printable(hiders),
            seekers=printable(seekers),
            about=dict(about),
            statistic_names=STATISTIC_NAMES,
            **{name: array[index] for name, array in self._fixed.items()},
            **_stacked(self._frames, index),
            **_stacked(self._steps, index),
        )

    def _keep_frame(self, bodies: Bodies, record: Record, spots: Spots | None) -> None:
        spot_count = self.game.objective.spot_count
        if spots is None:
            if spot_count:
                raise ValueError(f"spots is None, expected those of the {spot_count} spots of each world")
            spots = Spots(*(np.zeros((self.world_count, 0, *more), np.float32) for more in ((3,), ())))
        check_array("place of spots", spots.place, (self.world_count, spot_count, 3), "f")
        check_array("pose of bodies", bodies.pose, (self.world_count, self._counts.body, 4), "f")
        check_array("step of record", record.step, (self.world_count,), "i")
        is_next = record.step == len(self._frames)
        if self._frames and self.game.objective.ends_early:
            is_next |= record.step == self._clock  # over before the horizon, so it stands still
        self._clock = record.step.copy()
        if (wrong := np.flatnonzero(~is_next)).size:
            found = f"{record.step[wrong[0]]} steps into its episode"
            raise ValueError(f"world {wrong[0]} is {found}, expected {len(self._frames)}")
        team = np.where(record.lock_owner >= self.game.hiders, 1, 0)
        position = np.clip(bodies.pose[:, :, :3], -FARTHEST, FARTHEST)
        self._frames.append(
            {
                "position": np.where(bodies.exists[:, :, None], position, np.float32(0.0)),
                "yaw": np.where(bodies.exists, bodies.pose[:, :, 3], np.float32(0.0)),
                "lock_team": np.where(bodies.locked, team, -1).astype(np.int8),
                "grabbed": bodies.weld_object.astype(np.int8),
                "sees": np.concatenate([record.sees_agent, record.sees_object], axis=2),
                "lidar": self._lidar(bodies),
                "spot_place": spots.place.copy(),
                "spot_share": spots.share.copy(),
            }
        )

    def _lidar(self, bodies: Bodies) -> Float32[np.ndarray, "world agent 30"]:
        """Return what the agents' lidar shows now: the environment's observation is another world's where it resets."""
        lidar = np.empty((self.world_count, self._counts.agent, LIDAR_RAYS), np.float32)
        for w in range(self.world_count):
            sense_lidar(self._params, bodies, self._counts, lidar, w)
        return lidar

    def _statistics(self, bodies: Bodies, record: Record) -> Float32[np.ndarray, "world statistic"]:
        """Return the game's statistics as they are now."""
        both = np.empty((self.world_count, 2 * len(STATISTICS)), np.float32)
        for w in range(self.world_count):
            write_statistics(bodies, record, self._counts, both, w)
        return both[:, len(STATISTICS) :]


def _stacked(rows: list[dict[str, np.ndarray]], index: np.ndarray) -> dict[str, np.ndarray]:
    """Return the arrays of some worlds, the time behind the world."""
    return {name: np.stack([row[name][index] for row in rows], axis=1) for name in rows[0]}
