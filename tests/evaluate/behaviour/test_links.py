"""Whether obstacles part two places, against a flood fill that knows nothing of chains."""

import numpy as np
from scipy import ndimage

from hideseek.evaluate.behaviour.ground import allocate_ground
from hideseek.evaluate.behaviour.shelter import is_sheltered, prepare_ground
from hideseek.sim.state import AGENT_RADIUS, Bodies, Counts
from tests.worlds import World, make_world

CELL = 0.01
LOW, HIGH = 0.0, 6.0
"""What is filled; nothing stands nearer to its edge than an agent is wide."""
CENTRES = np.arange(LOW + 0.5 * CELL, HIGH, CELL)
NEAR = 0.25
"""Places with more space around them than this need not be told apart [m]."""
WITH_CORNERS = np.ones((3, 3))


def says_sheltered(world: World) -> bool:
    """Return the detector's answer."""
    ground = allocate_ground(world.counts, 1)
    prepare_ground(ground, world.bodies, world.counts, 0, 0)
    return is_sheltered(world.params, ground, world.bodies, 0, 0, False)


def rectangles(bodies: Bodies, counts: Counts) -> list[tuple[float, ...]]:
    """Return centre, yaw and half extents of every obstacle of the first world."""
    found = [(*bodies.wall_centre[0, k, :2], 0.0, *bodies.wall_half[0, k, :2]) for k in range(bodies.wall_count[0])]
    for body in range(counts.agent, counts.body):
        if bodies.exists[0, body]:
            x, y, _, yaw = bodies.pose[0, body]
            found.append((x, y, yaw, *bodies.half_size[0, body, :2]))
    return [tuple(map(float, rectangle)) for rectangle in found]


def clearance(bodies: Bodies, counts: Counts) -> np.ndarray:
    """Return how far the middle of each cell [x, y] is from the nearest obstacle, `NEAR` at most."""
    nearest = np.full((len(CENTRES), len(CENTRES)), NEAR)
    for centre_x, centre_y, yaw, half_x, half_y in rectangles(bodies, counts):
        reach = np.hypot(half_x, half_y) + NEAR
        columns, rows = (slice(*np.searchsorted(CENTRES, (c - reach, c + reach))) for c in (centre_x, centre_y))
        x, y = CENTRES[columns, None] - centre_x, CENTRES[rows] - centre_y
        along, across = x * np.cos(yaw) + y * np.sin(yaw), y * np.cos(yaw) - x * np.sin(yaw)
        apart = np.hypot(np.maximum(abs(along) - half_x, 0.0), np.maximum(abs(across) - half_y, 0.0))
        nearest[columns, rows] = np.minimum(nearest[columns, rows], apart)
    return nearest


def connects(world: World, space: np.ndarray, radius: float, structure: np.ndarray | None) -> bool:
    """Whether cells with this much space around them lead from the cell of any seeker to that of any hider."""
    parts, _ = ndimage.label(space >= radius, structure)
    columns, rows = ((world.bodies.pose[0, : world.counts.agent, :2] - LOW) / CELL).astype(int).T
    own = parts[columns, rows]
    return bool(set(own[: world.game.hiders]) & set(own[world.game.hiders :]) - {0})


def random_world(draw: np.random.Generator) -> tuple[World, np.ndarray]:
    """Return a hider within a ring of boxes and ramps that may have gaps, seekers, other things; and `clearance`."""
    in_ring, scattered, walls = draw.integers(5, 12), draw.integers(0, 5), draw.integers(0, 4)
    angles = (np.arange(in_ring) + draw.normal(0.0, 0.1, in_ring)) * 2.0 * np.pi / in_ring
    radius = in_ring * (0.5 + draw.uniform(0.0, 0.25)) / (2.0 * np.pi) + draw.normal(0.0, 0.08, in_ring)
    ring = 3.0 + np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
    centres = np.concatenate([ring, draw.uniform(1.5, 4.5, (scattered, 2))])
    places = np.column_stack([centres, draw.uniform(-np.pi, np.pi, len(centres))])[draw.permutation(len(centres))]
    ramps = draw.integers(0, 4)
    pieces = [(*draw.uniform(1.5, 4.5, 2), *draw.permuted([0.05, draw.uniform(0.05, 1.0)]), 0.5) for _ in range(walls)]
    world = make_world([(3.0, 3.0)], [(3.0, 3.0)] * 2, places[ramps:], places[:ramps], pieces)
    is_long = draw.random(len(places) - ramps) < 0.15
    world.bodies.half_size[0, 3 : 3 + len(is_long)][is_long] = 0.825, 0.075, 0.25
    space = clearance(world.bodies, world.counts)
    for agent, reach in enumerate((0.6, 2.7, 2.7)):
        tries = draw.uniform(3.0 - reach, 3.0 + reach, (1000, 2))
        has_room = space[tuple(((tries - LOW) / CELL).astype(int).T)] >= AGENT_RADIUS + CELL
        if not has_room.any():
            return random_world(draw)
        world.place(agent, *tries[has_room.argmax()])
    return world, space


def test_chains_agree_with_a_flood_fill():
    """They find a way wherever there is one with a cell's room to spare, and none where there is none even without.

    Between the two, where the last gap is as wide as an agent to within a cell, the fill itself may be wrong.
    """
    draw = np.random.default_rng(0)
    half_diagonal = CELL / np.sqrt(2.0)
    sheltered, agreed = [], []
    for number in range(300):
        world, space = random_world(draw)
        sheltered.append(says_sheltered(world))
        agreed.append(connects(world, space, AGENT_RADIUS, None) != sheltered[-1])
        has_way = connects(world, space, AGENT_RADIUS + half_diagonal, None)
        may_have_way = connects(world, space, AGENT_RADIUS - half_diagonal, WITH_CORNERS)
        assert not (has_way and sheltered[-1]), f"world {number} is said to be sheltered, but there is a way"
        assert may_have_way or sheltered[-1], f"world {number} is said not to be sheltered, but there is no way"
    assert 0.2 < np.mean(sheltered) < 0.8
    assert np.mean(agreed) >= 0.99
