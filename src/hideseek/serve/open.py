"""From what somebody wants to see to a library, and players that are ready."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.checks import printable
from hideseek.serve.library import Library
from hideseek.view.replay.file import SUFFIX

if TYPE_CHECKING:
    from hideseek.env.engines import Engine
    from hideseek.serve.policies import Policies
    from hideseek.zoo.sources import Source


def are_replays(sources: Sequence[str]) -> bool:
    """Tell whether sources are replay files, not the name of players (`hideseek.zoo.sources`).

    Raises:
        ValueError: There is no source, or several that are not all replay files.
    """
    if not sources:
        raise ValueError("sources is empty, expected replays, a run's folder, zoo:NAME, scripted:NAME, or a game")
    replays = [source.endswith(SUFFIX) for source in sources]
    if len(sources) > 1 and not all(replays):
        other = sources[replays.index(False)]
        raise ValueError(
            f"sources has {printable(other)} beside others, expected {SUFFIX} files, or one other source alone"
        )
    return all(replays)


def open_replays(sources: Sequence[str]) -> Library:
    """Return replay files as a library.

    Raises:
        ReplayError: One of them is no replay, or cannot be read.
        ValueError: Two of them have the same name.
    """
    return Library([Path(source) for source in sources])


def open_policies(name: str, engine: "Engine", episodes: int, seed: int) -> "tuple[Library, Policies]":
    """Return what players offer, with new episodes at the top of the replays: the telling ones first, if any are.

    Everything is compiled that watching and playing need; says on the terminal that this takes its time.

    Args:
        name: a run's folder, `zoo:NAME`, `scripted:NAME`, or a game's name for random players.
        engine: what moves the bodies.
        episodes: how many new ones.
        seed: of their layouts and chances.

    Raises:
        ImportError: MuJoCo is to move the bodies and is not installed.
        RunError: There is no such run or game, the run is damaged, or its files are of another version.
        ValueError: There is no policy of the zoo or script of this name, or so many episodes do not fit into memory.
    """
    from hideseek.evaluate.recording import check_recordable
    from hideseek.serve.episodes import telling_episodes, warm_up
    from hideseek.serve.policies import Policies

    policies = Policies(name, engine)
    source = policies.at()
    check_recordable(source.game, episodes)
    library = _prepare(source)
    print("Compiling the simulator and the network (a minute the first time)", flush=True)
    warm_up(policies)
    library.show(f"{source.title}, seed {seed}", telling_episodes(policies, seed, episodes))
    return library, policies


def _prepare(source: "Source") -> Library:
    """Return the replays that a run has kept; for trained players let JAX keep what it compiles."""
    if source.iteration is None:
        return Library()
    from hideseek.learn.network_cache import keep_compiled
    from hideseek.learn.replays import FOLDER

    keep_compiled()
    return Library(folder=None if source.folder is None else source.folder / FOLDER)
