"""The speed benchmark times real work, and says so when it does not."""

import json

import numpy as np
import pytest

from benchmarks import simulator
from benchmarks.simulator import CASES, PHASES
from tests.needs import import_mujoco


@pytest.fixture
def env():
    """Return a small environment under way."""
    return simulator.make_env(CASES["full-2v2"], 6, 1, np.random.default_rng(0))


def test_run_prints_and_writes_every_line(tmp_path, capsys):
    """One line for each number of worlds; phases add up to no more than the whole."""
    path = tmp_path / "out.json"
    options = ["--cases", "quadrant-2v2", "--worlds", "2", "8", "--threads", "1", "--steps", "4", "--json", str(path)]
    assert simulator.main(options) == 0
    assert capsys.readouterr().out.count("\nquadrant-2v2") == 2
    results = json.loads(path.read_text())["results"]
    assert [result["worlds"] for result in results] == [2, 8]
    for result in results:
        assert set(result["phases_us"]) == set(PHASES)
        assert 0.0 < sum(result["phases_us"].values()) <= result["total_us"]
        assert result["steps_per_second"] == pytest.approx(1e6 / result["total_us"])


def test_worlds_are_spread_over_the_episode(env):
    """No two worlds of a small batch are at the same step."""
    assert len(set(env.record.step.tolist())) == env.world_count
    assert np.ptp(env.record.step) > env.game.horizon / 2


def test_madrona_case_has_its_numbers():
    """3 hiders and 2 seekers, 3 to 8 boxes, 2 ramps."""
    game = CASES["madrona-3v2"]
    assert (game.hiders, game.seekers, game.boxes_min, game.boxes_max, game.ramps) == (3, 2, 3, 8, 2)


def test_idle_worlds_are_no_workload(env):
    """Nothing moved and no episode ended."""
    with pytest.raises(RuntimeError, match=r"agents moved 0\.0000 m in 40 steps"):
        simulator.check_workload(env, env.get_state(), 40)


def test_broken_worlds_are_no_workload(env):
    """A velocity that is not a number is found."""
    before = env.get_state()
    env.bodies.velocity[2, 1, 0] = np.nan
    with pytest.raises(RuntimeError, match="velocity has values that are not finite"):
        simulator.check_workload(env, before, 40)


def test_lack_of_room_is_found(env):
    """Worlds in which contacts were left out are no workload."""
    before = env.get_state()
    env.crowded_steps = 3
    with pytest.raises(RuntimeError, match="more contacts than there is room for in 3 steps"):
        simulator.check_workload(env, before, 40)


def test_mujoco_worlds_advance(env):
    """The yardstick steps as many worlds as there are, on two threads, and takes time for it."""
    import_mujoco()
    worlds = simulator.MujocoWorlds(env, 100, 2)
    assert worlds.world_count == env.world_count
    before = worlds._positions()
    assert worlds.time_steps(3, np.random.default_rng(0)) > 0.0
    assert np.abs(worlds._positions() - before).max() > 0.1


@pytest.mark.parametrize("option", ["--worlds", "--threads", "--steps"])
def test_zero_is_refused(capsys, option: str):
    """Exit status 2 before anything runs."""
    with pytest.raises(SystemExit, match="2"):
        simulator.main([option, "0"])
    assert "must be at least 1" in capsys.readouterr().err
