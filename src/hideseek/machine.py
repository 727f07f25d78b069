"""What this process may use of the machine: processors and memory, within the limits of its container.

Imports nothing heavy. Containers limit their processes by control groups (cgroups), in two versions that Linux still
has side by side: in each group along the way to the process's own there may be a file with a limit.
"""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/")


def available_processors() -> int:
    """Return how many threads of this process may run at the same time: the least of affinity and quota, at least 1.

    A quota of one and a half processors counts as two.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = processor_quota(ROOT)
    return affinity if quota is None else max(1, min(affinity, math.ceil(quota)))


def available_memory() -> int | None:
    """Return how much memory this process may have, at most [byte]; None where the system does not tell."""
    limits = memory_limits(ROOT)
    with suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(limits, default=None)


def processor_quota(root: Path) -> float | None:
    """Return the processor time per time that the process's control groups allow; None where there is no limit.

    Args:
        root: of the file system.
    """
    quotas = []
    for group in _groups(root, "cpu"):
        both = _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        for words in (_words(group / "cpu.max"), both):
            if len(words) == 2 and all(word.isdigit() for word in words):  # without a limit there is "max", or -1
                quotas.append(int(words[0]) / int(words[1]))
    return min(quotas, default=None)


def memory_limits(root: Path) -> list[int]:
    """Return the limits of memory of the process's control groups [byte].

    Args:
        root: of the file system.
    """
    limits = []
    for group in _groups(root, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            limits += [int(word) for word in _words(group / name) if word.isdigit()]
    return limits


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of the groups that the process is in, from its own upwards, in both versions of cgroups."""
    own = _own_groups(root)
    for mount, top, kind, options in _mounts(root):
        path = own.get("" if kind == "cgroup2" else controller)
        if path is None or (kind == "cgroup" and controller not in options):
            continue
        # Where the container does not see its own path on the host, its group is the mount's.
        inside = os.path.relpath(path, top)
        group = mount if inside.startswith("..") else mount / inside
        yield group
        yield from (parent for parent in group.parents if parent.is_relative_to(mount))


def _own_groups(root: Path) -> dict[str, str]:
    """Return the path of the process's group for each controller; "" stands for all of version 2."""
    groups = {}
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        groups |= dict.fromkeys(controllers.split(","), path)
    return groups


def _mounts(root: Path) -> Iterator[tuple[Path, str, str, list[str]]]:
    """Yield where control groups are mounted, which group that is, the version, and the controllers of version 1."""
    for line in _lines(root / "proc/self/mountinfo"):
        place, _, source = line.partition(" - ")
        kind, _, options = source.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            top, mount = place.split(" ")[3:5]
            yield root / mount.lstrip("/"), top, kind, options.split(",")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()
