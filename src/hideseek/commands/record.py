"""`hideseek record`."""

from pathlib import Path

from hideseek.checks import check_choice, check_integer, check_output_file
from hideseek.commands.options import call_with_options

MOST_EPISODES = 1000
"""Played at a time: each takes a quarter of a megabyte until it is written or dropped."""


def main(arguments: list[str]) -> None:
    """Let a trained policy play, and keep the episodes that are worth watching as a replay."""
    call_with_options(_record, "record", arguments)


def _record(
    run: Path, /, *, episodes: int = 1, filter: str = "random", of: int = 200, seed: int = 0, out: Path | None = None
) -> None:
    """Let a trained policy play, and keep the episodes that are worth watching as a replay.

    Args:
        run: the folder of a training run, or `zoo:NAME` for a policy that comes with the package (`hideseek list`).
        episodes: how many to keep.
        filter: which: `random`, `hidden` and `seen` (hiders unseen for longest, seen for longest), `longest-box-move`,
            `longest-ramp-move`, `most-locks`, or those with most of a behaviour (docs/behaviours.md): `door-blocked`,
            `sheltered`, `shared-work`, `ramp-defence`, `ramp-use`, `over-wall`, `box-surfing`, `chasing`.
        of: how many to play and choose from; with `random` no more are played than kept.
        seed: of layouts and chances.
        out: the file to write, .replay. By default episodes.replay in the run's folder, or here for a policy of the
            zoo.
    """
    import numpy as np

    from hideseek.evaluate.filters import FILTERS, RANDOM, best_episodes, filter_names, scores
    from hideseek.evaluate.players import PolicyPlayer
    from hideseek.evaluate.recording import describe, play_recorded
    from hideseek.view.replay.file import SUFFIX, write_replay
    from hideseek.zoo.policies import load_named

    check_integer("episodes", episodes, 1, MOST_EPISODES)
    check_integer("of", of, 1, MOST_EPISODES)
    check_integer("seed", seed, 0)
    check_choice("filter", filter, tuple(FILTERS))
    if filter != RANDOM and of < episodes:
        raise ValueError(f"of is {of}, expected at least the {episodes} episodes that are kept")
    if out is not None and check_output_file("out", out).suffix != SUFFIX:
        raise ValueError(f"out is {out}, expected a file that ends in {SUFFIX}")
    policy, description = load_named(run)
    check_choice(f"filter for {description.game_name}", filter, filter_names(description.game))
    name, iteration, folder = _who(run)
    path = check_output_file("out", folder / f"episodes{SUFFIX}" if out is None else out)
    repeat = description.config.action_repeat
    players = PolicyPlayer(policy, repeat), PolicyPlayer(policy, repeat)
    played = episodes if filter == RANDOM else of
    result, recorder = play_recorded(description.game, *players, played, seed)
    chosen = best_episodes(result, filter, episodes)
    found = [None if np.isnan(value) else round(float(value), 3) for value in scores(result, filter)[chosen]]
    about = describe(seed, repeat, iteration=iteration, filter=filter, of=played, found=found)
    write_replay(path, recorder.replay(name, name, about, chosen))
    values = ", ".join("not told" if value is None else str(value) for value in found)
    choice = "" if filter == RANDOM else f" of {played}, {filter} {values}"
    print(f"{path}: {episodes} {'episode' if episodes == 1 else 'episodes'}{choice}")


def _who(run: Path) -> tuple[str, int, Path]:
    """Return what a policy is called, its iteration, and the folder where its replays go."""
    from hideseek.learn.progress import read_progress
    from hideseek.zoo.cards import PREFIX, read_card

    if str(run).startswith(PREFIX):
        return str(run), read_card(str(run).removeprefix(PREFIX))["training"]["iteration"], Path()
    iteration = read_progress(run).iteration
    return f"{run}, iteration {iteration}", iteration, run
