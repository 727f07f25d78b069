"""What a source offers to a page: its players, and where it is a run those of its past."""

from functools import lru_cache

from hideseek.checks import check_instance
from hideseek.env.engines import Engine, environment_kind
from hideseek.zoo.sources import Source, open_source, source_iterations

KEPT_POLICIES = 4
"""How many policies stay in memory once they were asked for."""


class Policies:
    """The players that a name stands for: trained ones by their iterations, or random or scripted ones.

    Attributes:
        game: what they play.
        engine: the kind of environment that they play in.
    """

    def __init__(self, name: str, engine: Engine = "hideseek") -> None:
        """Read the last policy.

        Args:
            name: a run's folder, `zoo:NAME`, `scripted:NAME`, or a game's name for random players.
            engine: what moves the bodies, the package's own physics or MuJoCo.

        Raises:
            ImportError: MuJoCo is to move the bodies and is not installed.
            ValueError: There is no such engine, or no policy of the zoo or script of this name.
            RunError: There is no such run or game, the run is damaged, or its files are of another version.
        """
        check_instance("name", name, str, "a string")
        self.engine = environment_kind(engine)
        self._name = name
        self._open = lru_cache(KEPT_POLICIES)(open_source)
        self.game = self.at().game

    def iterations(self) -> list[int]:
        """Return the iterations of training of which there is the policy, in order; none where nobody was trained.

        A run may go on meanwhile.

        Raises:
            RunError: The run has been deleted or damaged meanwhile.
        """
        return source_iterations(self._name)

    def at(self, iteration: int | None = None) -> Source:
        """Return the players of an iteration, those of the last one by default.

        Raises:
            RunError: There is no policy of this iteration, or it cannot be read.
        """
        if iteration is None:
            iterations = self.iterations()
            iteration = iterations[-1] if iterations else None
        return self._open(self._name, iteration)
