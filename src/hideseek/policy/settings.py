"""JAX's settings under which this package computes, whichever the user's program or environment has chosen."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

STANDARD: dict[str, Any] = {
    "enable_x64": False,
    "numpy_dtype_promotion": "standard",
    "numpy_rank_promotion": "allow",
    "default_matmul_precision": None,
    "default_prng_impl": "threefry2x32",
    "threefry_partitionable": True,
    "transfer_guard": "allow",
}
"""Those that change numbers or their types, or refuse to mix or move them: JAX's own defaults."""


@contextmanager
def standard_settings() -> Iterator[None]:
    """Compute as by default within the `with` block, or in a function that is decorated, in this thread alone.

    So weights are float32, and equal seeds give equal numbers, in every program.
    """
    import jax  # only where something is computed: players by chance need none

    with ExitStack() as stack:
        for name, value in STANDARD.items():
            if getattr(jax.config, f"jax_{name}") not in (value, None):
                stack.enter_context(getattr(jax, name)(value))
        yield
