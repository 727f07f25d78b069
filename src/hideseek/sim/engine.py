"""The physics of a whole batch of worlds, for callers that want nothing else."""

import numpy as np
from numba import prange

from hideseek.sim.kernel import parallel_kernel
from hideseek.sim.state import Bodies, Counts, Physics
from hideseek.sim.step import step_world
from hideseek.sim.workspace import Workspace, allocate_workspaces


@parallel_kernel
def _step_all(bodies, counts, physics, control, workspaces):
    threads = workspaces.body.shape[0]
    for t in prange(threads):
        for w in range(t, bodies.pose.shape[0], threads):
            step_world(bodies, counts, physics, control, workspaces, t, w)


def step_physics(
    bodies: Bodies, counts: Counts, physics: Physics, control: np.ndarray, workspaces: Workspace | None = None
) -> None:
    """Advance every world by one environment step of 75 ms, in place.

    Args:
        bodies: the worlds.
        counts: their capacity.
        physics: constants.
        control: float32 [world, agent, 3], force along x and y [N] and torque [N m], constant over the step.
        workspaces: scratch from `allocate_workspaces`, one per thread; made anew (one thread) if None.
    """
    if workspaces is None:
        workspaces = allocate_workspaces(1, counts)
    _step_all(bodies, counts, physics, control, workspaces)
