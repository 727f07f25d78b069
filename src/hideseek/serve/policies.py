"""The policies that a run folder or the zoo offers, ready to play."""

from functools import lru_cache
from typing import Literal, get_args

from hideseek.checks import check_choice, check_instance
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import PolicyPlayer
from hideseek.learn.checkpoint import load_policy, policy_iterations
from hideseek.policy.policy import Policy
from hideseek.zoo.cards import PREFIX, read_card
from hideseek.zoo.policies import load_named

Engine = Literal["hideseek", "mujoco"]
KEPT_POLICIES = 4
"""How many policies stay in memory once they were asked for."""


class Policies:
    """What one source offers: the last policy of a run and those of its past that were kept, or one of the zoo.

    Attributes:
        source: a run's folder, or `zoo:NAME`.
        game: what the policies were trained on.
        action_repeat: for how many steps they carry out each choice.
        engine: the kind of environment that they play in.
    """

    def __init__(self, source: str, engine: Engine = "hideseek") -> None:
        """Read the last policy.

        Args:
            source: a run's folder, or `zoo:NAME`.
            engine: what moves the bodies, the package's own physics or MuJoCo.

        Raises:
            ImportError: MuJoCo is to move the bodies and is not installed.
            ValueError: There is no such policy in the zoo.
            RunError: There is no such run, it is damaged, or its files are of another version.
        """
        check_instance("source", source, str, "a run's folder or zoo:NAME as a string")
        check_choice("engine", engine, get_args(Engine))
        _, description = load_named(source)
        self.source, self.game = source, description.game
        self.action_repeat = description.config.action_repeat
        self.engine = _environment_kind(engine)
        self._load = lru_cache(KEPT_POLICIES)(self._read)

    def iterations(self) -> list[int]:
        """Return the iterations of training of which there is the policy, in order; a run may go on meanwhile.

        Raises:
            RunError: The run has been deleted or damaged meanwhile.
        """
        if self.source.startswith(PREFIX):
            return [read_card(self.source.removeprefix(PREFIX))["training"]["iteration"]]
        return policy_iterations(self.source)

    def name(self, iteration: int) -> str:
        """Return what replays call the policy of an iteration."""
        return self.source if self.source.startswith(PREFIX) else f"{self.source}, iteration {iteration}"

    def player(self, iteration: int) -> PolicyPlayer:
        """Return a new player with the policy of an iteration.

        Raises:
            RunError: There is no policy of this iteration, or it cannot be read.
        """
        return PolicyPlayer(self._load(iteration), self.action_repeat)

    def _read(self, iteration: int) -> Policy:
        named = load_named(self.source) if self.source.startswith(PREFIX) else load_policy(self.source, iteration)
        return named[0]


def _environment_kind(engine: Engine) -> type[HideAndSeek]:
    """Return the kind of environment in which an engine moves the bodies."""
    if engine == "hideseek":
        return HideAndSeek
    from hideseek.env.mujoco_batch import MujocoHideAndSeek
    from hideseek.sim.mujoco_twin import import_mujoco

    import_mujoco()
    return MujocoHideAndSeek
