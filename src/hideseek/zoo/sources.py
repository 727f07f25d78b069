"""Who plays what: from the words that name players on a command line to the players and their game."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

import numpy as np

from hideseek.checks import check_choice, check_instance, check_integer, printable
from hideseek.evaluate.filters import RANDOM, filter_names
from hideseek.evaluate.players import Player, PolicyPlayer, RandomPlayer
from hideseek.evaluate.recording import describe
from hideseek.evaluate.scripted.names import NAMES as SCRIPTS
from hideseek.evaluate.scripted.names import PREFIX as SCRIPTED
from hideseek.evaluate.scripted.names import script_game, scripted_entrant
from hideseek.game.config import PRESETS, Game, check_game, make_game
from hideseek.learn.description import FILE
from hideseek.learn.files import RunError
from hideseek.zoo.cards import PREFIX as ZOO
from hideseek.zoo.cards import read_card, zoo_names

Team = Literal["hiders", "seekers"]
WORDS = f"a run's folder, {ZOO}NAME, {SCRIPTED}NAME, or a game for random players ({', '.join(PRESETS)})"
"""What can be named, for messages."""
RUNS = "runs"
"""Where runs are looked for that could have been meant."""
LIKE = 0.75
"""From which likeness on a name could have been meant, of 1."""
MOST_GUESSES = 3


@dataclass(frozen=True)
class Source:
    """Players of a game under one name."""

    title: str
    """What pages and replays call them."""
    game: Game
    """That they play."""
    make_player: Callable[[Team], Player]
    """Makes a new player for a team; it remembers its own episodes."""
    action_repeat: int = 1
    """For how many steps they carry out each choice."""
    iteration: int | None = None
    """Of training, where they were trained."""
    folder: Path | None = None
    """Of the run that they are from, where there is one."""
    telling: str = RANDOM
    """The filter that finds the episodes which tell most of what they do (`hideseek.evaluate.filters`)."""

    def __post_init__(self) -> None:
        check_instance("title", self.title, str, "a string")
        check_game(self.game)
        check_integer("action_repeat", self.action_repeat, 1)
        check_choice("telling", self.telling, filter_names(self.game))

    def players(self) -> tuple[Player, Player]:
        """Return new hiders and seekers."""
        return self.make_player("hiders"), self.make_player("seekers")

    def about(self, seed: int, **more: Any) -> dict[str, Any]:
        """Return what a replay of these players tells about how it came to be, and whatever `more` there is."""
        trained = {} if self.iteration is None else {"iteration": self.iteration}
        return describe(seed, self.action_repeat, **trained, **more)


def open_source(name: str, iteration: int | None = None) -> Source:
    """Return the players that a name stands for.

    A run's folder that has the name of a game is the run.

    Args:
        name: a run's folder, `zoo:NAME`, `scripted:NAME`, or a game's name for random players.
        iteration: of training; one of `source_iterations`, the last by default.

    Raises:
        ValueError: There is no policy of the zoo or script of this name.
        RunError: There is no such run, game or iteration, the run is damaged, or its files are of another version.
    """
    check_instance("name", name, str, "a string")
    if name.startswith(ZOO):
        source = _from_zoo(name)
    elif name.startswith(SCRIPTED):
        source = _scripted(name)
    elif _is_game(name):
        source = Source(f"random players in {name}", make_game(name), lambda _: RandomPlayer())
    else:
        return _from_run(name, iteration)
    if iteration not in (None, source.iteration):
        raise RunError(f"{printable(name)} has no policy of iteration {iteration}")
    return source


def source_iterations(name: str) -> list[int]:
    """Return the iterations of training of which a name offers the policy, in order: none where nobody was trained.

    A run that goes on has others later.

    Raises:
        ValueError: There is no policy of the zoo or script of this name.
        RunError: There is no such run or game, or the run is damaged.
    """
    check_instance("name", name, str, "a string")
    if name.startswith(ZOO):
        return [read_card(name.removeprefix(ZOO))["training"]["iteration"]]
    if name.startswith(SCRIPTED):
        scripted_entrant(name)
        return []
    if _is_game(name):
        return []
    from hideseek.learn.checkpoint import policy_iterations

    return policy_iterations(_run_folder(name))


def spread_iterations(name: str, count: int) -> list[int]:
    """Return at most `count` of `source_iterations`, evenly spread from the first to the last.

    Raises:
        ValueError, RunError: As `source_iterations`; or `count` is below 2.
    """
    check_integer("count", count, 2)
    iterations = source_iterations(name)
    chosen = np.linspace(0, len(iterations) - 1, min(count, len(iterations))).round().astype(int)
    return [iterations[i] for i in chosen]


def _from_zoo(name: str) -> Source:
    from hideseek.zoo.policies import load_named

    policy, description = load_named(name)
    repeat, card = description.config.action_repeat, read_card(name.removeprefix(ZOO))
    return Source(
        name,
        description.game,
        lambda _: PolicyPlayer(policy, repeat),
        repeat,
        card["training"]["iteration"],
        telling=card["telling"],
    )


def _scripted(name: str) -> Source:
    game = make_game(script_game(name))
    return Source(name, game, lambda team: getattr(scripted_entrant(name), team))


def _from_run(name: str, iteration: int | None) -> Source:
    folder = _run_folder(name)
    from hideseek.learn.checkpoint import load_policy, policy_iterations

    if iteration is None:
        iteration = policy_iterations(folder)[-1]
    policy, description = load_policy(folder, iteration)
    repeat = description.config.action_repeat
    title = f"{printable(name)}, iteration {iteration}"
    return Source(title, description.game, lambda _: PolicyPlayer(policy, repeat), repeat, iteration, folder)


def _run_folder(name: str) -> Path:
    """Return the folder of a run; raise RunError, which tells what else could be named, where there is none."""
    folder = Path(name)
    if folder.is_file():
        raise RunError(f"{printable(name)} is a file, expected {WORDS}")
    if not folder.exists():
        raise RunError(f"there is no run folder {printable(name)}, expected {WORDS}{_guess(name)}")
    return folder


def _guess(name: str) -> str:
    """Return a question after names that are like this one, empty where there are none."""
    runs = (str(path.parent) for path in sorted(Path(RUNS).glob(f"*/{FILE}")))
    known = [*PRESETS, *(ZOO + policy for policy in zoo_names()), *SCRIPTS, *runs]
    likeness = {other: max(_likeness(name, other), _likeness(_last_part(name), _last_part(other))) for other in known}
    close = sorted((other for other in known if likeness[other] >= LIKE), key=lambda other: -likeness[other])
    return f"; did you mean {' or '.join(close[:MOST_GUESSES])}?" if close else ""


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name.lower(), other.lower()).ratio()


def _last_part(name: str) -> str:
    return re.split("[:/]", name)[-1]


def _is_game(name: str) -> bool:
    return name in PRESETS and not (Path(name) / FILE).is_file()
