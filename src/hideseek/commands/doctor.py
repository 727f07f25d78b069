"""`hideseek doctor`."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from hideseek.checks import printable
from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path

LIBRARIES = {
    "numpy": "everything",
    "numba": "the simulator",
    "scipy": "confidence intervals",
    "rich": "progress and tables in the terminal",
    "tyro": "the options of commands",
    "pillow": "pictures and animations",
    "jax": "trained policies: to train them, to let them play",
    "jaxlib": "JAX",
    "equinox": "trained policies",
    "optax": "training",
    "safetensors": "files of runs and replays",
    "openskill": "ratings of past policies",
    "tensorboardX": "metrics for TensorBoard",
    "starlette": "the page in the browser: watch, play",
    "uvicorn": "the page in the browser",
    "websockets": "the page in the browser: play",
    "matplotlib": "plot, stages, learn",
    "gymnasium": "its adapters, and the tasks of learn",
    "pettingzoo": "its adapter",
    "mujoco": "watch --engine mujoco, comparisons of the physics",
    "wandb": "train --wandb: metrics at Weights & Biases",
}
"""Distributions, and what needs them."""
PROGRAMS = {
    "ffmpeg": (("ffmpeg",), "films as .mp4; .gif and .apng do without"),
    "Chromium": (("chromium", "chromium-browser", "google-chrome"), "the tests of the page; any browser shows it"),
}
"""What they are called on the PATH, and what needs them."""
GPU_QUERY = ("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
QUERY_SECONDS = 20
WIDTH = 14
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
    from hideseek.machine import available_processors

    yield "cores", f"{os.cpu_count()}, of which this process may use {available_processors()} at a time"
    backend, devices = _jax_devices()
    yield "JAX", devices
    found = _gpus()
    if not found:
        yield "GPU", "none found (nvidia-smi): training is on processors"
    for gpu in found:
        yield "GPU", f"{gpu}, {'used' if backend == 'gpu' else 'not used: pip install hideseek[cuda]'}"


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
    extras = _extras()
    for name, purpose in LIBRARIES.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            extra = extras.get(name.lower(), "")
            found = f"not installed, pip install 'hideseek[{extra}]'" if extra else "not installed"
        yield name, f"{found}: {purpose}"


def _extras() -> dict[str, str]:
    """Return for each optional library the extra of the package that has the fewest others with it."""
    pairs = [
        (match[1].lower(), match[2])
        for requirement in requires("hideseek") or []
        if (match := re.match(r"([\w.-]+)[^\[]*extra == ['\"]([\w-]+)['\"]", requirement))
    ]
    sizes = {extra: sum(other == extra for _, other in pairs) for _, extra in pairs}
    return dict(sorted(pairs, key=lambda pair: -sizes[pair[1]]))  # the last one of a library counts
