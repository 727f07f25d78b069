"""`hideseek evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.checks import check_integer, check_output_file
from hideseek.commands.options import call_with_options
from hideseek.terminal import plain_console

if TYPE_CHECKING:
    from hideseek.evaluate.compare import Entrant
    from hideseek.game.config import Game
    from hideseek.policy.policy import Policy


def main(arguments: list[str]) -> None:
    """Play a trained policy against another one, on both sides, and print how they do."""
    call_with_options(_evaluate, "evaluate", arguments)


def _evaluate(
    run: Path,
    /,
    *,
    against: str = "untrained",
    episodes: int = 200,
    seed: int = 0,
    details: bool = False,
    json: Path | None = None,
) -> None:
    """Play a trained policy against another one, on both sides, and print how they do.

    Args:
        run: the folder of a training run, or `zoo:NAME` for a policy that comes with the package (`hideseek list`).
        against: another run or policy of the zoo, `untrained` (the same network with fresh weights), `random`
            (uniform choices), or in the quadrant game a script: `scripted:door` (hiders that close its doors),
            `scripted:idle` (that do all but that), `scripted:chase` (that stand still), each with seekers that chase.
        episodes: how many of each pairing, all on the same layouts.
        seed: of layouts and chances.
        details: whether to print tables of all that was measured, too.
        json: a file to write all numbers to.
    """
    from hideseek.evaluate.compare import compare
    from hideseek.evaluate.report import comparison_tables, save_comparison, verdict

    check_integer("episodes", episodes, 2)
    check_integer("seed", seed, 0)
    if json is not None:
        check_output_file("json", json)
    game, first, second = _entrants(str(run), against, seed)
    comparison = compare(game, first, second, episodes, seed)
    console = plain_console()
    console.print(verdict(comparison), soft_wrap=True)
    if details:
        console.print(comparison_tables(comparison))
    else:
        console.print("--details prints all that was measured, --json FILE keeps it.", soft_wrap=True)
    if json is not None:
        save_comparison(comparison, json)


def _entrants(run: str, against: str, seed: int) -> "tuple[Game, Entrant, Entrant]":
    """Return the game of `run`, its policy, and the opponent that `against` names."""
    from hideseek.evaluate.compare import Entrant
    from hideseek.evaluate.players import PolicyPlayer, RandomPlayer, untrained_policy
    from hideseek.evaluate.scripted.names import PREFIX as SCRIPTED
    from hideseek.evaluate.scripted.names import scripted_entrant
    from hideseek.game.observe import observation_spec
    from hideseek.policy.config import FeatureSizes
    from hideseek.zoo.policies import load_named

    def entrant(name: str, policy: "Policy", repeat: int) -> Entrant:
        return Entrant(name, PolicyPlayer(policy, repeat), PolicyPlayer(policy, repeat))

    policy, description = load_named(run)
    repeat = description.config.action_repeat
    game, sizes = description.game, FeatureSizes.of(observation_spec(description.game))
    if against == "random":
        return game, entrant("trained", policy, repeat), Entrant(against, RandomPlayer(), RandomPlayer())
    if against == "untrained":
        opponent = untrained_policy(sizes, description.network, seed)
        return game, entrant("trained", policy, repeat), entrant(against, opponent, repeat)
    if against.startswith(SCRIPTED):
        return game, entrant("trained", policy, repeat), scripted_entrant(against)
    opponent, other = load_named(against)
    if FeatureSizes.of(observation_spec(other.game)) != sizes:
        raise ValueError(f"{against} was trained on a game with other observations than {run}")
    return game, entrant(run, policy, repeat), entrant(against, opponent, other.config.action_repeat)
