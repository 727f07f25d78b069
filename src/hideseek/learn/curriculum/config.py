"""What a training run is told about start states."""

from dataclasses import dataclass
from typing import Literal, get_args

from hideseek.checks import check_choice, check_integer, check_number

StartRule = Literal["levels", "bins"]
StartRuleChoice = Literal["own", "levels", "bins"]
ScenarioName = Literal["doors", "ramps", "defence"]
MOST_SHARE = 0.75


@dataclass(frozen=True)
class StartsConfig:
    """Which worlds begin their episodes in a state of a scenario, and how hard these states are."""

    share: float = 0.0
    """Share of the worlds, at most 0.75: the others play the true game from its beginning. None where it is 0."""
    rule: StartRuleChoice = "own"
    """How hard the next start is: `levels` rise and fall along each axis with success, `bins` over the axes are drawn
    by how much can be learned in each; `own` leaves it to the scenario: bins for doors, levels for what has to do with
    ramps."""
    scenarios: tuple[ScenarioName, ...] = ("doors", "ramps", "defence")
    """The stages whose situations are practised, all at once, in shares that follow where learning is."""
    visited: float = 0.0
    """Share of these starts that are states which play has visited, in place of scenarios; above 0 the network needs
    several value heads, which tell by their disagreement what can be learned where."""
    visited_count: int = 10_000
    """States that are kept of those."""

    def __post_init__(self) -> None:
        check_number("share of starts", self.share, least=0.0, most=MOST_SHARE)
        check_number("visited of starts", self.visited, least=0.0, most=1.0)
        check_integer("visited_count of starts", self.visited_count, 2, plain=True)
        check_choice("rule of starts", self.rule, get_args(StartRuleChoice))
        if not self.scenarios or len(set(self.scenarios)) != len(self.scenarios):
            raise ValueError(f"scenarios of starts is {self.scenarios}, expected different names, one at least")
        for name in self.scenarios:
            check_choice("scenario of starts", name, get_args(ScenarioName))


NO_STARTS = StartsConfig()
"""Every episode begins as the game has it."""
