"""Follows what agents do in every world of an environment, and hands it out when episodes end."""

import numpy as np
from jaxtyping import Bool

from hideseek.checks import check_array, check_instance, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.ground import allocate_ground
from hideseek.evaluate.behaviour.names import Values, behaviour_names, behaviours_of, has_room
from hideseek.evaluate.behaviour.observe import observe_worlds
from hideseek.evaluate.behaviour.tally import OBSERVED, Tally, allocate_tally

EVERY = 4
"""Steps from one look at shelters, doors and cover after preparation to the next."""


class BehaviourTracker:
    """Detects behaviours from the states of all worlds (docs/behaviours.md), each world at its own time.

    An episode counts where every one of its steps was observed, the last one included, which nobody sees after it: a
    world whose episode is over has begun the next one when `step` returns. So `observe` is to be called in between, as
    the environment does for a tracker from `follow`:

        tracker = follow(env)
        ...
        _, _, done, _ = env.step(movement, grab, lock)
        behaviours = tracker.finished(done)

    Attributes:
        names: of the behaviours that the environment's game knows.
    """

    def __init__(self, env: HideAndSeek, every: int = EVERY) -> None:
        """Take the environment, and how many steps lie between two looks at what costs more than the rest.

        Raises:
            TypeError: `env` is no environment.
            ValueError: `every` is no positive integer.
        """
        check_instance("env", env, HideAndSeek, "a HideAndSeek")
        check_integer("every", every, 1)
        self._env, self._every = env, every
        self._params, self._counts = env.game.params, env.game.counts
        self._ground = allocate_ground(self._counts, env.thread_count)
        self._tally = allocate_tally(env.world_count, self._counts)
        self.names = behaviour_names(env.game)

    def observe(self) -> None:
        """Take in the step that all worlds have just made."""
        env = self._env
        shared = self._params, self._counts, env.bodies, env.record
        observe_worlds(*shared, self._tally, self._ground, has_room(env.game), self._every)

    def finished(self, which: Bool[np.ndarray, " world"]) -> dict[str, Values]:
        """Return the behaviours [episode] of the worlds that `which` names, whose episodes ended with the last step.

        Not a number stands where an episode does not tell, and for everything where it was not observed as a whole.

        Raises:
            TypeError: `which` is no array of flags.
            ValueError: It is not one flag per world.
        """
        check_array("which", which, (self._env.world_count,), "b")
        tally = Tally(*(array[which] for array in self._tally))
        is_whole = tally.sums[:, OBSERVED] == self._env.game.horizon
        values = behaviours_of(tally, self._env.game)
        return {name: np.where(is_whole, value, np.float32(np.nan)) for name, value in values.items()}

    def get_state(self) -> dict[str, np.ndarray]:
        """Return a copy of what is known of the episodes under way."""
        return {name: array.copy() for name, array in self._tally._asdict().items()}

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Put back what `get_state` returned.

        Raises:
            TypeError, ValueError: An array is missing, or of a wrong kind or shape; nothing is changed then.
        """
        for name, array in self._tally._asdict().items():
            if name not in state:
                raise ValueError(f"behaviours lack {name}, expected all that get_state returns")
            check_array(f"behaviours' field {name}", state[name], array.shape, "f")
        for name, array in self._tally._asdict().items():
            array[:] = state[name]


def follow(env: HideAndSeek) -> BehaviourTracker:
    """Return a tracker that is shown every step of an environment from now on, in place of any other."""
    tracker = BehaviourTracker(env)
    env.before_restart = tracker.observe
    return tracker
