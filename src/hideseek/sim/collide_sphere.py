"""Contacts of the agents' spheres: with the floor, walls, boxes, ramps and each other."""

import math

from hideseek.sim.contact import add_contact
from hideseek.sim.kernel import inline_kernel, kernel
from hideseek.sim.state import AGENT_RADIUS, ARM_OFFSETS, ARM_RADIUS, RAMP_HALF_SIZE
from hideseek.sim.workspace import COSINE, POSE, SINE

ARM_X, ARM_Y, ARM_Z = ARM_OFFSETS[1]
SPHERES = 3
TINY = 1e-12
OPPOSED = -0.5
"""Normals with a smaller scalar product contradict each other.

Where an agent is so deep in something that an arm is past its middle, the arm would leave on the far side, against the
body. In MuJoCo the two throw the agent at 100 m/s; here such a contact of an arm is left out.
"""


@inline_kernel
def sphere_of(body, agent, k):
    """Return centre and radius of sphere `k` of an agent: 0 is the body, 1 and 2 are the arms."""
    x, y, z = body[agent, POSE], body[agent, POSE + 1], body[agent, POSE + 2]
    if k == 0:
        return x, y, z, AGENT_RADIUS
    c, s = body[agent, COSINE], body[agent, SINE]
    side = -ARM_X if k == 1 else ARM_X
    return x + c * side - s * ARM_Y, y + s * side + c * ARM_Y, z + ARM_Z, ARM_RADIUS


@kernel
def collide_agent_floor(body, row, link, r, agent, friction):
    """Add the contacts of an agent's spheres with the floor; return the next free row."""
    for k in range(SPHERES):
        x, y, z, radius = sphere_of(body, agent, k)
        if z < radius:
            r = add_contact(body, row, link, r, agent, -1, x, y, 0.0, 0.0, 1.0, z - radius, friction, 1.0)
    return r


@kernel
def collide_agents(body, row, link, r, a, b, friction):
    """Add the contacts of two agents' spheres; return the next free row."""
    mx, my, mz = 0.0, 0.0, 0.0
    for i in range(SPHERES):
        ax, ay, az, ar = sphere_of(body, a, i)
        for j in range(SPHERES):
            bx, by, bz, br = sphere_of(body, b, j)
            dx, dy, dz = ax - bx, ay - by, az - bz
            squared = dx * dx + dy * dy + dz * dz
            if squared >= (ar + br) * (ar + br) or squared < TINY:
                continue
            length = math.sqrt(squared)
            nx, ny, nz = dx / length, dy / length, dz / length
            if i == 0 and j == 0:
                mx, my, mz = nx, ny, nz
            elif mx * nx + my * ny + mz * nz < OPPOSED:
                continue
            distance = length - ar - br
            reach = br + 0.5 * distance
            r = add_contact(
                body, row, link, r, a, b, bx + nx * reach, by + ny * reach, nx, ny, nz, distance, friction, 1.0
            )
    return r


@kernel
def collide_agent_box(body, row, link, r, agent, b, box, friction):
    """Add contacts of an agent's spheres with `box`, the shape of body `b` or (-1) of a wall; return the next row."""
    c, s, hx, hy, hz = box.cosine, box.sine, box.half_x, box.half_y, box.half_z
    mx, my, mz = 0.0, 0.0, 0.0
    for k in range(SPHERES):
        x, y, z, radius = sphere_of(body, agent, k)
        dx, dy, lz = x - box.x, y - box.y, z - box.z
        lx, ly = c * dx + s * dy, c * dy - s * dx
        if abs(lx) > hx + radius or abs(ly) > hy + radius or abs(lz) > hz + radius:
            continue
        px, py, pz = min(max(lx, -hx), hx), min(max(ly, -hy), hy), min(max(lz, -hz), hz)
        ox, oy, oz = lx - px, ly - py, lz - pz
        squared = ox * ox + oy * oy + oz * oz
        if squared >= radius * radius:
            continue
        if squared > TINY:
            length = math.sqrt(squared)
            ox, oy, oz = ox / length, oy / length, oz / length
        else:
            # The centre is inside: leave through the nearest face.
            ox = oy = oz = 0.0
            gx, gy, gz = hx - abs(lx), hy - abs(ly), hz - abs(lz)
            length = -min(gx, gy, gz)
            if length == -gx:
                ox = 1.0 if lx >= 0.0 else -1.0
            elif length == -gy:
                oy = 1.0 if ly >= 0.0 else -1.0
            else:
                oz = 1.0 if lz >= 0.0 else -1.0
        if k == 0:
            mx, my, mz = ox, oy, oz
        elif mx * ox + my * oy + mz * oz < OPPOSED:
            continue
        r = _add_sphere_contact(
            body, row, link, r, agent, b, x, y, c * ox - s * oy, s * ox + c * oy, oz, radius, length - radius, friction
        )
    return r


