"""Which worlds begin where: applies the starts of all scenarios, and hears what came of them."""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Bool

from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.scripted.rooms import Doors
from hideseek.game.config import Game, check_game
from hideseek.learn.curriculum.bins import Bins
from hideseek.learn.curriculum.config import StartRule, StartsConfig
from hideseek.learn.curriculum.levels import Levels
from hideseek.learn.curriculum.quadrant.defence import DefenceStarts
from hideseek.learn.curriculum.quadrant.doors import DoorStarts
from hideseek.learn.curriculum.quadrant.ramps import RampStarts
from hideseek.learn.curriculum.rule import Rule
from hideseek.learn.curriculum.scenario import Scenario, build_start
from hideseek.learn.curriculum.visited import VisitedStates
from hideseek.learn.curriculum.world import CLOCK_STEPS
from hideseek.learn.state import check_field, prefixed, under

SCENARIOS: dict[str, Callable[[], Scenario]] = {"doors": DoorStarts, "ramps": RampStarts, "defence": DefenceStarts}
RULES: dict[StartRule, Callable[[Mapping[str, int]], Rule]] = {"bins": Bins, "levels": Levels}
LEAST_PART = 0.1
"""Of the starts, for each scenario, however little can be learned from it: so no stage is forgotten."""
TRIES = 4
"""Starts that are drawn for a world before it begins as the true game does, because none finds room there."""
VISITS = 16
"""States that are taken in of each group of worlds and window."""
LATEST = 0.8
"""Episodes do not begin later than at this share of the horizon."""
NONE = -1
PREFIX = "starts/"
"""Before the names of its metrics."""


