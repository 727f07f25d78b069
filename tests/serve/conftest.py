"""A run of a short game, as it is before training: its policy plays, badly, in the time of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio.lowlevel
import jax
import pytest

from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.checkpoint import Checkpoint, create_run_folder, save_checkpoint
from hideseek.learn.description import RunDescription
from hideseek.learn.pool import FOLDER as POOL
from hideseek.learn.pool import OpponentPool
from hideseek.learn.ppo import Learner
from hideseek.learn.progress import Progress
from hideseek.policy.config import FeatureSizes
from hideseek.serve.access import Access
from hideseek.serve.app import create_app
from hideseek.serve.library import Library
from hideseek.serve.listen import listen
from hideseek.serve.policies import Policies
from hideseek.serve.run import make_server
from hideseek.serve.session import Clock
from tests.learn.toy import tiny_config

GAME = make_game("quadrant", horizon=8, preparation_fraction=0.25)
ITERATION, PAST = 7, 3
OPEN = Access()
"""Whoever is on this machine."""


def make_run(folder: Path) -> None:
    """Make a run's folder with a checkpoint of iteration `ITERATION`, and another policy of iteration `PAST`."""
    description = RunDescription("quadrant", GAME, tiny_config(), seed=0)
    create_run_folder(folder, description, overwrite=False)
    sizes = FeatureSizes.of(observation_spec(GAME))
    past, now = (Learner.initialise(sizes, description.config, jax.random.key(seed)) for seed in (0, 1))
    OpponentPool(folder / POOL, size=4).add(PAST, past.policy)
    save_checkpoint(folder, Checkpoint(now, {}, Progress(ITERATION), [PAST], {}), description)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """Return a folder of a run; tests write nothing but replays to it."""
    folder = tmp_path_factory.mktemp("served") / "run"
    make_run(folder)
    return folder


@pytest.fixture(scope="session")
def policies(run_folder: Path) -> Policies:
    """Return what the run offers."""
    return Policies(str(run_folder))


@contextmanager
def served(library: Library, policies: Policies, clock: Clock, access: Access = OPEN) -> Iterator[int]:
    """Serve on a free port, in a thread; give the port."""
    with listen(port=0) as listener:
        server = make_server(create_app("the run", library, policies, access, clock))
        thread = threading.Thread(target=server.run, args=(list(listener.sockets),))
        thread.start()
        try:
            yield listener.port
        finally:
            server.should_exit = True
            thread.join()


class Hurry:
    """A clock on which every moment has come."""

    def now(self) -> float:
        """See `Clock`."""
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        """Let others go first, once."""
        await anyio.lowlevel.checkpoint()


@pytest.fixture
def hurry() -> Hurry:
    """Return a clock that never waits."""
    return Hurry()
