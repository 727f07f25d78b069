"""How deep bodies are in each other, worked out apart from the simulator: in NumPy, for whole batches."""

from itertools import combinations

import numpy as np

from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE, Bodies, Counts

ROOT = np.sqrt(0.5)
CUBE_CORNERS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
RAMP_CORNERS = RAMP_HALF_SIZE * np.array([corner for corner in CUBE_CORNERS if not (corner[1] > 0 and corner[2] > 0)])
RAMP_NORMALS = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, ROOT, ROOT)])
BOX_NORMALS = np.eye(3)
SLOPE = np.array([0, ROOT, -ROOT])
"""Direction of the edges along a ramp's slope."""


def deepest_overlaps(bodies: Bodies, counts: Counts) -> dict[str, float]:
    """Return the deepest penetration of any pair of each kind, in all worlds [m]; agents count as their large sphere.

    Keys are "agent agent", "agent box", "agent wall", "box box", ..., "floor"; values are negative where all are apart.
    """
    pose = bodies.pose.astype(float)
    kinds = ["agent"] * counts.agent + ["box"] * counts.box + ["ramp"] * counts.ramp
    solids = {i: _solid(bodies, kinds[i], i) for i in range(counts.agent, counts.body)}
    deepest: dict[str, float] = {}

    def note(kind: str, depth: np.ndarray, valid: np.ndarray) -> None:
        deepest[kind] = max(deepest.get(kind, -np.inf), np.where(valid, depth, -np.inf).max())

    for i, j in combinations(range(counts.body), 2):
        both = bodies.exists[:, i] & bodies.exists[:, j]
        if j < counts.agent:
            depth = 2 * AGENT_RADIUS - np.linalg.norm(pose[:, i, :3] - pose[:, j, :3], axis=1)
        elif i < counts.agent:
            depth = AGENT_RADIUS - _distance(pose[:, i, :3], *solids[j])
        else:
            depth = _depth(solids[i], solids[j])
        note(f"{kinds[i]} {kinds[j]}", depth, both)
    for k in range(counts.wall):
        wall = _wall(bodies, k)
        for i in range(counts.body):
            solid = i >= counts.agent
            depth = _depth(solids[i], wall) if solid else AGENT_RADIUS - _distance(pose[:, i, :3], *wall)
            note(f"{kinds[i]} wall", depth, bodies.exists[:, i] & (k < bodies.wall_count))
    note("floor", (bodies.half_size[..., 2] - pose[..., 2]), bodies.exists)
    return deepest


def _solid(bodies: Bodies, kind: str, i: int) -> tuple:
    """Return corners [world, corner, 3], face normals [world, normal, 3], edges that are not normals, and the body."""
    yaw = bodies.pose[:, i, 3].astype(float)
    c, s, zero, one = np.cos(yaw), np.sin(yaw), np.zeros_like(yaw), np.ones_like(yaw)
    turn = np.array([[c, -s, zero], [s, c, zero], [zero, zero, one]]).transpose(2, 0, 1)
    is_ramp = kind == "ramp"
    local = RAMP_CORNERS[None] if is_ramp else CUBE_CORNERS * bodies.half_size[:, i, None, :]
    corners = np.einsum("wij,wcj->wci", turn, np.broadcast_to(local, (len(yaw), *local.shape[1:])))
    normals = np.einsum("wij,nj->wni", turn, RAMP_NORMALS if is_ramp else BOX_NORMALS)
    edges = np.einsum("wij,nj->wni", turn, SLOPE[None] if is_ramp else np.zeros((0, 3)))
    return corners + bodies.pose[:, i, None, :3], normals, edges


def _wall(bodies: Bodies, k: int) -> tuple:
    worlds = len(bodies.pose)
    corners = bodies.wall_centre[:, k, None] + CUBE_CORNERS * bodies.wall_half[:, k, None]
    return corners.astype(float), np.broadcast_to(BOX_NORMALS, (worlds, 3, 3)), np.zeros((worlds, 0, 3))


def _depth(a: tuple, b: tuple) -> np.ndarray:
    """Return the least overlap of two convex solids over the directions that can separate them [world]."""
    crosses = [np.cross(edge[:, :, None], other[:, None]) for edge, other in _edge_pairs(a, b)]
    axes = np.concatenate([a[1], b[1], *[c.reshape(len(c), -1, 3) for c in crosses]], axis=1)
    length = np.linalg.norm(axes, axis=2, keepdims=True)
    axes = np.divide(axes, length, out=np.zeros_like(axes), where=length > 1e-6)
    along_a, along_b = (np.einsum("wci,wni->wnc", corners, axes) for corners in (a[0], b[0]))
    overlap = np.minimum(along_a.max(2) - along_b.min(2), along_b.max(2) - along_a.min(2))
    return np.where(length[..., 0] > 1e-6, overlap, np.inf).min(1)


def _edge_pairs(a: tuple, b: tuple) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return directions of edges to be crossed: slopes with the other's horizontal edges, and with its slopes."""
    return [(a[2], b[1][:, :2]), (b[2], a[1][:, :2]), (a[2], b[2])]


def _distance(point: np.ndarray, corners: np.ndarray, normals: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the signed distance of points [world, 3] from solids, negative inside [world]."""
    # Both kinds of solid are prisms along their local x: the distance splits into that along x and that in (y, z).
    middle = corners.mean(axis=1, keepdims=True)
    x = np.einsum("wi,wi->w", point - middle[:, 0], normals[:, 0])
    half = np.einsum("wci,wi->wc", corners - middle, normals[:, 0]).max(1)
    outline, place = (np.einsum("wci,wni->wcn", p - middle, normals[:, 1:3]) for p in (corners, point[:, None]))
    planar = _distance_in_plane(place[:, 0], outline, normals, edges)
    beside = np.abs(x) - half
    return np.where(
        (planar <= 0) & (beside <= 0),
        np.maximum(planar, beside),
        np.hypot(np.maximum(planar, 0), np.maximum(beside, 0)),
    )


def _distance_in_plane(place: np.ndarray, outline: np.ndarray, normals: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the signed distance of points (y, z) from rectangles, or from triangles where the solids have slopes."""
    low, high = outline.min(1), outline.max(1)
    sides = [low - place, place - high]
    if edges.shape[1] == 0:
        outside = np.maximum(np.maximum(*sides), 0.0)
        inside = np.maximum(*sides).max(1)
        return np.where(inside <= 0, inside, np.linalg.norm(outside, axis=1))
    foot, top, base = np.stack([high[:, 0], low[:, 1]], 1), np.stack([low[:, 0], high[:, 1]], 1), low
    slope = (place - foot) @ np.array([ROOT, ROOT])
    inside = np.maximum(slope, sides[0].max(1))
    nearest = np.min([_to_segment(place, *ends) for ends in ((foot, top), (top, base), (base, foot))], axis=0)
    return np.where(inside <= 0, inside, nearest)


def _to_segment(point: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    along = end - begin
    share = np.clip(((point - begin) * along).sum(1) / (along * along).sum(1), 0.0, 1.0)
    return np.linalg.norm(point - begin - share[:, None] * along, axis=1)
