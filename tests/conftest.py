"""What all tests share: networks are compiled once per session, whichever test or process needs them first."""

import os
import tempfile

import jax
import pytest

# For this process and those that tests start.
_CACHE = tempfile.TemporaryDirectory(prefix="hideseek-compiled-")
os.environ["JAX_COMPILATION_CACHE_DIR"] = _CACHE.name
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.1"
jax.config.update("jax_compilation_cache_dir", _CACHE.name)
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
jax.config.update("jax_num_cpu_devices", 4)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete what was compiled."""
    _CACHE.cleanup()
