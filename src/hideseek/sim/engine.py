"""The physics of a whole batch of worlds, for callers that want nothing else."""

import numpy as np

from hideseek.checks import check_array
from hideseek.sim.kernel import entry_kernel
from hideseek.sim.state import Bodies, Counts, Physics
from hideseek.sim.step import step_world
from hideseek.sim.threads import run_shares
from hideseek.sim.workspace import Workspace, allocate_workspaces


@entry_kernel
def _step_share(bodies, counts, physics, control, workspaces, t):
    for w in range(t, bodies.pose.shape[0], workspaces.body.shape[0]):
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

    Raises:
        TypeError: if `control` is not an array of floating point numbers.
        ValueError: if it has another shape.
    """
    check_array("control", control, (len(bodies.pose), counts.agent, 3), "f")
    control = control.astype(np.float32, copy=False)
    if workspaces is None:
        workspaces = allocate_workspaces(1, counts)
    run_shares(_step_share, len(workspaces.body), bodies, counts, physics, control, workspaces)
