"""Run the benchmarks of speed, memory and fidelity, each in a process of its own.

    python -m benchmarks [DIR]

DIR holds the recordings of the original game; without it only speed and memory are measured. The other benchmarks are
run by hand: each says at its top what it measures.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Return the largest exit status of the benchmarks."""
    if len(arguments) > 1:
        print(f"expected at most one folder of recordings, got {len(arguments)}", file=sys.stderr)
        return 2
    commands = [
        ["memory.py"],
        ["simulator.py"],
        ["scaling.py"],
        ["render.py"],
        *([name, *arguments] for name in ("fidelity.py", "layouts.py")),
    ]
    statuses = []
    for name, *options in commands if arguments else commands[:4]:
        print(f"\n== {name}", flush=True)
        statuses.append(subprocess.run([sys.executable, HERE / name, *options], check=False).returncode)
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
