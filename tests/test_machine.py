"""Processors and memory of a container, from the files of control groups as both versions have them."""

import os
from pathlib import Path

import pytest

from hideseek import machine
from hideseek.machine import available_memory, available_processors, memory_limits, processor_quota

V2_MOUNT = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1_MOUNTS = """23 0 0:20 / /proc rw - proc proc rw
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"""
V1_OF_DOCKER = """32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct
33 31 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"""


def file_system(root: Path, groups: str, mounts: str, files: dict[str, str]) -> Path:
    """Make the files that tell of control groups below a folder; return it."""
    texts = {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts}
    texts |= {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")
    return root


@pytest.mark.parametrize(
    ("groups", "mounts", "files", "quota"),
    [
        ("0::/", V2_MOUNT, {"cpu.max": "150000 100000"}, 1.5),
        ("0::/", V2_MOUNT, {"cpu.max": "max 100000"}, None),
        ("0::/", V2_MOUNT, {"cpu.max": "words"}, None),
        ("0::/", V2_MOUNT, {}, None),
        # The group's own limit and those above it: the least counts.
        ("0::/jobs/mine", V2_MOUNT, {"jobs/mine/cpu.max": "400000 100000", "jobs/cpu.max": "200000 100000"}, 2.0),
        ("0::/jobs/mine", V2_MOUNT, {"jobs/mine/cpu.max": "50000 100000", "jobs/cpu.max": "max 100000"}, 0.5),
        # A path that only the host sees.
        ("0::/../../host", V2_MOUNT, {"cpu.max": "300000 100000"}, 3.0),
        (
            "4:memory:/\n2:cpu,cpuacct:/jobs/mine",
            V1_MOUNTS,
            {
                "cpu,cpuacct/jobs/mine/cpu.cfs_quota_us": "250000",
                "cpu,cpuacct/jobs/mine/cpu.cfs_period_us": "100000",
                "cpu,cpuacct/cpu.cfs_quota_us": "-1",
                "cpu,cpuacct/cpu.cfs_period_us": "100000",
            },
            2.5,
        ),
        (
            "2:cpu,cpuacct:/docker/abc",
            V1_OF_DOCKER,
            {"cpu,cpuacct/cpu.cfs_quota_us": "100000", "cpu,cpuacct/cpu.cfs_period_us": "50000"},
            2.0,
        ),
        ("2:cpuset:/", V1_MOUNTS, {"cpu,cpuacct/cpu.cfs_quota_us": "1", "cpu,cpuacct/cpu.cfs_period_us": "1"}, None),
    ],
)
def test_quota(tmp_path: Path, groups: str, mounts: str, files: dict[str, str], quota: float | None):
    """Processor time per time, of the narrowest group on the way."""
    assert processor_quota(file_system(tmp_path, groups, mounts, files)) == quota


def test_nothing_is_known_where_there_are_no_control_groups(tmp_path: Path):
    """On other systems."""
    assert processor_quota(tmp_path) is None
    assert memory_limits(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
@pytest.mark.parametrize(("quota", "threads"), [("150000", 2), ("100000", 1), ("30000", 1), ("6400000", 3), ("max", 3)])
def test_threads_are_the_smaller_of_affinity_and_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, threads: int
):
    """Quotas are rounded up, so that part of a processor counts; there is always one."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    monkeypatch.setattr(machine, "ROOT", file_system(tmp_path, "0::/", V2_MOUNT, {"cpu.max": f"{quota} 100000"}))
    assert available_processors() == threads


def test_memory_is_the_least_of_the_machines_and_the_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In both versions."""
    whole = available_memory()
    assert whole is not None
    assert whole > 2**28
    limits = {"memory/jobs/memory.limit_in_bytes": "1000000", "memory/memory.limit_in_bytes": "9223372036854771712"}
    groups = "4:memory:/jobs\n2:cpu,cpuacct:/\n0::/other"
    mounts = f"{V1_MOUNTS}\n{V2_MOUNT.replace('/sys/fs/cgroup', '/sys/fs/cgroup/unified')}"
    root = file_system(tmp_path, groups, mounts, {**limits, "unified/other/memory.max": "500000"})
    assert sorted(memory_limits(root)) == [500000, 1000000, 9223372036854771712]
    monkeypatch.setattr(machine, "ROOT", root)
    assert available_memory() == 500000
