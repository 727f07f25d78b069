"""Where the recorded rollouts of the original game are, for tests that compare with them."""

import os
from pathlib import Path

import pytest

ABSENT = "no recordings of the original game"


def golden_dir() -> Path:
    """Return the folder of recordings, or skip the test where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "golden"
    folder = Path(os.environ.get("HIDESEEK_GOLDEN", default))
    if not folder.is_dir():
        pytest.skip(f"{ABSENT} in {folder} (set HIDESEEK_GOLDEN to their folder)")
    return folder
