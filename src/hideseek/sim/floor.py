"""The commonest case on its own: a sphere on the floor that touches nothing else. Four rows, three unknowns."""

from hideseek.sim.contact import CONTACT_DAMPING, CONTACT_STIFFNESS, impedance
from hideseek.sim.kernel import inline_kernel
from hideseek.sim.workspace import ACCELERATION, FORCE, INERTIA, MASS, VELOCITY

MAX_ITERATIONS = 12


@inline_kernel
def slide_on_floor(body, i, distance, friction):
    """Solve for the acceleration of a sphere that penetrates the floor by -`distance` [m]; tell whether it converged.

    The same problem as the general solver's, where the contact lies on the yaw axis and so exerts no torque. Newton's
    method with the Hessian's arrow shape written out; the rows are z + f y, z - f y, z - f x, z + f x.
    """
    mass = body[i, MASS]
    imp = impedance(distance)
    d = imp * mass / ((1.0 - imp) * 2.0 * friction * friction * (1.0 + friction * friction))
    vx, vy, vz = body[i, VELOCITY], body[i, VELOCITY + 1], body[i, VELOCITY + 2]
    spring = -CONTACT_STIFFNESS * imp * distance
    t0 = spring - CONTACT_DAMPING * (vz + friction * vy)
    t1 = spring - CONTACT_DAMPING * (vz - friction * vy)
    t2 = spring - CONTACT_DAMPING * (vz - friction * vx)
    t3 = spring - CONTACT_DAMPING * (vz + friction * vx)
    fx, fy, fz = body[i, FORCE], body[i, FORCE + 1], body[i, FORCE + 2]
    ax, ay, az = body[i, ACCELERATION], body[i, ACCELERATION + 1], body[i, ACCELERATION + 2]
    body[i, ACCELERATION + 3] = body[i, FORCE + 3] / body[i, INERTIA]
    on0, on1 = az + friction * ay < t0, az - friction * ay < t1
    on2, on3 = az - friction * ax < t2, az + friction * ax < t3
    # One over the diagonal element of x or y, with one and with both of its rows.
    inverse_0, inverse_1 = 1.0 / mass, 1.0 / (mass + friction * friction * d)
    inverse_2 = 1.0 / (mass + 2.0 * friction * friction * d)
    for _ in range(MAX_ITERATIONS):
        d0, d1 = d if on0 else 0.0, d if on1 else 0.0
        d2, d3 = d if on2 else 0.0, d if on3 else 0.0
        ixx = (inverse_2 if on3 else inverse_1) if on2 else (inverse_1 if on3 else inverse_0)
        iyy = (inverse_2 if on1 else inverse_1) if on0 else (inverse_1 if on1 else inverse_0)
        hxz, hyz = friction * (d3 - d2), friction * (d0 - d1)
        bx = fx + friction * (d3 * t3 - d2 * t2)
        by = fy + friction * (d0 * t0 - d1 * t1)
        bz = fz + d0 * t0 + d1 * t1 + d2 * t2 + d3 * t3
        hzz = mass + d0 + d1 + d2 + d3
        az = (bz - hxz * bx * ixx - hyz * by * iyy) / (hzz - hxz * hxz * ixx - hyz * hyz * iyy)
        ax = (bx - hxz * az) * ixx
        ay = (by - hyz * az) * iyy
        now0, now1 = az + friction * ay < t0, az - friction * ay < t1
        now2, now3 = az - friction * ax < t2, az + friction * ax < t3
        if now0 == on0 and now1 == on1 and now2 == on2 and now3 == on3:
            body[i, ACCELERATION] = ax
            body[i, ACCELERATION + 1] = ay
            body[i, ACCELERATION + 2] = az
            return True
        on0, on1, on2, on3 = now0, now1, now2, now3
    return False
