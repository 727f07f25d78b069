"""What `make foundations` measures, as data: each job is one measurement with one seed, and its result one file."""

import importlib.metadata
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.foundations import gae, gradients, learning
from benchmarks.foundations.q_learning_error import ENVIRONMENTS, approach, name_of

SEEDS = 5
PACKAGES = ("numpy", "jax", "gymnasium")
"""Whose versions change what comes out."""


@dataclass(frozen=True)
class Job:
    """One measurement with one seed."""

    name: str
    seed: int
    settings: dict[str, Any]
    """All that the result depends on, but the code: a stored result with other settings is not used."""
    run: Callable[[int], dict[str, Any]]
    """Takes the seed; returns what is stored."""

    def path(self, folder: Path) -> Path:
        """Return where the result is kept."""
        return folder / f"{self.name.lower().replace(' ', '-').replace(',', '')}-{self.seed}.json"


def all_jobs(seeds: int = SEEDS) -> list[Job]:
    """Return every job, those that take long first, so that all processes end at about the same time."""
    measures = {
        gradients.CART_POLE: gradients.on_cart_pole,
        gradients.SMALL: gradients.on_small_mdp,
        gae.NAME: gae.trade_offs,
        **{name_of(env): partial(approach, env) for env in ENVIRONMENTS},
    }
    jobs = [
        Job(case.name, seed, _stored(asdict(case.config)), partial(learning.measure, case))
        for case in learning.CASES
        for seed in range(seeds)
    ]
    return jobs + [Job(name, seed, {}, run) for name, run in measures.items() for seed in range(seeds)]


def run_job(folder: Path, job: Job) -> str:
    """Run a job and store its result; return a line that says so."""
    wall, processor = time.perf_counter(), time.process_time()
    result = job.run(job.seed)
    record = {
        "settings": job.settings,
        "versions": _versions(),
        "seconds": time.perf_counter() - wall,
        "processor_seconds": time.process_time() - processor,
        **result,
    }
    path = job.path(folder)
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(record))
    os.replace(beside, path)  # a result is there whole or not at all, whenever the process is stopped
    return f"{job.name}, seed {job.seed}: {record['seconds']:.0f} s"


def is_finished(folder: Path, job: Job) -> bool:
    """Tell whether a result is there, from the same settings and versions of libraries."""
    path = job.path(folder)
    if not path.exists():
        return False
    record = json.loads(path.read_text())
    return record["settings"] == job.settings and record["versions"] == _versions()


def load_results(folder: Path, seeds: int = SEEDS) -> dict[str, list[dict[str, Any]]]:
    """Return the results of all finished jobs by name, one per seed.

    Raises:
        FileNotFoundError: A measurement has been finished with none of the seeds.
    """
    results: dict[str, list[dict[str, Any]]] = {}
    for job in all_jobs(seeds):
        found = results.setdefault(job.name, [])
        if is_finished(folder, job):
            found.append(json.loads(job.path(folder).read_text()))
    missing = [name for name, found in results.items() if not found]
    if missing:
        raise FileNotFoundError(f"{folder} has no results of: {'; '.join(missing)}")
    return results


def _versions() -> dict[str, str]:
    return {package: importlib.metadata.version(package) for package in PACKAGES}


def _stored(settings: Any) -> Any:
    """Return settings as they come back from a file."""
    return json.loads(json.dumps(settings))
