"""A comparison in a few sentences, as tables for the terminal, and as a file."""

import json
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hideseek.checks import check_instance, check_output_file, printable
from hideseek.evaluate.behaviour.names import LABELS as BEHAVIOURS
from hideseek.evaluate.behaviour.names import PREFIX
from hideseek.evaluate.compare import Comparison, Gain, Match
from hideseek.evaluate.play import MEASURES
from hideseek.files import write_whole

LABELS = {
    "hider_return": "hiders' return",
    "seeker_return": "seekers' return",
    "hidden": "time hidden, share",
    "max_box_move": "box moved, m",
    "num_box_lock": "boxes locked",
    "max_ramp_move": "ramp moved, m",
    "num_ramp_lock": "ramps locked",
}
PREPARATION_SUFFIX = "_prep"


def verdict(comparison: Comparison) -> str:
    """Return in a few sentences which team gained what by the first entrant in place of the second."""
    check_instance("comparison", comparison, Comparison, "a Comparison")
    first, second = printable(comparison.first), printable(comparison.second)
    count = comparison.episode_count
    return "\n".join(
        [
            *(_gain_sentence(gain, first, second) for gain in comparison.gains),
            *_hidden_shares(comparison),
            f"Return: the rewards of an episode. {count} episodes of each pairing, same layouts; [ ]: 95 % intervals.",
        ]
    )


def _gain_sentence(gain: Gain, first: str, second: str) -> str:
    """Return what one team gained, or that this cannot be told from so few episodes."""
    i, others = gain.interval, "seekers" if gain.team == "hiders" else "hiders"
    change = "gained" if i.low > 0.0 else "lost" if i.high < 0.0 else "neither gained nor lost for certain"
    numbers = f"{i.mean:+.1f} [{i.low:+.1f}, {i.high:+.1f}]"
    against = f", against {printable(gain.opponent)} {others}" if gain.opponent else ""
    who = f"{first} {gain.team} in place of {second} ones{against}"
    return f"{gain.team.capitalize()} {change}: {numbers} in return ({who})."


def _hidden_shares(comparison: Comparison) -> list[str]:
    """Return who hides how well, in a sentence or two; nothing where there is nobody to hide from."""
    if not comparison.gains[0].opponent:
        return []
    first, second = printable(comparison.first), printable(comparison.second)
    a, b, c, d = (_hidden(match) for match in comparison.matches)
    others = printable(comparison.gains[0].opponent)
    if others == second:
        return [f"Hiders stay unseen for {c} of the time among {first} players, {d} among {second} ones."]
    return [
        f"From {others} seekers, {first} hiders stay unseen for {a} of the time, {second} ones for {c}.",
        f"From {first} seekers, {others} hiders stay unseen for {b} of the time, from {second} ones for {d}.",
    ]


def _hidden(match: Match) -> str:
    interval = match.interval("hidden")
    return "an unknown share" if interval is None else f"{100 * interval.mean:.0f} %"


def comparison_tables(comparison: Comparison) -> RenderableType:
    """Return tables of all matches, of behaviours, and of what the first entrant gains in place of the second."""
    check_instance("comparison", comparison, Comparison, "a Comparison")
    note = f"{comparison.episode_count} episodes each, on the same layouts; 95 % confidence intervals of the mean"
    episodes = comparison.matches[0].episodes
    measures = (*MEASURES, *episodes.metrics)
    behaviours = episodes.measures[len(measures) :]
    tables = [_match_table("Matches", comparison, measures), _match_table("Behaviours", comparison, behaviours)]
    return Group(*tables, _gain_table(comparison), Text(note, style="dim"))


def save_comparison(comparison: Comparison, path: Path) -> None:
    """Write the numbers to a JSON file; its folder is made where there is none.

    Raises:
        TypeError: if `comparison` is no Comparison or `path` no path.
        ValueError: if there cannot be such a file.
        OSError: if it cannot be written.
    """
    check_instance("comparison", comparison, Comparison, "a Comparison")
    path = check_output_file("path", path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(comparison.as_dict(), indent=2) + "\n").encode())


def _match_table(title: str, comparison: Comparison, measures: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("hiders\nvs seekers")
    for match in comparison.matches:
        heading = Text(f"{printable(match.hiders)}\nvs {printable(match.seekers)}")
        table.add_column(heading, justify="right")
    for name in measures:
        table.add_row(_label(name), *(_cell(match, name) for match in comparison.matches))
    return table


def _cell(match: Match, measure: str) -> str:
    interval = match.interval(measure)
    return "-" if interval is None else f"{interval.mean:.2f} ± {interval.high - interval.mean:.2f}"


def _gain_table(comparison: Comparison) -> Table:
    title = f"{printable(comparison.first)} in place of {printable(comparison.second)}"
    table = Table(title=Text(title, style="table.title"), title_justify="left")
    for heading in ("team", "gain in return", "between"):
        table.add_column(heading)
    for gain in comparison.gains:
        i = gain.interval
        style = "" if not i.excludes_zero else "green" if i.mean > 0 else "red"
        table.add_row(
            gain.team, Text(f"{i.mean:+.2f} [{i.low:+.2f}, {i.high:+.2f}]", style=style), Text(printable(gain.title))
        )
    return table


def _label(measure: str) -> str:
    if measure.startswith(PREFIX):
        return BEHAVIOURS[measure.removeprefix(PREFIX)]
    if measure.endswith(PREPARATION_SUFFIX):
        return f"{LABELS[measure.removesuffix(PREPARATION_SUFFIX)]} (preparation)"
    return LABELS[measure]
