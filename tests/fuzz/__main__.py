"""Search for a while, in a process of its own: a crash or an endless loop there is a finding, too.

python -m tests.fuzz [--minutes 5] [--search NAME] [--example NUMBER]
"""

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "fuzz"
"""Code that checks indices is kept apart from the usual one."""
PATIENCE = 3600
"""Seconds after which an example waits for something that does not come; one that computes ends itself before."""


def main() -> None:
    """Search, and end with code 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Search for what breaks.")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to search")
    parser.add_argument("--search", help="the only one to run (tests/fuzz/searches.py)")
    parser.add_argument("--example", type=int, help="the only example to try, as a failure names it")
    options = parser.parse_args()
    start = secrets.randbelow(2**31) if options.example is None else options.example
    command = [sys.executable, "-m", "tests.fuzz.search", str(start), str(60.0 * options.minutes)]
    command += ["--only"] if options.example is not None else []
    command += [options.search] if options.search else []
    sys.exit(watch(command))


def watch(command: list[str]) -> int:
    """Run a search, which names every example before it tries it; return the exit code."""
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(CACHE), "PYTHONFAULTHANDLER": "1"}
    lines: Queue[str | None] = Queue()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
        example, count, end = "", 0, ""
        while not end:
            try:
                line = lines.get(timeout=PATIENCE)
            except Empty:
                process.kill()
                end = f"did not end within {PATIENCE} s"
                break
            if line is None:
                end = f"ended with code {process.wait()}"
            else:
                example, count = line.strip(), count + 1
    if process.returncode == 0:
        print(f"{count} examples, nothing found")
        return 0
    search, number = example.split() if example else ("", "")
    print(f"\nfound after {count} examples: {search} {end}\nrepeat it with")
    print(f"  {Path(sys.executable).name} -m tests.fuzz --search {search} --example {number}")
    return 1


def _pass_on(stream, lines: Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


if __name__ == "__main__":
    main()
