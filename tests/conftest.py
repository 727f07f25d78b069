"""What all tests share: networks are compiled once per session, whichever test or process needs them first."""

import os
import tempfile

import pytest

# Set before JAX is imported, and for the processes that tests start.
_CACHE = tempfile.TemporaryDirectory(prefix="hideseek-compiled-")
os.environ["JAX_COMPILATION_CACHE_DIR"] = _CACHE.name
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.1"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete what was compiled."""
    _CACHE.cleanup()