class Curriculum:
    """Lets the episodes of the last worlds of a batch begin in states of some scenarios.

    The other worlds play the true game. A start's clock is kept: such an episode is shorter, and counts as its share of
    one. What came of it is told by the game's own reward: whether hiders were hidden.

    Attributes:
        has_starts: which worlds of the batch begin so [world].
        share: how much of a whole episode each world's current one is [world].
    """

    def __init__(self, config: StartsConfig, game: Game, world_count: int, repeat: int, seed: int) -> None:
        """Take the options, the game, the worlds of the whole batch, the steps of a decision, and the run's seed.

        Raises:
            TypeError, ValueError: The game has no such scenarios, or an argument is out of range.
        """
        check_game(game)
        check_integer("world_count", world_count, 1)
        check_integer("repeat", repeat, 1)
        self._game, self._seed = game, seed
        count = round(config.share * world_count)
        self.has_starts = np.arange(world_count) >= world_count - count
        if count:
            check_scenarios(config, game, repeat)
        self._scenarios = [SCENARIOS[name]() for name in config.scenarios]
        self._rules: list[Rule] = [
            RULES[scenario.rule if config.rule == "own" else config.rule](scenario.axes) for scenario in self._scenarios
        ]
        self._visited_share = config.visited if count else 0.0
        self.visited = VisitedStates(config.visited_count, game.horizon) if self._visited_share else None
        """States that play has visited; None where no start is one of them."""
        self._current = np.full((world_count, 2), NONE)
        """Scenario and case of the start of each world's episode."""
        self._hidden, self._steps = np.zeros(world_count), np.zeros(world_count)
        self.share = np.ones(world_count)

    def record(
        self, worlds: slice, hidden: Bool[np.ndarray, " world"], preparation: Bool[np.ndarray, " world"]
    ) -> None:
        """Take in a step of some worlds."""
        self._hidden[worlds] += hidden & ~preparation
        self._steps[worlds] += ~preparation

    def begin(self, env: HideAndSeek, worlds: slice, done: Bool[np.ndarray, " world"], step: int) -> bool:
        """Hear what came of the episodes that are over, and let the next ones begin in starts.

        Args:
            env: Where the worlds `worlds` of the batch are; episodes have begun anew there.
            worlds: Which worlds these are.
            done: In which of them an episode ended.
            step: Number of the step in the run.

        Returns:
            Whether any world was changed: observations are stale then.
        """
        ended = np.flatnonzero(done)
        for world in ended + worlds.start:
            self._learn(int(world))
        self._hidden[worlds][done] = self._steps[worlds][done] = 0.0
        self._current[worlds][done] = NONE
        self.share[worlds][done] = 1.0
        chosen = ended[self.has_starts[worlds][ended]]
        if not chosen.size:
            return False
        generator = np.random.default_rng([self._seed, step, worlds.start])
        state = env.get_state(chosen)
        doors = Doors(type(env.bodies)(*(array[chosen] for array in env.bodies)))
        for row, world in enumerate((chosen + worlds.start).tolist()):
            self._current[world] = self._build(state, row, doors, generator)
        self.share[chosen + worlds.start] = 1.0 - state["step"] / self._game.horizon
        env.set_state(state, chosen)
        env.sense(chosen)
        return True

    def visit(self, env: HideAndSeek, observation: Mapping[str, np.ndarray], step: int) -> None:
        """Take in the states of some worlds as they are now, with their observations [world, agent, ...]."""
        if self.visited is None:
            return
        generator = np.random.default_rng([self._seed, step, VISITS])
        open_worlds = np.flatnonzero(env.record.step < LATEST * self._game.horizon)
        chosen = np.sort(generator.permutation(open_worlds)[:VISITS])
        self.visited.offer(env.get_state(chosen), {name: x[chosen] for name, x in observation.items()})

    def _learn(self, world: int) -> None:
        """Tell the rule of a start what came of it."""
        scenario, case = self._current[world]
        if scenario == NONE or not self._steps[world]:
            return
        hidden, kind = self._hidden[world] / self._steps[world], self._scenarios[scenario]
        own = hidden if kind.team == "hiders" else 1.0 - hidden
        self._rules[scenario].learn(int(case), bool(own >= kind.success))

    def _build(
        self, state: dict[str, np.ndarray], row: int, doors: Doors, generator: np.random.Generator
    ) -> tuple[int, int]:
        """Turn one world of a state into a start; return scenario and case, or twice `NONE` where it found no room."""
        if self.visited is not None and self.visited.count and generator.random() < self._visited_share:
            self.visited.put(self.visited.draw(generator), state, row)
            return NONE, NONE
        for _ in range(TRIES):
            number = int(generator.choice(len(self._scenarios), p=self.parts()))
            case, hardness = self._rules[number].draw(generator)
            if build_start(self._scenarios[number], self._game, state, row, doors, hardness, generator):
                return number, case
        return NONE, NONE

    def parts(self) -> np.ndarray:
        """Return the share of each scenario among the starts: in proportion to what can be learned from it."""
        learnable = np.array([rule.learnable() for rule in self._rules]) + 1e-6
        least = min(LEAST_PART, 1.0 / len(learnable))
        return least + (1.0 - least * len(learnable)) * learnable / learnable.sum()

    def metrics(self) -> dict[str, float]:
        """Return what to log: the scenarios' shares, and what their rules tell."""
        if not self.has_starts.any():
            return {}
        metrics = {}
        for scenario, rule, part in zip(self._scenarios, self._rules, self.parts(), strict=True):
            metrics[f"{PREFIX}{scenario.name}_share"] = float(part)
            metrics |= {f"{PREFIX}{scenario.name}_{name}": value for name, value in rule.metrics().items()}
        return metrics

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is needed to go on as if nothing had happened; nothing where no world has starts."""
        if not self.has_starts.any():
            return {}
        state = {"current": self._current.copy(), "hidden": self._hidden.copy(), "steps": self._steps.copy()}
        state["share"] = self.share.copy()
        for scenario, rule in zip(self._scenarios, self._rules, strict=True):
            state |= prefixed(f"{scenario.name}/", rule.get_state())
        if self.visited is not None:
            state |= prefixed("visited/", self.visited.get_state())
        return state

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Put back what `get_state` returned.

        Raises:
            TypeError, ValueError: An array is missing or of a wrong kind or shape.
        """
        if not self.has_starts.any():
            return
        own = ("current", self._current), ("hidden", self._hidden), ("steps", self._steps), ("share", self.share)
        for name, array in own:
            check_field("state of starts", state, name, array.shape, "i" if array is self._current else "f")
            array[:] = state[name]
        for scenario, rule in zip(self._scenarios, self._rules, strict=True):
            rule.set_state(under(f"{scenario.name}/", state))
        if self.visited is not None:
            self.visited.set_state(under("visited/", state))


def check_scenarios(config: StartsConfig, game: Game, repeat: int) -> None:
    """Raise ValueError unless a game has the situations that the scenarios are about."""
    if game.layout.name != "quadrant":
        raise ValueError(
            f"layout of game is {game.layout.name!r}, expected 'quadrant' for starts of {config.scenarios}"
        )
    for name, least in (("boxes_min", 2), ("ramps", 1), ("seekers", 1)):
        if getattr(game, name) < least:
            raise ValueError(f"{name} of game is {getattr(game, name)}, expected {least} at least for starts")
    if CLOCK_STEPS % repeat or game.preparation_steps % CLOCK_STEPS:
        raise ValueError(
            f"action_repeat is {repeat}, with {game.preparation_steps} steps of preparation; expected a divisor of"
            f" {CLOCK_STEPS}, and a multiple of {CLOCK_STEPS}, for starts"
        )
