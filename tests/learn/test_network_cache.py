"""Machine code of networks between processes: kept, and made anew."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import jax
from hideseek.learn.network_cache import keep_compiled

events = []
jax.monitoring.register_event_listener(lambda event, **_: events.append(event))
keep_compiled()
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
print(float(jax.jit(lambda x: x + 1.0)(41.0)), events.count("/jax/compilation_cache/cache_hits"))
"""
KEPT, COMPILED = "42.0 1\n", "42.0 0\n"


def run(folder: Path, **environment: str) -> tuple[str, str]:
    """Return what the script prints: the result, and whether it was kept; and what it says on the error stream."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    known |= {"XDG_CACHE_HOME": str(folder), **environment}
    result = subprocess.run([sys.executable, "-c", SCRIPT], env=known, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout, result.stderr


def test_machine_code_is_kept_and_half_a_file_is_made_anew(tmp_path: Path):
    """Without a word: JAX's own cache warns at every start, and leaves the file as it is."""
    assert run(tmp_path) == (COMPILED, "")
    assert run(tmp_path) == (KEPT, "")
    (path,) = (tmp_path / "hideseek" / "jax").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    assert run(tmp_path) == (COMPILED, "")
    assert len(path.read_bytes()) == len(whole)
    assert run(tmp_path) == (KEPT, "")


def test_folder_that_jax_was_told_of_is_left_to_jax_if_it_can_be_written(tmp_path: Path):
    """Otherwise one line says that ours is used."""
    run(tmp_path / "ours", JAX_COMPILATION_CACHE_DIR=str(tmp_path / "chosen"))
    assert any(path.name.endswith("-cache") for path in (tmp_path / "chosen").iterdir())
    assert not (tmp_path / "ours").exists()
    (tmp_path / "file").write_text("")
    output, said = run(tmp_path / "ours", JAX_COMPILATION_CACHE_DIR=str(tmp_path / "file" / "below"))
    assert output == COMPILED
    (line,) = said.splitlines()
    assert line.startswith(f"hideseek: {tmp_path}/file/below cannot be written: ")
    assert len(list((tmp_path / "ours" / "hideseek" / "jax").iterdir())) == 1
