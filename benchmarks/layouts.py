"""Compare drawn layouts with recorded ones of the original game, and time how long a world takes to build.

    python benchmarks/layouts.py DIR [--worlds N] [--seed S] [--json FILE]

DIR holds `layouts_quadrant.npz` and `layouts_randomwalls.npz`. Every measure takes one number from each world (where a
world has several walls or boxes, a certain or a random one of them), because the tests assume independent samples:
Kolmogorov-Smirnov for lengths, chi-square for counts and cells. With so many tests some p-value is small by chance, so
the threshold is Bonferroni's for a family-wise level of 5 %, and at most 0.001. Exit status 1 if any p-value is below.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import ndimage, stats

from hideseek.game.config import PRESETS, Game
from hideseek.game.floor import CELL, GRID
from hideseek.game.layout.build import build_worlds, draw_layouts
from hideseek.game.layout.scratch import allocate_layout_scratch
from hideseek.game.layout.walls import DOOR_CELLS
from hideseek.game.numbers import numbers_of

FILES = {"quadrant": "layouts_quadrant.npz", "random-walls": "layouts_randomwalls.npz"}
FAMILY_LEVEL = 0.05
LARGEST_THRESHOLD = 0.001
MIN_SAMPLES = 20
DOOR_CAPACITY = 8
MIN_EXPECTED = 5.0
"""A bin of a chi-square test that expects fewer recorded samples is joined with its neighbour."""


class Layouts(NamedTuple):
    """A set of worlds at their beginning: centres and sizes [m], absent things NaN; and what their walls make."""

    wall_centre: np.ndarray
    wall_half: np.ndarray
    agent: np.ndarray
    box: np.ndarray
    box_size: np.ndarray
    ramp: np.ndarray
    rooms: np.ndarray
    doors: np.ndarray
    """Per world and door: vertical?, line, first cell; NaN where there are fewer."""
    random: np.ndarray
    """Per world and wall a number that decides which one stands for the world."""


class Comparison(NamedTuple):
    """One measure's outcome."""

    game: str
    measure: str
    test: str
    recorded_count: int
    recorded_mean: float
    drawn_mean: float
    p_value: float


def finish_layouts(*arrays: np.ndarray) -> Layouts:
    """Return `Layouts` of its first six arrays, adding what follows from the walls."""
    wall_centre, wall_half, agent, box, box_size, ramp = (array.astype(np.float64) for array in arrays)
    rooms, doors = zip(*(rooms_and_doors(c, h) for c, h in zip(wall_centre, wall_half, strict=True)), strict=True)
    random = np.random.default_rng(0).random((len(wall_centre), max(wall_centre.shape[1], box.shape[1])))
    return Layouts(wall_centre, wall_half, agent, box, box_size, ramp, np.array(rooms), np.array(doors), random)


def recorded_layouts(path: Path) -> Layouts:
    """Read the original's worlds."""
    with np.load(path) as file:
        names = ("wall_pos", "wall_halfsize", "agent_pos", "box_pos", "box_size", "ramp_pos")
        return finish_layouts(*(file[name] for name in names))


def drawn_layouts(game: Game, world_count: int, seed: int) -> Layouts:
    """Draw worlds in the recordings' format."""
    bodies, _ = draw_layouts(game, world_count, seed)
    absent = np.arange(bodies.wall_half.shape[1]) >= bodies.wall_count[:, None]
    boxes = slice(game.agents, game.agents + game.boxes_max)
    no_box = ~bodies.exists[:, boxes, None]
    return finish_layouts(
        np.where(absent[..., None], np.nan, bodies.wall_centre),
        np.where(absent[..., None], np.nan, bodies.wall_half),
        bodies.pose[:, : game.agents, :3],
        np.where(no_box, np.nan, bodies.pose[:, boxes, :3]),
        np.where(no_box, np.nan, 2.0 * bodies.half_size[:, boxes]),
        bodies.pose[:, boxes.stop :, :3],
    )


