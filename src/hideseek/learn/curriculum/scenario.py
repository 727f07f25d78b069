"""What a scenario is: a kind of situation in which episodes may begin, and the axes along which it grows harder."""

from collections.abc import Mapping
from typing import Literal, Protocol

import numpy as np

from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import Game
from hideseek.learn.curriculum.config import StartRule
from hideseek.learn.curriculum.world import World

Team = Literal["hiders", "seekers"]


class Scenario(Protocol):
    """A kind of situation."""

    name: str
    team: Team
    """Whose success tells how hard its starts should be."""
    success: float
    """The team succeeds where this share of the time after preparation, or more, is its own: hiders hidden, seekers
    seeing one."""
    axes: Mapping[str, int]
    """What makes it harder, and in how many bins that is divided."""
    rule: StartRule
    """How hard the next start is, unless the run says otherwise."""

    def build(self, world: World, hardness: Mapping[str, float], generator: np.random.Generator) -> bool:
        """Turn a world at the beginning of an episode into a start; return whether there was room for it.

        `hardness` is from 0 to 1 along each axis; at 1 the start is as the true game has it, as far as its axes go.
        """
        ...


def build_start(
    scenario: Scenario,
    game: Game,
    state: Mapping[str, np.ndarray],
    row: int,
    doors: Doors,
    hardness: Mapping[str, float],
    generator: np.random.Generator,
) -> bool:
    """Turn row `row` of a state into a start at rest; where there is no room leave it as it is and return False."""
    before = {name: array[row].copy() for name, array in state.items()}
    if scenario.build(World(game, state, row, doors.middle[row], doors.exists[row]), hardness, generator):
        state["velocity"][row] = 0.0
        return True
    for name, array in state.items():
        array[row] = before[name]
    return False
