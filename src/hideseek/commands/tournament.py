"""`hideseek tournament`."""

from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.checks import check_integer, printable
from hideseek.commands.options import call_with_options
from hideseek.commands.sources import SourceName
from hideseek.terminal import plain_console, printable_path

if TYPE_CHECKING:
    from hideseek.evaluate.tournament.matches import Contestant, Tournament
    from hideseek.zoo.sources import Source

RANDOM = "random"
"""An entrant that needs no name of its own."""


def main(arguments: list[str]) -> None:
    """Let many players play each other, and rate them."""
    call_with_options(_tournament, "tournament", arguments)


def _tournament(
    entrants: tuple[SourceName, ...],
    /,
    *,
    episodes: int = 200,
    seed: int = 0,
    history: int = 0,
    game: str | None = None,
    out: Path = Path("tournament"),
) -> None:
    """Let many players play each other, everybody's hiders against everybody's seekers, and rate them.

    Prints the payoff matrix, Elo ratings of hiders and seekers with 95 % intervals, ratings that are updated match by
    match, and whether some beat each other in a circle. A tournament that was interrupted goes on where it was, and
    players can be added to one, in the same folder.

    Args:
        entrants: runs' folders, also as they were at an iteration (`runs/x@1000`), `zoo:NAME`, `scripted:NAME`, or
            `random`.
        episodes: how many of each match, all on the same layouts.
        seed: of layouts and chances.
        history: put so many moments of each run, from its first to its last, in its place; 0 for the last alone.
        game: what is played, the entrants' own by default, as its preset has it.
        out: folder for matches.json, ratings.json and, where the extra `plot` is installed, tournament.png.
    """
    from hideseek.evaluate.tournament.matches import Tournament
    from hideseek.evaluate.tournament.storage import check_matches_file, load_matches

    check_integer("history", history, 0)
    path = check_matches_file(out)
    named, moments = _named(entrants, history)
    game_name = game or _common_game(named)
    contestants = [_contestant(name, source, game_name) for name, source in named.items()]
    tournament = Tournament(game_name, episodes, seed, list(named))
    if path.exists():
        load_matches(tournament, path)
    out.mkdir(parents=True, exist_ok=True)
    _play(tournament, contestants, path)
    _tell(tournament, moments, out)


def _named(entrants: tuple[str, ...], history: int) -> "tuple[dict[str, Source | None], dict[str, list[int]]]":
    """Return the players by their names in the tournament, None for random ones, and which are moments of one run."""
    from hideseek.zoo.sources import open_source, spread_iterations

    named: dict[str, Source | None] = {}
    moments: dict[str, list[int]] = {}
    for entrant in entrants:
        run, at, iteration = entrant.rpartition("@")
        if entrant == RANDOM:
            sources = {RANDOM: None}
        elif at and iteration.isdecimal() and not Path(entrant).exists():
            sources = {entrant: open_source(run, int(iteration))}
        else:
            source = open_source(entrant)
            if source.folder is None:
                sources = {entrant: source}
            else:
                chosen = spread_iterations(entrant, history) if history > 1 else [source.iteration]
                sources = {
                    f"{entrant}@{moment}": source if moment == source.iteration else open_source(entrant, moment)
                    for moment in chosen
                }
                moments[entrant] = list(range(len(named), len(named) + len(sources)))
        for name, source in sources.items():
            if name in named:
                raise ValueError(f"entrants has {printable(name)!r} twice, expected different players")
            named[name] = source
    return named, moments


def _common_game(named: "dict[str, Source | None]") -> str:
    """Return the preset game that all players know; raise ValueError where there is none."""
    from hideseek.game.config import PRESETS

    layouts = {source.game.layout.name for source in named.values() if source is not None}
    if len(layouts) != 1:
        known = " and ".join(sorted(layouts)) or "none"
        raise ValueError(f"game of the entrants is {known}, expected one; --game chooses: {', '.join(PRESETS)}")
    return next(name for name, preset in PRESETS.items() if preset.layout.name in layouts)


def _contestant(name: str, source: "Source | None", game_name: str) -> "Contestant":
    """Return who takes part; raise ValueError where players cannot see the game."""
    from hideseek.evaluate.players import RandomPlayer
    from hideseek.evaluate.tournament.matches import Contestant
    from hideseek.game.config import make_game
    from hideseek.game.observe import observation_spec
    from hideseek.policy.config import FeatureSizes

    if source is None:
        return Contestant(name, lambda: (RandomPlayer(), RandomPlayer()))
    seen, shown = (FeatureSizes.of(observation_spec(game)) for game in (source.game, make_game(game_name)))
    if source.iteration is not None and seen != shown:
        raise ValueError(f"{printable(name)} was trained with other observations than those of {game_name}")
    return Contestant(name, source.players)


def _play(tournament: "Tournament", contestants: "list[Contestant]", path: Path) -> None:
    """Play the matches that are missing; after each of them all are kept."""
    from rich.progress import Progress

    from hideseek.evaluate.tournament.matches import play_missing
    from hideseek.evaluate.tournament.storage import save_matches
    from hideseek.game.config import make_game

    total = len(tournament.names) ** 2
    with Progress(console=plain_console()) as progress:
        task = progress.add_task("matches", total=total, completed=total - len(tournament.missing))

        def after_match() -> None:
            """Keep what was played, and show it."""
            save_matches(tournament, path)
            progress.advance(task)

        play_missing(tournament, make_game(tournament.game_name), contestants, after_match)


def _tell(tournament: "Tournament", moments: dict[str, list[int]], out: Path) -> None:
    """Print what came of it and write the files."""
    import json

    from hideseek.checks import MissingExtraError
    from hideseek.evaluate.tournament.picture import draw_tournament
    from hideseek.evaluate.tournament.report import Result, sentences, tables
    from hideseek.files import write_whole

    result = Result(tournament)
    console = plain_console()
    console.print(tables(result))
    for line in sentences(result, moments):
        console.print(line, soft_wrap=True)
    write_whole(out / "ratings.json", (json.dumps(result.as_dict(), indent=1) + "\n").encode())
    try:
        draw_tournament(result, out / "tournament.png")
    except MissingExtraError as error:
        print(f"no picture: {error}")
    print(printable_path(out))
