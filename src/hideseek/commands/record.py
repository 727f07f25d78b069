"""`hideseek record`."""

from pathlib import Path

from hideseek.checks import check_choice, check_integer, check_output_file
from hideseek.commands.options import call_with_options
from hideseek.commands.sources import SourceName
from hideseek.terminal import printable_path

MOST_EPISODES = 1000
"""Played at a time: each takes a quarter of a megabyte until it is written or dropped."""


def main(arguments: list[str]) -> None:
    """Let a trained policy play, and keep the episodes that are worth watching as a replay."""
    call_with_options(_record, "record", arguments)


def _record(
    source: SourceName,
    /,
    *,
    episodes: int = 1,
    filter: str = "random",
    of: int = 200,
    seed: int = 0,
    out: Path | None = None,
) -> None:
    """Let a trained policy play, and keep the episodes that are worth watching as a replay.

    Args:
        source: who plays: a run's folder, `zoo:NAME` (a policy that comes with the package), `scripted:NAME` (a fixed
            plan), or a game's name for random players (`hideseek list`).
        episodes: how many to keep.
        filter: which: `random`, `hidden` and `seen` (hiders unseen for longest, seen for longest), `longest-box-move`,
            `longest-ramp-move`, `most-locks`, or those with most of a behaviour (docs/behaviours.md): `door-blocked`,
            `behind-doors` (doors blocked by locked boxes before the seekers start, then hidden), `sheltered`,
            `shared-work`, `ramp-defence`, `ramp-use`, `over-wall`, `box-surfing`, `chasing`.
        of: how many to play and choose from; with `random` no more are played than kept.
        seed: of layouts and chances.
        out: the file to write, .replay. By default episodes.replay in the run's folder, or here for other players.
    """
    from hideseek.evaluate.filters import FILTERS, RANDOM
    from hideseek.view.replay.file import SUFFIX, write_replay
    from hideseek.zoo.recording import record_best
    from hideseek.zoo.sources import open_source

    check_integer("episodes", episodes, 1, MOST_EPISODES)
    check_integer("of", of, 1, MOST_EPISODES)
    check_integer("seed", seed, 0)
    check_choice("filter", filter, tuple(FILTERS))
    if filter != RANDOM and of < episodes:
        raise ValueError(f"of is {of}, expected at least the {episodes} episodes that are kept")
    if out is not None and check_output_file("out", out).suffix != SUFFIX:
        raise ValueError(f"out is {out}, expected a file that ends in {SUFFIX}")
    players = open_source(source)
    replay = record_best(players, filter, episodes, of, seed)
    path = (players.folder or Path()) / f"episodes{SUFFIX}" if out is None else out
    write_replay(path, replay)
    values = ", ".join("not told" if value is None else str(value) for value in replay.about["found"])
    choice = "" if filter == RANDOM else f" of {of}, {filter} {values}"
    print(f"{printable_path(path)}: {episodes} {'episode' if episodes == 1 else 'episodes'}{choice}")
