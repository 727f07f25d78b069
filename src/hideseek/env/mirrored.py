"""Mirrored play: worlds whose agents see the room, and act in it, as if in a mirror."""

import numpy as np
from jaxtyping import Integer

from hideseek.checks import check_instance
from hideseek.env.batch import HideAndSeek, StepResult, check_action
from hideseek.env.symmetry import IDENTITY, reflect_bodies, reflect_movement, symmetries_of
from hideseek.env.wrapper import Wrapper
from hideseek.game.config import MOVEMENT_BUCKETS
from hideseek.sim.state import Bodies, allocate_bodies


class MirroredWorlds(Wrapper):
    """Reflects worlds for whoever plays them: observations on the way out, actions on the way in.

    World w of the whole batch has symmetry number w modulo their number (`hideseek.env.symmetry.SYMMETRIES`), of which
    the first leaves everything as it is. It has it for good, so that memories stay right. What its agents observe is
    sensed in its image, lidar too: rays at 12 j degrees would become rays between these where x and y change places.
    Rewards and statistics are the same in both. The state is that of the worlds themselves.
    """

    def __init__(self, env: HideAndSeek | Wrapper) -> None:
        """Take an environment.

        Raises:
            TypeError: if `env` is no environment.
            ValueError: if its game has no symmetry (`hideseek.env.symmetry.symmetries_of`).
        """
        check_instance("env", env, (HideAndSeek, Wrapper), "a HideAndSeek, or one in a wrapper")
        symmetries = symmetries_of(env.game)
        super().__init__(env)
        first, number = self.unwrapped.first_world, len(symmetries)
        self._worlds = {symmetry: slice((k - first) % number, None, number) for k, symmetry in enumerate(symmetries)}
        del self._worlds[IDENTITY]
        self._images = allocate_bodies(self.world_count, self.game.counts)
        self.unwrapped.reflect = self._reflect

    def step(
        self,
        movement: Integer[np.ndarray, "world agent 3"],
        grab: Integer[np.ndarray, "world agent"],
        lock: Integer[np.ndarray, "world agent"],
    ) -> StepResult:
        """Carry out the reflected actions; see `HideAndSeek.step`."""
        check_action("movement", movement, (self.world_count, self.game.agents, 3), MOVEMENT_BUCKETS)
        movement = movement.copy()
        for symmetry, worlds in self._worlds.items():
            reflect_movement(symmetry, movement[worlds])
        return super().step(movement, grab, lock)

    def _reflect(self, bodies: Bodies) -> Bodies:
        """Return the images of all worlds; they are overwritten the next time."""
        for image, original in zip(self._images, bodies, strict=True):
            image[:] = original
        for symmetry, worlds in self._worlds.items():
            reflect_bodies(symmetry, self.game.counts, self._images, worlds)
        return self._images
