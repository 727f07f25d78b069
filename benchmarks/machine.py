"""What a measurement ran on: without it a number means nothing."""

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

PACKAGES = ("numpy", "numba", "mujoco")


def describe_machine(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Return processor, cores that may be used, how busy they were, and the versions of Python and some packages."""
    description = {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    for package in packages:
        try:
            description[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            description[package] = "absent"
    return description


def format_machine(description: dict[str, str]) -> str:
    """Return the description as one line."""
    return ", ".join(f"{name} {value}" for name, value in description.items())


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
