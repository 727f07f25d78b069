"""`hideseek list`."""

from pathlib import Path

from hideseek.checks import printable
from hideseek.commands.options import RUNS, call_with_options
from hideseek.terminal import printable_path


def main(arguments: list[str]) -> None:
    """Tell what games, presets of training, policies of the zoo and runs there are."""
    call_with_options(_list_all, "list", arguments)


def _list_all(*, runs: Path = RUNS) -> None:
    """Tell what games, presets of training, policies of the zoo and runs there are.

    Args:
        runs: the folder that holds the runs' folders.
    """
    from hideseek.game.config import PRESETS
    from hideseek.learn.description import FILE
    from hideseek.learn.presets import TRAIN_PRESETS
    from hideseek.zoo.cards import PREFIX, read_card, zoo_names

    if runs.exists() and not runs.is_dir():
        raise ValueError(f"runs is {runs}, a file, expected a folder")
    print("games")
    for name, game in PRESETS.items():
        boxes = f"{game.boxes_min}-{game.boxes_max}" if game.boxes_min < game.boxes_max else game.boxes_max
        teams = f"hiders {game.hiders}, seekers {game.seekers}"
        print(f"  {name:<16}{teams}, boxes {boxes}, ramps {game.ramps}, steps {game.horizon}")
    print("presets of training (hideseek train GAME --preset NAME)")
    for name, preset in TRAIN_PRESETS.items():
        print(f"  {name:<16}{preset.title}")
    print("policies of the zoo")
    for name in zoo_names():
        print(f"  {PREFIX + name:<16}{read_card(name)['about']}")
    print(f"runs in {printable_path(runs)}")
    for folder in sorted(path.parent for path in runs.glob(f"*/{FILE}")):
        print(f"  {printable(folder.name):<16}{_summarise(folder)}")


def _summarise(folder: Path) -> str:
    """Return one line about a run."""
    from hideseek.learn.description import RunDescription
    from hideseek.learn.files import RunError
    from hideseek.learn.progress import read_progress

    try:
        description, progress = RunDescription.load(folder), read_progress(folder)
    except RunError as error:
        return printable(str(error))
    return f"{printable(description.game_name)}, {progress.episodes} episodes, {progress.seconds / 60:.1f} minutes"
