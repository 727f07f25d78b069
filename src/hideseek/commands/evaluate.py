"""`hideseek evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.checks import check_integer, check_output_file, printable
from hideseek.commands.options import call_with_options
from hideseek.commands.sources import SourceName
from hideseek.terminal import plain_console

if TYPE_CHECKING:
    from hideseek.evaluate.compare import Entrant
    from hideseek.game.config import Game

UNTRAINED, RANDOM, PAST = "untrained", "random", "past"
"""Opponents that need no name of their own."""
PAST_POLICIES = 8
"""Of a run's own, at most, that are met as its past."""


def main(arguments: list[str]) -> None:
    """Play a trained policy against another one, on both sides, and print how they do."""
    call_with_options(_evaluate, "evaluate", arguments)


def _evaluate(
    source: SourceName,
    /,
    *,
    against: SourceName | None = None,
    episodes: int = 200,
    seed: int = 0,
    details: bool = False,
    json: Path | None = None,
) -> None:
    """Play a trained policy against another one, on both sides, and print how they do.

    Args:
        source: a run's folder, `zoo:NAME`, `scripted:NAME`, or a game's name for random players (`hideseek list`).
        against: another run or policy of the zoo, `untrained` (the same network with fresh weights), `random`
            (uniform choices), or in the quadrant game a script: `scripted:door` (hiders that close its doors),
            `scripted:idle` (that do all but that), `scripted:chase` (that stand still), each with seekers that chase;
            `scripted:ramp` (the first, with seekers that go over the wall by a ramp), `scripted:ramp-away` (hiders that
            put the ramp away first, with these seekers). Other games have `scripted:lock`, `scripted:order`,
            `scripted:build`, `scripted:shelter` and `scripted:eat`.
            `past`: both teams, as trained and as untrained, meet the other team as it was at up to eight moments of the
            run, from its beginning to its end. By default `untrained`, or `random` where the first were not trained.
        episodes: how many of each pairing, all on the same layouts.
        seed: of layouts and chances.
        details: whether to print tables of all that was measured, too.
        json: a file to write all numbers to.
    """
    from hideseek.evaluate.compare import compare, compare_against
    from hideseek.evaluate.report import comparison_tables, save_comparison, verdict

    check_integer("episodes", episodes, 2)
    check_integer("seed", seed, 0)
    if json is not None:
        check_output_file("json", json)
    if against == PAST:
        game, first, past = _past(source)
        comparison = compare_against(game, first, _untrained(source, seed), past, episodes, seed)
    else:
        game, first, second = _entrants(source, against, seed)
        comparison = compare(game, first, second, episodes, seed)
    console = plain_console()
    console.print(verdict(comparison), soft_wrap=True)
    if details:
        console.print(comparison_tables(comparison))
    else:
        console.print("--details prints all that was measured, --json FILE keeps it.", soft_wrap=True)
    if json is not None:
        save_comparison(comparison, json)


def _entrants(name: str, against: str | None, seed: int) -> "tuple[Game, Entrant, Entrant]":
    """Return the game of the players that `name` stands for, these players, and those that `against` names."""
    from hideseek.evaluate.compare import Entrant
    from hideseek.evaluate.players import RandomPlayer
    from hideseek.evaluate.scripted.names import PREFIX as SCRIPTED
    from hideseek.game.observe import observation_spec
    from hideseek.learn.files import RunError
    from hideseek.policy.config import FeatureSizes
    from hideseek.zoo.sources import open_source

    source = open_source(name)
    is_trained = source.iteration is not None
    against = against or (UNTRAINED if is_trained else RANDOM)
    title = "trained" if is_trained and (against in (UNTRAINED, RANDOM) or against.startswith(SCRIPTED)) else name
    first = Entrant(title, *source.players())
    if against == RANDOM:
        return source.game, first, Entrant(RANDOM, RandomPlayer(), RandomPlayer())
    if against == UNTRAINED:
        if not is_trained:
            raise ValueError(f"--against is {UNTRAINED}, expected another one: {name} has no network")
        return source.game, first, _untrained(name, seed)
    try:
        opponent = open_source(against)
    except RunError as error:
        raise error if Path(against).exists() else ValueError(f"{error}; or {UNTRAINED}, or {RANDOM}") from error
    if FeatureSizes.of(observation_spec(opponent.game)) != FeatureSizes.of(observation_spec(source.game)):
        raise ValueError(f"{against} plays a game with other observations than {name}")
    return source.game, first, Entrant(against, *opponent.players())


def _past(name: str) -> "tuple[Game, Entrant, Entrant]":
    """Return the game of a run, its policy, and those of its past, evenly spread, each in its share of the worlds."""
    from hideseek.evaluate.compare import Entrant
    from hideseek.evaluate.players import PopulationPlayer
    from hideseek.zoo.sources import open_source, spread_iterations

    chosen = spread_iterations(name, PAST_POLICIES)
    if len(chosen) < 2:
        raise ValueError(f"--against is {PAST}, expected another one: {printable(name)} has no past policies")
    hiders, seekers = zip(*(open_source(name, iteration).players() for iteration in chosen), strict=True)
    source = open_source(name)
    past = Entrant(PAST, PopulationPlayer(hiders), PopulationPlayer(seekers))
    return source.game, Entrant("trained", *source.players()), past


def _untrained(name: str, seed: int) -> "Entrant":
    """Return players with the network of a run or policy of the zoo as it was before training."""
    from hideseek.evaluate.compare import Entrant
    from hideseek.evaluate.players import PolicyPlayer, untrained_policy
    from hideseek.game.observe import observation_spec
    from hideseek.policy.config import FeatureSizes
    from hideseek.zoo.policies import load_named

    _, description = load_named(name)
    sizes, repeat = FeatureSizes.of(observation_spec(description.game)), description.config.action_repeat
    policy = untrained_policy(sizes, description.network, seed)
    return Entrant(UNTRAINED, PolicyPlayer(policy, repeat), PolicyPlayer(policy, repeat))