@kernel
def collide_agent_ramp(body, row, link, r, agent, b, friction):
    """Add the contacts of an agent's spheres with the ramp `b`; return the next free row."""
    c, s = body[b, COSINE], body[b, SINE]
    half = RAMP_HALF_SIZE
    mx, my, mz = 0.0, 0.0, 0.0
    for k in range(SPHERES):
        x, y, z, radius = sphere_of(body, agent, k)
        dx, dy, lz = x - body[b, POSE], y - body[b, POSE + 1], z - body[b, POSE + 2]
        lx, ly = c * dx + s * dy, c * dy - s * dx
        if abs(lx) > half + radius or abs(ly) > half + radius or abs(lz) > half + radius:
            continue
        distance, ox, oy, oz = ramp_distance(lx, ly, lz)
        if distance >= radius:
            continue
        if k == 0:
            mx, my, mz = ox, oy, oz
        elif mx * ox + my * oy + mz * oz < OPPOSED:
            continue
        r = _add_sphere_contact(
            body,
            row,
            link,
            r,
            agent,
            b,
            x,
            y,
            c * ox - s * oy,
            s * ox + c * oy,
            oz,
            radius,
            distance - radius,
            friction,
        )
    return r


@inline_kernel
def _add_sphere_contact(body, row, link, r, agent, b, x, y, nx, ny, nz, radius, distance, friction):
    """Add a contact of the sphere at (`x`, `y`) halfway between the two surfaces."""
    reach = radius + 0.5 * distance
    return add_contact(
        body, row, link, r, agent, b, x - nx * reach, y - ny * reach, nx, ny, nz, distance, friction, 1.0
    )


@kernel
def ramp_distance(x, y, z):
    """Return the signed distance from a point in the ramp's frame to its surface and the outward normal there.

    The ramp is the triangle (y, z) = (-h, -h), (-h, h), (h, -h) extruded over |x| <= h.
    """
    h = RAMP_HALF_SIZE
    slope = (y + z) * math.sqrt(0.5)
    back, bottom, side = -h - y, -h - z, abs(x) - h
    if slope <= 0.0 and back <= 0.0 and bottom <= 0.0 and side <= 0.0:
        nearest = max(max(slope, back), max(bottom, side))
        if nearest == slope:
            return nearest, 0.0, math.sqrt(0.5), math.sqrt(0.5)
        if nearest == back:
            return nearest, 0.0, -1.0, 0.0
        if nearest == side:
            return nearest, 1.0 if x >= 0.0 else -1.0, 0.0, 0.0
        return nearest, 0.0, 0.0, -1.0
    py, pz = _nearest_in_triangle(y, z)
    ox, oy, oz = x - min(max(x, -h), h), y - py, z - pz
    length = math.sqrt(ox * ox + oy * oy + oz * oz)
    if length < TINY:
        return 0.0, 0.0, math.sqrt(0.5), math.sqrt(0.5)
    return length, ox / length, oy / length, oz / length


@kernel
def _nearest_in_triangle(y, z):
    """Return the point of the ramp's cross-section that is nearest to (`y`, `z`)."""
    h = RAMP_HALF_SIZE
    if y + z > 0.0 and -2.0 * h < y - z < 2.0 * h:
        along = 0.5 * (y - z)
        return along, -along
    if y + z <= 0.0:
        return min(max(y, -h), h), min(max(z, -h), h)
    return (h, -h) if y > z else (-h, h)
