"""Scratch memory of the physics: one set of arrays per thread, allocated once.

While a world is stepped its bodies stand here in double precision, a row of `body` each. A constraint is a row of
`row`: a direction in the velocities of one or two bodies (with friction, a pyramid of four), a stiffness and a wanted
acceleration. Few wide arrays instead of many narrow ones, since compiled functions pass every array's shape and
strides along.
"""

from typing import NamedTuple

import numpy as np

from hideseek.sim.kernel import kernel
from hideseek.sim.state import Counts

# Columns of `body`. Vectors have one column per coordinate: x, y, z, yaw.
POSE, VELOCITY, ACCELERATION, FORCE = 0, 4, 8, 12
"""ACCELERATION holds the last substep's solution, FORCE everything but constraints."""
COSINE, SINE = 16, 17
MASS, INERTIA, DAMPING, DAMPING_Z = 18, 19, 20, 21
"""The moment of inertia is about the yaw axis; DAMPING is that of x, y and yaw."""
MASS_OFFSET = 22
"""First moment m c of the mass about the yaw axis, x and y in the world's axes: not zero for ramps."""
HALF_SIZE = 24
RADIUS = 27
"""Of a circle around the yaw axis that holds the body."""
SLACK = 28
"""How far the body may still travel before the candidate pairs must be found anew [m]."""
FRICTION = 29
GAIN, GAIN_Z, GAIN_TURN = 30, 31, 32
"""By how much implicit damping reduces an acceleration."""
BODY_COLUMNS = 33

# Columns of `tag`.
STATE, TOUCHES, PARENT, ROW_END, SIZE, MEMBER, SLOT, TAG_COLUMNS = range(8)
"""STATE is ABSENT, ASLEEP or AWAKE; TOUCHES counts contacts, welds and locks other than the floor's in this substep.
PARENT is the union-find forest of the islands, ROW_END of a root where its rows end in `order`, SIZE the number of
its bodies. MEMBER k is the k-th body of the island being solved, SLOT a body's place among them."""
ABSENT, ASLEEP, AWAKE = range(3)

# Columns of `row`: the derivatives of its normal velocity by the velocities of body a and of body b, those of its two
# tangential velocities times friction, and then:
NORMAL, TANGENT_1, TANGENT_2 = 0, 8, 16
STIFFNESS, TARGET, SHIFT_1, SHIFT_2 = 24, 25, 26, 27
"""STIFFNESS is the inverse of the regularisation (D in MuJoCo's terms), of each of four edges. TARGET is the reference
acceleration along the normal; an edge adds or subtracts a SHIFT."""
RESIDUAL, SLOPE = 28, 31
"""What is left to the target along the normal and both tangents, and its change along the search direction."""
ROW_COLUMNS = 34

# Columns of `link`.
(
    BODY_A, BODY_B, KIND, SOURCE, LAST_SOURCE, ACTIVE, LAST_ACTIVE, NEXT_ACTIVE, COLUMN_A, COLUMN_B, LINK_COLUMNS,
) = range(11)  # fmt: skip
"""BODY_B is -1 where the other side is static; ACTIVE has a bit for each edge that is part of the current Hessian,
NEXT_ACTIVE for those that push at the current accelerations. SOURCE tells which pair a row comes from; LAST_SOURCE and
LAST_ACTIVE are those of the rows of the last substep, in their order. COLUMN_A and COLUMN_B are where the bodies'
unknowns begin in the island being solved."""
EQUALITY, ONE_SIDED = range(2)
ALL_EDGES = 15
UNKNOWN = -1
"""ACTIVE of a row that was not there in the last substep."""

WALL_X, WALL_Y, WALL_Z, WALL_HX, WALL_HY, WALL_HZ, WALL_COLUMNS = range(7)
SOLUTION, GRADIENT, DIRECTION, VECTOR_ROWS = range(4)
HESSIAN, FACTOR, MATRIX_COUNT = range(3)
ROWS_PER_BODY = 48


class Workspace(NamedTuple):
    """One thread's scratch arrays."""

    body: np.ndarray
    """float64 [body, BODY_COLUMNS]."""
    tag: np.ndarray
    """int64 [body, TAG_COLUMNS]."""
    wall: np.ndarray
    """float64 [wall + cylinder, WALL_COLUMNS] centre and half sizes: of walls, then of the boxes around cylinders."""
    pair: np.ndarray
    """int64 [pair, 2] candidates for contact: body a, and body b, or row b - body_count of `wall`."""
    row: np.ndarray
    """float64 [row, ROW_COLUMNS]."""
    link: np.ndarray
    """int64 [row, LINK_COLUMNS]."""
    order: np.ndarray
    """int64 [row] rows sorted by island."""
    matrix: np.ndarray
    """float64 [MATRIX_COUNT, dof, dof] of the island being solved: the Hessian and its Cholesky factor."""
    vector: np.ndarray
    """float64 [VECTOR_ROWS, dof] of the island being solved."""
    envelope: np.ndarray
    """int64 [dof] first column of each row of the Hessian that is not zero."""
    polygon: np.ndarray
    """float64 [2, 16, 2] outlines while one is clipped by another."""


def allocate_workspaces(thread_count: int, counts: Counts) -> Workspace:
    """Return arrays for `thread_count` threads, with a leading thread axis; `workspace_of` picks one thread's."""
    n, dof, t = counts.body, 4 * counts.body, thread_count
    rows = ROWS_PER_BODY * n
    static = counts.wall + counts.cylinder
    return Workspace(
        body=np.zeros((t, n, BODY_COLUMNS)),
        tag=np.zeros((t, n, TAG_COLUMNS), np.int64),
        wall=np.zeros((t, static, WALL_COLUMNS)),
        pair=np.zeros((t, n * (n + static), 2), np.int64),
        row=np.zeros((t, rows, ROW_COLUMNS)),
        link=np.zeros((t, rows, LINK_COLUMNS), np.int64),
        order=np.zeros((t, rows), np.int64),
        matrix=np.zeros((t, MATRIX_COUNT, dof, dof)),
        vector=np.zeros((t, VECTOR_ROWS, dof)),
        envelope=np.zeros((t, dof), np.int64),
        polygon=np.zeros((t, 2, 16, 2)),
    )


@kernel
def workspace_of(workspaces, t):
    """Return views of thread `t`'s arrays."""
    ws = workspaces
    return Workspace(
        ws.body[t], ws.tag[t], ws.wall[t], ws.pair[t], ws.row[t], ws.link[t], ws.order[t], ws.matrix[t], ws.vector[t],
        ws.envelope[t], ws.polygon[t],
    )  # fmt: skip
