"""The pool of a run's past policies: which are kept, where they are, how strong they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hideseek.checks import check_instance, check_integer, check_path
from hideseek.evaluate.ratings import RunRatings
from hideseek.learn.storage import load_tree, save_tree
from hideseek.policy.policy import Policy

FOLDER = "opponents"
"""Where a run keeps the pool's policies."""


class OpponentPool:
    """At most `size` past policies in a folder, spread evenly over the run, with their ratings.

    Files of policies that left the pool stay until `delete_strays`, so that the last checkpoint's pool is complete.
    """

    def __init__(self, folder: Path, size: int) -> None:
        folder = check_path("folder", folder)
        check_integer("size", size, 1)
        self._folder, self._size = folder, size
        self.members: list[int] = []
        """Iterations at which the policies were taken, in order."""
        self.ratings = RunRatings()
        """Of the members and of the current policy."""
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, iteration: int, policy: Policy) -> None:
        """Keep `policy`, the current one; if the pool was full, another member leaves it (`thinned`).

        Raises:
            TypeError: `policy` is no Policy.
            ValueError: `iteration` is not above those of all members.
        """
        check_integer("iteration", iteration, self.members[-1] + 1 if self.members else 0)
        check_instance("policy", policy, Policy, "a Policy")
        save_tree(self._path(iteration), policy)
        self.ratings.add(iteration)
        before = [*self.members, iteration]
        self.members = thinned(before, self._size)
        for member in set(before) - set(self.members):
            self.ratings.remove(member)

    def load(self, iteration: int, template: Policy) -> Policy:
        """Return a member; `template` has its structure.

        Raises:
            RunError: It is not there, or of another structure.
        """
        check_integer("iteration", iteration, 0)
        return load_tree(self._path(iteration), template)

    def set_state(self, members: list[int], ratings: dict[str, Any]) -> None:
        """Put back the members and the state of the ratings.

        Raises:
            ValueError: The ratings are damaged, or of other members; nothing is changed.
        """
        self.ratings.set_state(ratings, members)
        self.members = list(members)

    def delete_strays(self, in_use: Sequence[int]) -> None:
        """Delete the files of policies that are neither members nor `in_use`; numbers below 0 are no policy."""
        members = {self._path(iteration) for iteration in (*self.members, *in_use)}
        for path in self._folder.glob("*.safetensors"):
            if path not in members:
                path.unlink()

    def _path(self, iteration: int) -> Path:
        return self._folder / f"{iteration:08d}.safetensors"


def thinned(iterations: list[int], size: int) -> list[int]:
    """Return `size` of the iterations, which are in order, at most.

    Where there is one too many, the one leaves whose neighbours are closest to each other, the oldest such: the gap
    that it leaves is the smallest possible. The first and the last stay; where `size` is 1, the last does.
    """
    check_integer("size", size, 1)
    kept = list(iterations)
    while len(kept) > size:
        inner = range(1, len(kept) - 1)
        del kept[min(inner, key=lambda i: kept[i + 1] - kept[i - 1], default=0)]
    return kept
