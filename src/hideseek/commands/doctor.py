"""`hideseek doctor`."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from hideseek.checks import printable
from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path

LIBRARIES = {
    "numpy": ("", "everything"),
    "numba": ("", "the simulator"),
    "pillow": ("", "pictures and animations"),
    "rich": ("", "progress and tables in the terminal"),
    "tyro": ("", "the options of commands"),
    "jax": ("train", "trained policies: to train them, to let them play"),
    "equinox": ("train", "trained policies"),
    "optax": ("train", "training"),
    "safetensors": ("train", "files of runs and replays"),
    "scipy": ("train", "confidence intervals"),
    "openskill": ("train", "ratings of past policies"),
    "tensorboardx": ("train", "metrics for TensorBoard"),
    "starlette": ("view", "the page in the browser: watch, play"),
    "uvicorn": ("view", "the page in the browser"),
    "websockets": ("view", "the page in the browser: play"),
    "matplotlib": ("plot", "plot, stages, learn"),
    "gymnasium": ("gymnasium", "its adapters, and the tasks of learn"),
    "moviepy": ("gymnasium-video", "Gymnasium's RecordVideo"),
    "pettingzoo": ("pettingzoo", "its adapter"),
    "mujoco": ("mujoco", "watch --engine mujoco, comparisons of the physics"),
    "wandb": ("wandb", "train --wandb: metrics at Weights & Biases"),
}
"""Distributions: the extra of ours that brings them, empty where every installation has them, and what needs them."""
PROGRAMS = {
    "ffmpeg": (("ffmpeg",), "films as .mp4; .gif and .apng do without"),
    "Chromium": (("chromium", "chromium-browser", "google-chrome"), "the tests of the page; any browser shows it"),
}
"""What they are called on the PATH, and what needs them."""
GPU_QUERY = ("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
QUERY_SECONDS = 20
WIDTH = 15
Row = tuple[str, str]


def main(arguments: list[str]) -> None:
    """Tell what this installation has: versions, devices, caches, programs, and what needs what."""
    call_with_options(_examine, "doctor", arguments)


def _examine() -> None:
    """Tell what this installation has: versions, devices, caches, programs, and what needs what."""
    for title, rows in (
        ("versions", _versions()),
        ("processors", _processors()),
        ("caches of compiled code", _caches()),
        ("programs", _programs()),
        ("libraries", _libraries()),
    ):
        print(title)
        for name, text in rows:
            print(f"  {name:<{WIDTH}}{printable(text)}", flush=True)


def _versions() -> Iterator[Row]:
    """Yield those of the package, of the rules, and of what they run on."""
    from hideseek.game.version import VERSION

    yield "hideseek", f"{version('hideseek')}, environment version {VERSION}"
    yield "Python", f"{platform.python_version()}, {printable_path(sys.executable)}"
    yield "system", f"{platform.platform()}, {platform.machine()}"
    yield "terminal", f"encoding {sys.stdout.encoding}"


def _processors() -> Iterator[Row]:
    """Yield how many threads there are for the simulator, and what JAX computes on."""
    from hideseek.machine import ROOT, available_memory, available_processors, processor_quota

    quota, memory = processor_quota(ROOT), available_memory()
    limit = "no quota" if quota is None else f"quota {quota:g}"
    yield "cores", f"{os.cpu_count()}, {limit}: the simulator runs on {available_processors()} at a time"
    yield "memory", "not known" if memory is None else f"{memory / 2**30:.1f} GiB"
    backend, devices = _jax_devices()
    yield "JAX", devices
    found = _gpus()
    if not found:
        yield "GPU", "none found (nvidia-smi): training is on processors"
    state = "used" if backend == "gpu" else "not used: pip install 'hideseek[cuda]'"
    for gpu in found:
        yield "GPU", f"{gpu}, {state}"


def _jax_devices() -> tuple[str, str]:
    """Return the kind of devices that JAX computes on, empty where there are none, and a line about them."""
    try:
        import jax
    except ImportError as error:
        return "", f"not there ({error}): needed to train, and for trained policies"
    try:
        devices = jax.devices()
    except RuntimeError as error:
        return "", f"finds no device: {error}"
    return jax.default_backend(), f"{len(devices)} x {devices[0].device_kind} ({jax.default_backend()})"


def _gpus() -> list[str]:
    """Return name and driver of NVIDIA's GPUs, empty where there are none."""
    if shutil.which(GPU_QUERY[0]) is None:
        return []
    try:
        answer = subprocess.run(GPU_QUERY, capture_output=True, check=True, timeout=QUERY_SECONDS, errors="replace")
    except (subprocess.SubprocessError, OSError):
        return []
    return [line.strip() for line in answer.stdout.splitlines() if line.strip()]


def _caches() -> Iterator[Row]:
    """Yield the folders in use."""
    from hideseek.caches import cache_folders

    for name, folder in cache_folders().items():
        yield name, "not kept" if folder is None else printable_path(folder)


def _programs() -> Iterator[Row]:
    """Yield the programs that something needs, with their places."""
    for title, (names, purpose) in PROGRAMS.items():
        found = next(filter(None, map(shutil.which, names)), None)
        yield title, f"{'not found' if found is None else printable_path(found)}: {purpose}"


def _libraries() -> Iterator[Row]:
    """Yield the libraries that something needs, with their versions or how to install them."""
    for name, (extra, purpose) in LIBRARIES.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = f"not installed, pip install 'hideseek[{extra}]'" if extra else "not installed"
        yield name, f"{found}: {purpose}"
