"""Contacts of agents, boxes and ramps with cylinders that stand on the floor.

Nothing tips, so a box or a ramp touches a cylinder with its outline as seen from above, or stands on top of it. As a
cylinder reaches down to the floor, where a ramp is as wide as its bounding box, the two touch where these do; only the
way out may be another one, through the slope.
"""

import math

from hideseek.sim.collide_ramp import ROOT_HALF, SUNK
from hideseek.sim.collide_sphere import OPPOSED, SPHERES, TINY, sphere_of
from hideseek.sim.contact import add_contact
from hideseek.sim.kernel import kernel
from hideseek.sim.shape import shape_of_body


@kernel
def collide_agent_cylinder(body, row, link, r, agent, cylinder, friction):
    """Add the contacts of an agent's spheres with a cylinder, given as the shape around it; return the next row."""
    mx, my, mz = 0.0, 0.0, 0.0
    for k in range(SPHERES):
        x, y, z, radius = sphere_of(body, agent, k)
        distance, nx, ny, nz = cylinder_distance(
            x - cylinder.x, y - cylinder.y, z - cylinder.z, cylinder.half_x, cylinder.half_z
        )
        if distance >= radius:
            continue
        if k == 0:
            mx, my, mz = nx, ny, nz
        elif mx * nx + my * ny + mz * nz < OPPOSED:
            continue
        gap = distance - radius
        reach = radius + 0.5 * gap
        r = add_contact(body, row, link, r, agent, -1, x - nx * reach, y - ny * reach, nx, ny, nz, gap, friction, 1.0)
    return r


@kernel
def cylinder_distance(x, y, z, radius, half_height):
    """Return the signed distance from a point to an upright cylinder around the origin, and the outward normal there.

    Inside, the nearest face counts. All lengths are in metres.
    """
    from_axis = math.sqrt(x * x + y * y)
    ux, uy = (x / from_axis, y / from_axis) if from_axis > TINY else (1.0, 0.0)
    up = 1.0 if z >= 0.0 else -1.0
    side, cap = from_axis - radius, abs(z) - half_height
    if side > 0.0 and cap > 0.0:
        length = math.sqrt(side * side + cap * cap)
        return length, ux * side / length, uy * side / length, up * cap / length
    if side > cap:
        return side, ux, uy, 0.0
    return cap, 0.0, 0.0, up


@kernel
def collide_box_cylinder(body, row, link, r, a, is_ramp, cylinder, friction):
    """Add the contact of box or ramp `a` with a cylinder, given as the shape around it; return the next free row.

    It is one point, as in MuJoCo: what is flat touches what is round along a line at most, and all points of an upright
    line are the same for bodies that cannot tip.
    """
    box = shape_of_body(body, a, is_ramp)
    dz = box.z - cylinder.z
    overlap_z = box.half_z + cylinder.half_z - abs(dz)
    if overlap_z <= 0.0:
        return r
    # The cylinder's axis in the box's frame, and the point of the box that is nearest to it.
    dx, dy = cylinder.x - box.x, cylinder.y - box.y
    lx, ly = box.cosine * dx + box.sine * dy, box.cosine * dy - box.sine * dx
    px, py = min(max(lx, -box.half_x), box.half_x), min(max(ly, -box.half_y), box.half_y)
    ox, oy = px - lx, py - ly
    away = math.sqrt(ox * ox + oy * oy)
    distance = away - cylinder.half_x
    if distance >= 0.0:
        return r
    if away > TINY:
        ox, oy = ox / away, oy / away
    else:
        # The axis is within the box: the box leaves through its nearest side.
        gx, gy = box.half_x - abs(lx), box.half_y - abs(ly)
        distance = -min(gx, gy) - cylinder.half_x
        ox = 0.0 if gx > gy else (-1.0 if lx >= 0.0 else 1.0)
        oy = 0.0 if gx <= gy else (-1.0 if ly >= 0.0 else 1.0)
    nx, ny, nz = box.cosine * ox - box.sine * oy, box.sine * ox + box.cosine * oy, 0.0
    if overlap_z < -distance:
        nx, ny, nz, distance = 0.0, 0.0, 1.0 if dz >= 0.0 else -1.0, -overlap_z
    if is_ramp and box.z - box.half_z >= -SUNK:
        # Through the slope: backwards, along the ramp's local -y, and down.
        sx, sy, sz = ROOT_HALF * box.sine, -ROOT_HALF * box.cosine, -ROOT_HALF
        through = sz * dz - sx * dx - sy * dy - ROOT_HALF * (cylinder.half_x + cylinder.half_z)
        if through > distance:
            nx, ny, nz, distance = sx, sy, sz, through
    x = box.x + box.cosine * px - box.sine * py - 0.5 * distance * nx
    y = box.y + box.sine * px + box.cosine * py - 0.5 * distance * ny
    return add_contact(body, row, link, r, a, -1, x, y, nx, ny, nz, distance, friction, 1.0)
