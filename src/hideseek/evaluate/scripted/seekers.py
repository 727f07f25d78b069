"""Seekers that go into the room and run after whom they see."""

import numpy as np

from hideseek.evaluate.scripted.carrying import facing
from hideseek.evaluate.scripted.rooms import LAST, Doors
from hideseek.evaluate.scripted.steering import STEP
from hideseek.evaluate.scripted.team import ScriptedTeam

LOOKOUT = np.array([LAST - 1.35, 1.5])
"""Where they look around as long as they see nobody: the middle of the room [m]."""
SPIN = 6.0
"""How fast they look around [rad/s]."""
ARRIVED = 0.4
"""Who is this close to the lookout looks around [m]."""


class ChasingSeekers(ScriptedTeam):
    """Each runs to the nearest hider that it sees; who sees none goes into the room, if it can, and looks around."""

    def _agents(self) -> range:
        return range(self._env.game.hiders, self._env.game.agents)

    def _plan(self, doors: Doors) -> None:
        pass

    def _act(self, agent: int, doors: Doors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        hiders, position = self._env.game.hiders, self.position(agent)
        lookout = np.broadcast_to(LOOKOUT, position.shape)
        way = doors.way(position, lookout)
        ahead = way - position
        arrived = np.linalg.norm(lookout - position, axis=1) < ARRIVED
        yaw = self.yaw(agent) + SPIN * STEP
        ahead[arrived] = facing(yaw)[arrived]
        sees = self._env.record.sees_agent[:, agent, :hiders]
        distance = np.stack([np.linalg.norm(self.position(h) - position, axis=1) for h in range(hiders)], 1)
        prey = np.where(sees, distance, np.inf).argmin(1)
        chases = np.any(sees, axis=1, keepdims=True)
        target = np.where(chases, self.position(prey), way)
        ahead = np.where(chases, target - position, ahead)
        nothing = np.zeros(len(self._worlds), bool)
        return self.movement(agent, target, ahead, nothing), nothing, nothing
