"""Drawn worlds have the distributions of the original's recorded ones."""

import importlib.util
from pathlib import Path

import pytest

from hideseek.game.config import PRESETS, make_game
from tests.games import HIDE_AND_SEEK
from tests.golden import golden_dir

WORLDS = 5000


@pytest.fixture(scope="module")
def benchmark():
    """Return the module benchmarks/layouts.py."""
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "layouts.py"
    spec = importlib.util.spec_from_file_location("benchmark_layouts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def different_measures(benchmark, name: str, game) -> set[str]:
    """Return the measures in which `game` differs from the recorded game `name`."""
    recorded = benchmark.recorded_layouts(golden_dir() / benchmark.FILES[name])
    comparisons = benchmark.compare(name, recorded, benchmark.drawn_layouts(game, WORLDS, seed=0))
    return {c.measure for c in comparisons if c.p_value < benchmark.threshold(comparisons)}


@pytest.mark.parametrize("name", HIDE_AND_SEEK)
def test_layouts_match_the_recorded_ones(benchmark, name: str):
    """No measure of walls, doors, counts, positions and distances differs."""
    assert different_measures(benchmark, name, PRESETS[name]) == set()


@pytest.mark.parametrize(
    ("name", "change", "measure"),
    [
        ("quadrant", {"door_dropout": 0.2}, "doors"),
        ("quadrant", {"hiders_in_quadrant": True}, "first hider's cell x"),
        ("random-walls", {"rooms_max": 3}, "rooms"),
        ("random-walls", {"team_radius": 0.7}, "hider to hider"),
        ("random-walls", {"elongated_min": 1}, "elongated boxes"),
    ],
)
def test_other_games_are_told_apart(benchmark, name: str, change: dict, measure: str):
    """The comparison notices a changed game."""
    assert measure in different_measures(benchmark, name, make_game(name, **change))
