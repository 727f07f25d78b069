"""The same game on another engine: MuJoCo moves the bodies, everything else is shared.

What the rules do (layouts, grabs, locks, sight, rewards, observations) is done by the same compiled functions as in
`HideAndSeek`, so whatever differs between the two is due to the physics.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Integer

from hideseek.checks import check_flag
from hideseek.env.batch import HideAndSeek
from hideseek.env.state_access import write_state
from hideseek.game.config import Game
from hideseek.game.play import act
from hideseek.sim.mujoco_twin import Twin, import_mujoco, make_twin, put_state, read_state, step_twin
from hideseek.sim.state import Bodies, allocate_bodies


class MujocoHideAndSeek(HideAndSeek):
    """`HideAndSeek` with MuJoCo's physics: one model per world, stepped one after the other, a judge and not fast.

    The state of the worlds is all in `bodies` and `record`, as in `HideAndSeek`: MuJoCo starts every step from there
    (rounded to float32, its solver without a guess), so that `get_state` and `set_state` are exact here, too. A model
    has its world's walls and sizes in it; it is compiled at the world's first step after a reset or `set_state`.
    """

    def __init__(
        self,
        game: Game,
        world_count: int,
        seed: int = 0,
        thread_count: int | None = None,
        autoreset: bool = True,
        first_world: int = 0,
        *,
        native_collisions: bool = False,
    ) -> None:
        """See `HideAndSeek`.

        Args:
            game: the game to play.
            world_count: number of worlds, at least 1.
            seed: an integer from 0 to 2**64 - 1.
            thread_count: number of threads for the rules, all cores by default.
            autoreset: whether `step` begins a new episode where one ends.
            first_world: number of the first world, where a larger batch is divided between several environments.
            native_collisions: find contacts of ramps by MuJoCo's newer routine. The original's, the default, sometimes
                takes a ramp in a corner for deep inside a wall and throws it out of the area (docs/fidelity.md).

        Raises:
            ImportError: if MuJoCo is not installed.
            TypeError, ValueError: as in `HideAndSeek`.
        """
        import_mujoco()
        check_flag("native_collisions", native_collisions)
        self._native_collisions = native_collisions
        super().__init__(game, world_count, seed, thread_count, autoreset, first_world)
        self._twins: list[Twin | None] = [None] * world_count

    def set_state(self, state: Mapping[str, np.ndarray], worlds: Integer[np.ndarray, " some"] | None = None) -> None:
        """See `HideAndSeek`.

        Raises:
            RuntimeError, TypeError: as in `HideAndSeek`.
            ValueError: also where MuJoCo cannot make a model of a world, or cannot make one step from its state, for
                example because a wall has no size; nothing is changed then.
        """
        index, checked = self._check_state(state, worlds)
        bodies = allocate_bodies(len(index), self._counts)
        write_state([bodies], checked, np.arange(len(index)))
        twins = [self._try_twin(bodies, k, w) for k, w in enumerate(index.tolist())]
        super().set_state(checked, worlds)
        for w, twin in zip(index, twins, strict=True):
            self._twins[w] = twin

    def _try_twin(self, bodies: Bodies, k: int, w: int) -> Twin:
        """Return the twin of world `k` of `bodies`, which is to be world `w`, once it has made a step."""
        mujoco = import_mujoco()
        before = mujoco.get_mju_user_warning()
        mujoco.set_mju_user_warning(lambda _: None)  # by itself it writes warnings to a file where one happens to be
        try:
            twin = self._new_twin(bodies, k)
            step_twin(twin, np.zeros((self._counts.agent, 3), np.float32))
        except (ValueError, mujoco.FatalError) as error:
            reason = " ".join(str(error).split())
            raise ValueError(f"state of world {w} is none that MuJoCo can step: {reason}") from error
        finally:
            mujoco.set_mju_user_warning(before)
        if twin.data.warning.number.any():
            raise ValueError(f"state of world {w} is none that MuJoCo can step: its simulation is unstable")
        return twin

    def _simulate(self) -> None:
        """Carry out the actions that were taken, and 75 ms of MuJoCo's physics.

        Raises:
            RuntimeError: if MuJoCo warns, as it does before it puts a world with numbers that are not finite back to
                where its bodies are at the origin.
        """
        with self._phase("physics"):
            act(
                self._params, self._counts, self.bodies, self.record,
                self._movement, self._grab, self._lock, self._control, self.thread_count,
            )  # fmt: skip
            for w in range(self.world_count):
                twin = self._twin(w)
                step_twin(twin, self._control[w])
                if twin.data.warning.number.any():
                    raise RuntimeError(
                        f"MuJoCo warned in world {w} at step {self.record.step[w]}: the state is invalid"
                    )
                read_state(twin, self.bodies, w)

    def _twin(self, w: int) -> Twin:
        """Return the twin of world `w` in that world's state."""
        twin = self._twins[w]
        if twin is None:
            twin = self._twins[w] = self._new_twin(self.bodies, w)
        else:
            put_state(twin, self.bodies, w)
        return twin

    def _new_twin(self, bodies: Bodies, w: int) -> Twin:
        """Return a new twin of a world of `bodies`."""
        twin = make_twin(bodies, self._counts, self._physics, w)
        if self._native_collisions:
            twin.model.opt.disableflags &= ~int(import_mujoco().mjtDisableBit.mjDSBL_NATIVECCD)
        return twin

    def _restart(self, which: Bool[np.ndarray, " world"]) -> None:
        self._drop_twins(np.flatnonzero(which))
        super()._restart(which)

    def _drop_twins(self, worlds: Integer[np.ndarray, " some"]) -> None:
        """Forget the models of worlds that may have other walls and sizes now."""
        for w in worlds:
            self._twins[w] = None
