"""From what somebody wants to see to a library, and policies that are ready to play."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hideseek.serve.library import Library
from hideseek.view.replay.file import SUFFIX
from hideseek.zoo.cards import PREFIX

if TYPE_CHECKING:
    from hideseek.serve.policies import Engine, Policies


def are_replays(sources: Sequence[str]) -> bool:
    """Tell whether sources are replay files, not one run's folder or policy of the zoo.

    Raises:
        ValueError: There is no source, or several that are not all replay files.
    """
    if not sources:
        raise ValueError("sources is empty, expected a run's folder, zoo:NAME, or replays")
    replays = [source.endswith(SUFFIX) for source in sources]
    if len(sources) > 1 and not all(replays):
        other = sources[replays.index(False)]
        raise ValueError(f"sources has {other} beside others, expected {SUFFIX} files, or one other source alone")
    return all(replays)


def open_replays(sources: Sequence[str]) -> Library:
    """Return replay files as a library.

    Raises:
        ReplayError: One of them is no replay, or cannot be read.
        ValueError: Two of them have the same name.
    """
    return Library([Path(source) for source in sources])


def open_policies(source: str, engine: "Engine", episodes: int, seed: int) -> "tuple[Library, Policies]":
    """Return what a run's folder or `zoo:NAME` offers, with new episodes at the top of its replays.

    Everything is compiled that watching and playing need; says on the terminal that this takes its time.

    Args:
        source: a run's folder, or `zoo:NAME`.
        engine: what moves the bodies.
        episodes: how many new ones.
        seed: of their layouts and chances.

    Raises:
        ImportError: MuJoCo is to move the bodies and is not installed.
        RunError: There is no such run, it is damaged, or its files are of another version.
        ValueError: There is no such policy in the zoo, or so many episodes do not fit into memory.
    """
    from hideseek.evaluate.recording import check_recordable
    from hideseek.learn.network_cache import keep_compiled
    from hideseek.learn.replays import FOLDER
    from hideseek.serve.episodes import simulate, warm_up
    from hideseek.serve.policies import Policies

    keep_compiled()
    policies = Policies(source, engine)
    check_recordable(policies.game, episodes)
    library = Library(folder=None if source.startswith(PREFIX) else Path(source) / FOLDER)
    print("Compiling the simulator and the network (a minute the first time)", flush=True)
    warm_up(policies)
    iteration = policies.iterations()[-1]
    library.show(f"{policies.name(iteration)}, seed {seed}", simulate(policies, iteration, seed, episodes))
    return library, policies
