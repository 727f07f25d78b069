"""What all tests share: what is compiled once, the examples drawn, what may be skipped, how many run at a time."""

import os
import signal
import tempfile
from collections.abc import Iterator
from typing import TypeVar

import jax
import numpy as np
import pytest
from hypothesis import settings

from hideseek.machine import available_processors
from tests.golden import ABSENT

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

MOST_WORKERS = 4
"""Each takes up to 2 GB."""

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_compiled = None if IS_WORKER else tempfile.TemporaryDirectory(prefix="hideseek-compiled-")
JAX_SETTINGS = {
    # Networks are compiled once per session, whichever test or process needs them first.
    "jax_compilation_cache_dir": _compiled.name if _compiled else os.environ["JAX_COMPILATION_CACHE_DIR"],
    "jax_persistent_cache_min_compile_time_secs": 0.1,
    # Compiling takes half as long, and tests compute little.
    "jax_disable_most_optimizations": True,
    "jax_platforms": "cpu",
}
XLA_FLAGS = (
    "--xla_cpu_use_fusion_emitters=false",
    "--xla_cpu_parallel_codegen_split_count=1",
    "--xla_cpu_prefer_vector_width=128",
)
"""Halve the time to compile once more; a jaxlib that lacks one (not that of constraints.txt) would end at once."""
# Jobs that a script starts in the background ignore Ctrl-C, and so would what tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, signal.SIG_DFL)
for _name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):  # what is printed is compared
    os.environ.pop(_name, None)
for _name, _value in JAX_SETTINGS.items():  # for the processes that tests start, and for this one
    os.environ[_name.upper()] = str(_value)
    jax.config.update(_name, _value)
os.environ["XLA_FLAGS"] = " ".join(dict.fromkeys([*os.environ.get("XLA_FLAGS", "").split(), *XLA_FLAGS]))
jax.config.update("jax_num_cpu_devices", 4)

# `make test` draws the same examples each time, `make fuzz` (`--hypothesis-profile=search`) others each time, and more.
settings.register_profile("repeat", derandomize=True, database=None, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("repeat")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--no-skips`."""
    parser.addoption(
        "--no-skips", action="store_true", help="a test that would be skipped for something that is missing fails"
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile what most tests need, before there are several processes that would all do it."""
    if not IS_WORKER and session.config.getoption("numprocesses", None) and not session.config.option.collectonly:
        # Imported here: a worker imports them when a test does.
        from hideseek import HideAndSeek, make_game
        from hideseek.evaluate.behaviour.tracker import follow

        env = HideAndSeek(make_game("quadrant"), 2)
        env.reset()
        follow(env)
        env.step(np.full((2, 4, 3), 5, np.int8), *np.ones((2, 2, 4), np.int8))
        env.render()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes `-n auto` means."""
    return min(available_processors(), MOST_WORKERS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Report a test; see `refuse_skips`."""
    return refuse_skips((yield), item.config.getoption("--no-skips"))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Report a file; see `refuse_skips`."""
    return refuse_skips((yield), collector.config.getoption("--no-skips"))


def refuse_skips(report: Report, asked: bool) -> Report:
    """Make a failure of a skip where that is asked for, but of recordings, which are no part of the project."""
    if asked and report.skipped and ABSENT not in str(report.longrepr):
        report.outcome, report.longrepr = "failed", f"--no-skips: {report.longrepr}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete what was compiled."""
    if _compiled is not None:
        _compiled.cleanup()