def rooms_and_doors(wall_centre: np.ndarray, wall_half: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the number of rooms with all doors closed, and the doors (`Layouts.doors`) of one world."""
    taken = np.ones((GRID, GRID), bool)
    taken[1:-1, 1:-1] = False
    segments = []
    for centre, half in zip(wall_centre, wall_half, strict=True):
        if np.isnan(half[0]):
            continue
        vertical = bool(half[1] > half[0]) if max(half[:2]) > CELL / 2 else _is_on_line(centre[0])
        along = 1 if vertical else 0
        ends = np.array([-1.0, 1.0]) * (half[along] + CELL / 4) + centre[along]
        first, last = np.round(ends / CELL - 0.5).astype(int)
        line = int(centre[1 - along] / CELL)
        (taken if vertical else taken.T)[line, first : last + 1] = True
        segments.append((vertical, line, first, last))
    doors = {
        (vertical, line, start)
        for vertical, line, first, last in segments
        for start, beyond in ((last + 1, last + 1 + DOOR_CELLS), (first - DOOR_CELLS, first - DOOR_CELLS - 1))
        if 0 <= beyond < GRID and _is_door(taken if vertical else taken.T, line, start, beyond)
    }
    for vertical, line, start in doors:
        (taken if vertical else taken.T)[line, start : start + DOOR_CELLS] = True
    table = np.full((DOOR_CAPACITY, 3), np.nan)
    for row, door in enumerate(sorted(doors)):
        table[row] = door
    return ndimage.label(~taken)[1], table


def _is_on_line(position: float) -> bool:
    """Whether a coordinate is the middle of a cell, where a wall's line is, rather than a cell's edge."""
    return abs(position / CELL % 1.0 - 0.5) < 0.25


def _is_door(taken: np.ndarray, line: int, start: int, beyond: int) -> bool:
    return bool(taken[line, beyond]) and not taken[line, start : start + DOOR_CELLS].any()


def distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the distance on the floor."""
    return np.hypot(a[..., 0] - b[..., 0], a[..., 1] - b[..., 1])


def nearest(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return per world the distance from a point to the nearest of the others."""
    distances = distance(points[:, None], others)
    return np.where(np.isnan(distances).all(1), np.nan, np.nanmin(np.nan_to_num(distances, nan=np.inf), axis=1))


def one_of(values: np.ndarray, random: np.ndarray) -> np.ndarray:
    """Return per world a random one of its values, NaN where it has none."""
    keys = np.where(np.isnan(values), -1.0, random[:, : values.shape[1]])
    return np.take_along_axis(values, keys.argmax(1)[:, None], 1)[:, 0]


def inner_wall(layouts: Layouts, column: np.ndarray) -> np.ndarray:
    """Return per world `column` of one random inner wall."""
    return one_of(np.where(is_inner(layouts), column, np.nan), layouts.random)


def is_inner(layouts: Layouts) -> np.ndarray:
    """Whether a wall exists and is of the inner walls' height."""
    return layouts.wall_half[..., 2] < 1.0


def wall_length(layouts: Layouts) -> np.ndarray:
    """Return the length of every wall [m], rounded so that equal numbers of cells are ties."""
    return np.round(2.0 * layouts.wall_half[..., :2].max(-1), 3)


def distance_to_inner_wall(layouts: Layouts, points: np.ndarray) -> np.ndarray:
    """Return per world the distance from a point to the nearest inner wall's surface."""
    offsets = np.abs(points[:, None, :2] - layouts.wall_centre[..., :2]) - layouts.wall_half[..., :2]
    distances = np.where(is_inner(layouts), np.hypot(*np.moveaxis(np.maximum(offsets, 0.0), -1, 0)), np.inf)
    return np.where(np.isinf(distances).all(1), np.nan, distances.min(1))


def is_long(layouts: Layouts, axis: int) -> np.ndarray:
    """Whether a box is elongated along `axis`."""
    return layouts.box_size[..., axis] > 1.0


def box_of_kind(layouts: Layouts, kind: np.ndarray, axis: int) -> np.ndarray:
    """Return per world a coordinate of one random box of a kind."""
    return one_of(np.where(kind, layouts.box[..., axis], np.nan), layouts.random)


def cell(position: np.ndarray, half_size: float) -> np.ndarray:
    """Return the lower-left cell of a body [cells]."""
    return np.floor((position - half_size) / CELL + 1e-4)


def mate_offset(layouts: Layouts, first: int, axis: int) -> np.ndarray:
    """Return how many cells the agent after `first` begins from it."""
    corners = cell(layouts.agent[:, first : first + 2, axis], 0.15)
    return corners[:, 1] - corners[:, 0]


Measure = Callable[[Layouts], np.ndarray]
COUNTS: dict[str, Measure] = {
    "rooms": lambda s: s.rooms,
    "inner walls": lambda s: is_inner(s).sum(1),
    "outer walls": lambda s: (s.wall_half[..., 2] > 1.0).sum(1),
    "doors": lambda s: (~np.isnan(s.doors[..., 0])).sum(1),
    "a door's wall vertical": lambda s: one_of(s.doors[..., 0], s.random),
    "a door's line": lambda s: one_of(s.doors[..., 1], s.random),
    "a door's first cell": lambda s: one_of(s.doors[..., 2], s.random),
    "a vertical wall's cell": lambda s: inner_wall(
        s, np.where(s.wall_half[..., 1] > s.wall_half[..., 0], s.wall_centre[..., 0] // CELL, np.nan)
    ),
    "a horizontal wall's cell": lambda s: inner_wall(
        s, np.where(s.wall_half[..., 0] > s.wall_half[..., 1], s.wall_centre[..., 1] // CELL, np.nan)
    ),
    "boxes": lambda s: (~np.isnan(s.box[..., 0])).sum(1),
    "elongated boxes": lambda s: (is_long(s, 0) | is_long(s, 1)).sum(1),
    "boxes long in x": lambda s: is_long(s, 0).sum(1),
    "second hider's cells in x": lambda s: mate_offset(s, 0, 0),
    "second hider's cells in y": lambda s: mate_offset(s, 0, 1),
    "second seeker's cells in x": lambda s: mate_offset(s, 2, 0),
    "second seeker's cells in y": lambda s: mate_offset(s, 2, 1),
    "first hider's cell x": lambda s: cell(s.agent[:, 0, 0], 0.15),
    "first hider's cell y": lambda s: cell(s.agent[:, 0, 1], 0.15),
    "first seeker's cell x": lambda s: cell(s.agent[:, 2, 0], 0.15),
    "first seeker's cell y": lambda s: cell(s.agent[:, 2, 1], 0.15),
    "first seeker's quarter": lambda s: 2 * (s.agent[:, 2, 0] > 3.0) + (s.agent[:, 2, 1] > 3.0),
}
"""Tested with chi-square."""
LENGTHS: dict[str, Measure] = {
    "all inner walls' length": lambda s: np.where(is_inner(s), wall_length(s), 0.0).sum(1).round(3),
    "an inner wall's length": lambda s: inner_wall(s, wall_length(s)),
    "an inner wall's centre x": lambda s: inner_wall(s, s.wall_centre[..., 0].round(3)),
    "an inner wall's centre y": lambda s: inner_wall(s, s.wall_centre[..., 1].round(3)),
    "second hider x": lambda s: s.agent[:, 1, 0],
    "second hider y": lambda s: s.agent[:, 1, 1],
    "second seeker x": lambda s: s.agent[:, 3, 0],
    "second seeker y": lambda s: s.agent[:, 3, 1],
    "hiders' jitter in their cells": lambda s: s.agent[:, 0, 0] - 0.15 - cell(s.agent[:, 0, 0], 0.15) * CELL,
    "a cube's x": lambda s: box_of_kind(s, ~(is_long(s, 0) | is_long(s, 1)), 0),
    "a cube's y": lambda s: box_of_kind(s, ~(is_long(s, 0) | is_long(s, 1)), 1),
    "a box's x, long in x": lambda s: box_of_kind(s, is_long(s, 0), 0),
    "a box's y, long in x": lambda s: box_of_kind(s, is_long(s, 0), 1),
    "a box's x, long in y": lambda s: box_of_kind(s, is_long(s, 1), 0),
    "a box's y, long in y": lambda s: box_of_kind(s, is_long(s, 1), 1),
    "first ramp x": lambda s: s.ramp[:, 0, 0],
    "first ramp y": lambda s: s.ramp[:, 0, 1],
    "hider to hider": lambda s: distance(s.agent[:, 0], s.agent[:, 1]),
    "seeker to seeker": lambda s: distance(s.agent[:, 2], s.agent[:, 3]),
    "first hider to nearest seeker": lambda s: nearest(s.agent[:, 0], s.agent[:, 2:]),
    "first hider to nearest box": lambda s: nearest(s.agent[:, 0], s.box),
    "first seeker to nearest box": lambda s: nearest(s.agent[:, 2], s.box),
    "first ramp to nearest box": lambda s: nearest(s.ramp[:, 0], s.box),
    "first ramp to other ramp": lambda s: nearest(s.ramp[:, 0], s.ramp[:, 1:]) if s.ramp.shape[1] > 1 else s.rooms[:0],
    "first box to nearest box": lambda s: nearest(s.box[:, 0], s.box[:, 1:]),
    "first hider to nearest inner wall": lambda s: distance_to_inner_wall(s, s.agent[:, 0]),
    "first box to nearest inner wall": lambda s: distance_to_inner_wall(s, s.box[:, 0]),
    "first ramp to nearest inner wall": lambda s: distance_to_inner_wall(s, s.ramp[:, 0]),
}
"""Tested with Kolmogorov-Smirnov."""


def chi_square(recorded: np.ndarray, drawn: np.ndarray) -> float:
    """Return the p-value of both samples of whole numbers having one distribution; rare values are joined."""
    values = np.unique(np.concatenate([recorded, drawn]))
    table = np.array([np.searchsorted(np.sort(s), values, "right") for s in (recorded, drawn)], float)
    table = np.diff(table, prepend=0.0, axis=1)
    expected = table.sum(0) * len(recorded) / (len(recorded) + len(drawn))
    bins = np.floor((np.cumsum(expected) - expected) / MIN_EXPECTED).astype(int)
    bins = np.minimum(bins, int(expected.sum() / MIN_EXPECTED) - 1)
    joined = np.array([np.bincount(bins, row) for row in table])
    joined = joined[:, joined.sum(0) > 0]
    return 1.0 if joined.shape[1] < 2 else float(stats.chi2_contingency(joined).pvalue)


def compare(game: str, recorded: Layouts, drawn: Layouts) -> list[Comparison]:
    """Return all measures that the game has, compared."""
    tests = [(name, "chi-square", measure) for name, measure in COUNTS.items()]
    tests += [(name, "KS", measure) for name, measure in LENGTHS.items()]
    comparisons = []
    for name, test, measure in tests:
        a, b = (values[~np.isnan(values)] for values in (measure(recorded).astype(float), measure(drawn).astype(float)))
        if min(len(a), len(b)) == 0 and max(len(a), len(b)) < MIN_SAMPLES:
            continue
        if min(len(a), len(b)) == 0:
            p_value = 0.0
        else:
            p_value = chi_square(a, b) if test == "chi-square" else float(stats.ks_2samp(a, b).pvalue)
        comparisons.append(Comparison(game, name, test, len(a), _mean(a), _mean(b), p_value))
    return comparisons


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def threshold(comparisons: list[Comparison]) -> float:
    """Return the p-value below which a measure counts as different."""
    return min(LARGEST_THRESHOLD, FAMILY_LEVEL / len(comparisons))


def build_microseconds(game: Game, world_count: int = 4000, repeats: int = 5) -> float:
    """Return how long one core takes to build a world [us], the fastest of some repeats."""
    bodies, record = draw_layouts(game, world_count)
    scratch = allocate_layout_scratch(game.layout.wall_capacity, 1)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        built = build_worlds(numbers_of(game.layout), game.params, bodies, record, scratch, 0)
        times.append(time.perf_counter() - start)
        if built < world_count:
            raise RuntimeError(f"only {built} of {world_count} worlds were built")
    return min(times) / world_count * 1e6


def main() -> int:
    """Run the comparison; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path, help="folder of the recorded layouts")
    parser.add_argument("--worlds", type=int, default=20_000, help="worlds to draw of each game")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the results to this file")
    arguments = parser.parse_args()
    for file in FILES.values():
        if not (arguments.dir / file).is_file():
            parser.error(f"no {file} in {arguments.dir}")
    if arguments.worlds < MIN_SAMPLES:
        parser.error(f"--worlds is {arguments.worlds}, expected at least {MIN_SAMPLES}")
    comparisons: list[Comparison] = []
    for game, file in FILES.items():
        drawn = drawn_layouts(PRESETS[game], arguments.worlds, arguments.seed)
        comparisons += compare(game, recorded_layouts(arguments.dir / file), drawn)
    limit = threshold(comparisons)
    print(f"{'game':13}{'measure':36}{'test':12}{'recorded':>9}{'mean':>9}{'drawn mean':>12}{'p':>10}")
    for c in comparisons:
        print(
            f"{c.game:13}{c.measure:36}{c.test:12}{c.recorded_count:9d}{c.recorded_mean:9.3f}{c.drawn_mean:12.3f}"
            f"{c.p_value:10.4f}{'  DIFFERENT' if c.p_value < limit else ''}"
        )
    speed = {game: build_microseconds(PRESETS[game]) for game in FILES}
    different = sum(c.p_value < limit for c in comparisons)
    print(f"{different} of {len(comparisons)} measures differ (p < {limit:.2g})")
    print("one build on one core: " + ", ".join(f"{game} {time_us:.1f} us" for game, time_us in speed.items()))
    if arguments.json:
        results = [c._asdict() for c in comparisons]
        arguments.json.write_text(json.dumps({"threshold": limit, "build_us": speed, "measures": results}, indent=1))
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
