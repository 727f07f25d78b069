"""One episode in every world of a batch, one player for each team."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from hideseek.checks import check_array, check_choice, check_instance, check_integer, shown
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.behaviour.names import PREFIX, Values
from hideseek.evaluate.behaviour.tracker import follow
from hideseek.evaluate.endings import Endings
from hideseek.evaluate.players import Player, TeamActions, check_players, start_player
from hideseek.game.statistics import STATISTIC_NAMES

SHAPES = ((3,), (), ())
"""Of one agent's movement, grab and lock."""
MEASURES = ("hider_return", "seeker_return", "hidden", *STATISTIC_NAMES)


@dataclass(frozen=True)
class Episodes:
    """What became of a batch of episodes, one per world."""

    hider_return: Float[np.ndarray, " episode"]
    """Sum of rewards of an episode, averaged over the hiders."""
    seeker_return: Float[np.ndarray, " episode"]
    hidden: Float[np.ndarray, " episode"]
    """Share of the steps after preparation in which no seeker saw a hider."""
    statistics: Float[np.ndarray, "episode statistic"]
    """Columns as `STATISTIC_NAMES`."""
    behaviours: dict[str, Values] = field(default_factory=dict)
    """By name (docs/behaviours.md), not a number where an episode does not tell."""
    metrics: dict[str, Float[np.ndarray, " episode"]] = field(default_factory=dict)
    """What the game's objective measures, by name."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of all that is measured: `MEASURES`, the objective's, behaviours with `PREFIX` before their names."""
        return (*MEASURES, *self.metrics, *(PREFIX + name for name in self.behaviours))

    def measure(self, name: str) -> Float[np.ndarray, " episode"]:
        """Return one of `measures` for every episode; raise ValueError for another name."""
        check_choice("name", name, self.measures)
        if name.startswith(PREFIX):
            return self.behaviours[name.removeprefix(PREFIX)]
        if name in self.metrics:
            return self.metrics[name]
        if name in STATISTIC_NAMES:
            return self.statistics[:, STATISTIC_NAMES.index(name)]
        return getattr(self, name)


def play(
    env: HideAndSeek,
    hiders: Player,
    seekers: Player,
    seed: int,
    before_step: Callable[[], None] | None = None,
    after_step: Callable[[TeamActions, Float[np.ndarray, "world agent"]], None] | None = None,
) -> Episodes:
    """Play one episode in every world of `env` and return what became of them.

    Layouts follow from the seed and the game alone: they are the same whoever plays.

    Args:
        env: its worlds are reset first. Its behaviours are followed, in place of what followed them before.
        hiders: acts for the hiders.
        seekers: acts for the seekers; another object than `hiders`.
        seed: of layouts and of the players' chances, an integer from 0 to 2**31 - 1.
        before_step: called before every step, with the worlds as the players see them.
        after_step: called after every step with the actions of all agents and their rewards. Where `env` does not
            reset by itself, the worlds are then as the step left them, the last step too, or at the end of their
            episode, if that was before.

    Raises:
        TypeError: if `env` is no environment, a player none, or what a player returns is no arrays of integers.
        ValueError: if both players are one object, `seed` is out of range, or a player returns a wrong shape.
    """
    check_instance("env", env, HideAndSeek, "a HideAndSeek")
    check_players(hiders, seekers)
    check_integer("seed", seed, 0)
    for name, call in (("before_step", before_step), ("after_step", after_step)):
        if call is not None and not callable(call):
            raise TypeError(f"{name} is {shown(call)}, expected a function")
    game = env.game
    teams = ((hiders, slice(0, game.hiders)), (seekers, slice(game.hiders, game.agents)))
    for side, (player, team) in enumerate(teams):
        start_player(player, env, team, 2 * seed + side)
    total = np.zeros((env.world_count, game.agents))
    hidden, seeking = np.zeros((2, env.world_count))
    observation, done = env.reset(seed), np.zeros(env.world_count, bool)
    tracker = follow(env)
    endings = Endings(env)
    for _ in range(game.horizon):
        if before_step is not None:
            before_step()
        asked = [_ask(player, observation, team) for player, team in teams]
        actions = TeamActions(*(np.concatenate(parts, axis=1) for parts in zip(*asked, strict=True)))
        observation, reward, done, info = env.step(*actions)
        reward = np.where(endings.over[:, None], np.float32(0.0), reward)
        counts = ~info["preparation"] & ~endings.over
        seeking += counts
        hidden += info["hidden"] & counts
        endings.take(done, info)
        if after_step is not None:
            after_step(actions, reward)
        total += reward
    return Episodes(
        total[:, : game.hiders].mean(1),
        total[:, game.hiders :].mean(1) if game.seekers else np.zeros(env.world_count),
        hidden / np.maximum(seeking, 1),
        endings.statistics,
        tracker.finished(done),
        dict(zip(game.objective.metric_names, endings.metrics.T, strict=True)),
    )


def _ask(player: Player, observation: dict[str, np.ndarray], team: slice) -> TeamActions:
    """Return what a player does with its team; nobody asks it where the game has none."""
    shape = observation["self"][:, team].shape[:2]
    if not shape[1]:
        return TeamActions(*(np.zeros((*shape, *more), np.int8) for more in SHAPES))
    actions = player.act({name: x[:, team] for name, x in observation.items()})
    for name, part, more in zip(TeamActions._fields, actions, SHAPES, strict=True):
        check_array(f"{name} of {type(player).__name__}", part, (*shape, *more), "i")
    return actions
