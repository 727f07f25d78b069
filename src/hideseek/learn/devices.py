"""Several devices: each works out the gradients of its share of a minibatch, and one of them plays."""

import math
from typing import Any, TypeVar

import numpy as np

from hideseek.checks import check_integer, extra_needed
from hideseek.compile_time import COMPILE_CLOCK
from hideseek.learn.files import RunError
from hideseek.machine import available_processors

with extra_needed("train"):
    import jax
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

Tree = TypeVar("Tree")
COMPILE_EVENTS = "/jax/core/compile/"
"""How the names of JAX's events begin that tell how long tracing, lowering and compiling took."""
AXIS = "device"
"""Name of the axis over which minibatches are spread."""


def _count_compiling(event: str, duration_secs: float, **kwargs: str | int) -> None:
    if event.startswith(COMPILE_EVENTS):
        COMPILE_CLOCK.add(duration_secs)


jax.monitoring.register_event_duration_secs_listener(_count_compiling)


def use_all_processors() -> None:
    """Let JAX see every processor core as a device of its own, unless it has started already.

    Two cores that each do half of a minibatch take little more than half the time; two cores on the same small
    products do not. Where there is an accelerator, JAX uses that one and nothing changes.
    """
    try:
        jax.config.update("jax_num_cpu_devices", available_processors())
    except RuntimeError:  # whoever started JAX has decided
        return


def check_devices() -> None:
    """Raise RunError where JAX has none of the devices that it has been told to use."""
    try:
        jax.devices()
    except (AssertionError, RuntimeError) as error:
        platforms = jax.config.jax_platforms  # type: ignore[attr-defined]
        reason = " ".join(str(error).split()) or "there is none"
        raise RunError(f"JAX_PLATFORMS is {platforms}, expected devices that JAX finds here: {reason}") from error


def make_mesh(parts: int) -> Mesh:
    """Return as many devices as share `parts` parts evenly."""
    check_integer("parts", parts, 1)
    devices = jax.devices()
    return Mesh(np.array(devices[: math.gcd(len(devices), parts)]), (AXIS,))


def spread(tree: Tree, mesh: Mesh) -> Tree:
    """Return arrays whose first axis is spread over the devices."""
    return jax.device_put(tree, NamedSharding(mesh, PartitionSpec(AXIS)))


def replicate(tree: Tree, mesh: Mesh) -> Tree:
    """Return a tree whose arrays are on every device."""
    return jax.device_put(tree, NamedSharding(mesh, PartitionSpec()))


def copy_on(tree: Tree, device: int) -> Tree:
    """Return a replicated tree as the device with this number has it, without a copy being made.

    Trees that are not replicated, or not on this device, are moved there. All arrays are then bound to the device:
    JAX would compile whatever they are given to once for those that are, and once more for those that are not.
    """
    target = jax.devices()[device]

    def local(x: Any) -> Any:
        if not isinstance(x, jax.Array):
            return x
        here = [shard.data for shard in x.addressable_shards if shard.device == target and shard.data.shape == x.shape]
        return jax.device_put(here[0] if here else x, target)

    return jax.tree.map(local, tree)
