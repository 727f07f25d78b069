"""Gymnasium knows the games as soon as both packages are imported, in either order."""

import subprocess
import sys

import pytest

from hideseek.env.registration import environment_id

NAME = environment_id("quadrant")


@pytest.mark.parametrize(
    "code",
    [
        f"import hideseek, gymnasium; print(gymnasium.spec('{NAME}').id)",
        f"import gymnasium, hideseek; print(gymnasium.spec('{NAME}').id)",
        f"import hideseek; from gymnasium.envs.registration import spec; print(spec('{NAME}').id)",
    ],
)
def test_import_registers(code: str):
    """Without the import of the environments' own code, which waits until one is made."""
    code += "; import sys; assert 'numba' not in sys.modules"
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120)
    assert result.stdout.strip() == NAME, result.stderr


def test_importing_hideseek_leaves_other_imports_alone():
    """A missing Gymnasium stays a ModuleNotFoundError, and what it is found by is tried once."""
    code = """
import sys
import hideseek
watchers = len(sys.meta_path)
sys.path[:] = []
try:
    import gymnasium
except ModuleNotFoundError as error:
    print(error.name, watchers - len(sys.meta_path))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert result.stdout.split() == ["gymnasium", "1"], result.stderr
