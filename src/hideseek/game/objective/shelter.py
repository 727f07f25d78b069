"""Shelter construction: rays from the border shall not reach the cylinder (Baker et al. 2019, section 6.2)."""

from hideseek.game.floor import CELL, FLOOR_SIZE
from hideseek.game.objective.hooks import begin_objective, judge_step
from hideseek.game.objective.options import ShelterObjective
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import entry_kernel, kernel
from hideseek.sim.rays import is_cylinder_hit_first

CYLINDER = 0
"""What has to be protected."""
INSET = 1.01 * CELL
"""From the floor's edge to where rays start, just inside of the outer walls [m]."""
SIDES = 4


@version_of(begin_objective, ShelterObjective)
@kernel
def begin_shelter(objective, params, bodies, record, counts, extras, w):
    """Nothing is remembered."""


@version_of(judge_step, ShelterObjective)
@kernel
def judge_shelter(objective, params, bodies, record, counts, extras, reward, w):
    """Punish every agent for each ray that reaches the cylinder; there is nobody to hide from."""
    rays = count_rays(objective, bodies, counts, w)
    for agent in range(params.agents):
        reward[w, agent] = -objective.ray_penalty * rays
    return True


@entry_kernel
def count_rays(objective, bodies, counts, w):
    """Return how many rays reach the cylinder of world `w` before anything else.

    They start on the floor, evenly spaced along a square, and lead to the cylinder's middle.
    """
    count = 0
    for k in range(objective.rays_per_side):
        along = INSET + (FLOOR_SIZE - 2.0 * INSET) * k / objective.rays_per_side
        for side in range(SIDES):
            x, y = ray_start(side, along)
            if is_cylinder_hit_first(bodies, counts, w, CYLINDER, (x, y, 0.0)):
                count += 1
    return count


@kernel
def ray_start(side, along):
    """Return where a ray starts: on the lower, right, upper or left side, counter-clockwise around the floor [m]."""
    if side == 0:
        return along, INSET
    if side == 1:
        return FLOOR_SIZE - INSET, along
    if side == 2:
        return FLOOR_SIZE - along, FLOOR_SIZE - INSET
    return INSET, FLOOR_SIZE - along
