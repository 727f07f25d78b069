"""Measure everything that docs/foundations.md shows, and write its tables and figures: `make foundations`.

    python -m benchmarks.foundations [--fresh] [--report] [--seeds N] [--processes N] [--results DIR] [--docs DIR]

A finished job is kept in the folder of results: after an interruption (Ctrl-C), the same command goes on. `--fresh`
measures all anew; use it after a change of the code. `--report` writes what can be told from the jobs that are
finished. Each job is a process of one thread.
"""

import argparse
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context
from pathlib import Path

ONE_THREAD = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
}
"""Two processes of one thread each do more than one process of two. What is compiled serves all seeds."""
INTERRUPTED = 130


def positive_integer(text: str) -> int:
    """Return a count; argparse makes an error of a ValueError."""
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def main(arguments: list[str]) -> int:
    """Run the jobs that are not finished, then write tables and figures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foundations", description="Measure the ladder.")
    parser.add_argument("--fresh", action="store_true", help="do not use the results that are there")
    parser.add_argument("--report", action="store_true", help="run nothing, use the jobs that are finished")
    parser.add_argument(
        "--seeds", type=positive_integer, default=5, help="of each measurement, from 0; fewer for a quick look"
    )
    parser.add_argument(
        "--processes", type=positive_integer, default=len(os.sched_getaffinity(0)), help="jobs at a time"
    )
    parser.add_argument("--results", type=Path, default=Path("build/foundations"), help="folder of results")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of the chapter, pictures and results")
    options = parser.parse_args(arguments)
    # Before JAX is imported, here and in the processes of the jobs.
    os.environ.update(ONE_THREAD, JAX_COMPILATION_CACHE_DIR=str(options.results.absolute() / "jax"))
    try:
        if not options.report:
            _run(options.results, options.fresh, options.seeds, options.processes)
    except KeyboardInterrupt:
        print(f"interrupted; what is finished is in {options.results}, the same command goes on", file=sys.stderr)
        return INTERRUPTED
    from benchmarks.foundations.report import write_report

    write_report(options.results, options.docs, options.seeds)
    return 0


def _run(results: Path, fresh: bool, seeds: int, processes: int) -> None:
    from benchmarks.foundations.jobs import all_jobs, is_finished, run_job

    results.mkdir(parents=True, exist_ok=True)
    every = all_jobs(seeds)
    jobs = [job for job in every if fresh or not is_finished(results, job)]
    print(f"{len(jobs)} of {len(every)} jobs to do, {processes} at a time", flush=True)
    started = time.perf_counter()
    # Ctrl-C reaches every process of a terminal; this one alone answers it, for all.
    ignore = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), **ignore) as pool:
        try:
            running = [pool.submit(run_job, results, job) for job in jobs]
            for number, job in enumerate(as_completed(running), 1):
                print(f"{time.perf_counter() - started:5.0f} s  {number}/{len(jobs)}  {job.result()}", flush=True)
        except BaseException:
            for process in active_children():
                process.terminate()
            pool.shutdown(cancel_futures=True)
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
