"""Programs that some tests need, and what is said of tests that are skipped because there is none."""

import shutil
from pathlib import Path
from types import ModuleType

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _install(program: str) -> str:
    return f"the program {program} is not on the PATH (Debian, Ubuntu: apt-get install {program})"


needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason=f"no video: {_install('ffmpeg')}")


def import_mujoco() -> ModuleType:
    """Return the module `mujoco`, or skip the test or the file where it is not installed."""
    return pytest.importorskip("mujoco", reason="MuJoCo is not installed (pip install 'hideseek[mujoco]')")


def chromium_path() -> Path:
    """Return where the browser is, or skip the test where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"the page is not tested: {_install('chromium')}")
    return Path(found)
