"""Shelter construction: which of the hundred rays reach the cylinder, counted by hand."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import PRESETS, make_game
from hideseek.game.numbers import numbers_of
from hideseek.game.objective.options import ShelterObjective
from hideseek.game.objective.shelter import stop_rays
from tests.worlds import World, make_world

MIDDLE = (3.0, 3.0, 1.0, 0.5)
"""A cylinder of radius 1 in the middle of the floor."""
AWAY = (20.0, 20.0, 0.0)


FROM_WEST = 7
"""Of two rays per side, the one that starts in the middle of the west side."""


def stopped(world: World, **options: object) -> np.ndarray:
    """Return which rays are stopped."""
    objective = ShelterObjective(**options)
    rays = objective.allocate_extras(1, world.counts).ray_stopped
    stop_rays(numbers_of(objective), world.bodies, world.counts, rays, 0)
    return rays[0]


def hits(world: World, **options: object) -> int:
    """Return how many rays reach the cylinder."""
    return int((~stopped(world, **options)).sum())


def test_all_rays_reach_a_cylinder_with_nothing_around_it():
    """25 from each side."""
    world = make_world(hiders=[AWAY], cylinders=[MIDDLE])
    assert hits(world) == 100
    assert hits(world, rays_per_side=3) == 12


@pytest.mark.parametrize("side", range(4))
def test_a_wall_stops_the_rays_of_its_side(side: int):
    """A wall along the border stops all 24 that start behind it, without those from both corners."""
    place = ((3, 0.6), (5.4, 3), (3, 5.4), (0.6, 3))[side]
    half = (2.36, 0.02) if side % 2 == 0 else (0.02, 2.36)
    assert 100 - hits(make_world(hiders=[AWAY], cylinders=[MIDDLE], walls=[(*place, *half, 0.5)])) == 24


def test_a_wall_all_around_stops_all():
    """Four walls that meet."""
    walls = [(3, 1, 2, 0.05, 0.5), (3, 5, 2, 0.05, 0.5), (1, 3, 0.05, 2, 0.5), (5, 3, 0.05, 2, 0.5)]
    assert hits(make_world(hiders=[AWAY], cylinders=[MIDDLE], walls=walls)) == 0


def stopped_between(low: float, high: float) -> int:
    """Return how many of the rays from the lower side start between two places [m]."""
    starts = 0.202 + (6.0 - 2.0 * 0.202) * np.arange(25) / 25
    return int(((starts > low) & (starts < high)).sum())


def test_a_box_before_the_cylinder_stops_those_that_are_aimed_through_it():
    """Seen from the middle it is as wide as its nearest side: 0.5 m at 1.15 m, so 1.22 m where the rays start."""
    world = make_world(hiders=[AWAY], cylinders=[MIDDLE], boxes=[(3.0, 1.6, 0.0)])
    reach = 0.25 / 1.15 * (3.0 - 0.202)
    assert 100 - hits(world) == stopped_between(3.0 - reach, 3.0 + reach) == 6


def test_an_elongated_box_stops_more():
    """1.65 m at 1.025 m from the middle; further away it stops fewer."""
    counts = []
    for y in (1.9, 1.0):
        world = make_world(hiders=[AWAY], cylinders=[MIDDLE], boxes=[(3.0, y, 0.0)], box_half=(0.825, 0.075, 0.25))
        reach = 0.825 / (3.0 - y - 0.075) * (3.0 - 0.202)
        assert 100 - hits(world) == stopped_between(3.0 - reach, 3.0 + reach)
        counts.append(hits(world))
    assert counts[0] < counts[1] < 100


def test_ramps_and_agents_stop_rays():
    """An agent is 0.3 m wide, 2 m from the middle: 0.42 m where the rays start. Above a ramp's low end rays pass."""
    agent = make_world(hiders=[(3.0, 1.0, 0.0)], cylinders=[MIDDLE])
    assert 100 - hits(agent) == stopped_between(3.0 - 0.21, 3.0 + 0.21) == 2
    ramp = make_world(hiders=[AWAY], cylinders=[MIDDLE], ramps=[(3.0, 1.6, 0.0)])
    assert 100 - hits(ramp) == 4


def test_what_does_not_exist_stops_nothing():
    """Spare boxes."""
    world = make_world(hiders=[AWAY], cylinders=[MIDDLE], boxes=[(3.0, 1.5, 0.0)])
    world.bodies.exists[0, 1] = False
    assert hits(world) == 100


@pytest.mark.parametrize(
    ("things", "free"),
    [
        ({}, True),
        ({"boxes": [(2, 3, 0)]}, False),
        ({"boxes": [(4.5, 3, 0)]}, True),
        ({"boxes": [(2, 3.4, 0)]}, True),
        ({"ramps": [(2, 3, 0)]}, False),
        ({"walls": [(2, 3, 0.05, 1, 0.5)]}, False),
        ({"walls": [(2, 3, 0.05, 1, 0.04)]}, True),
        ({"hiders": [(2, 3, 0)]}, False),
    ],
)
def test_what_a_ray_hits_before_the_cylinder(things: dict, free: bool):
    """From the middle of the west side: boxes, ramps, walls and agents stop it, if they reach it."""
    world = make_world(**{"hiders": [(1, 1, 0)], **things}, cylinders=[(3.5, 3, 0.8, 0.5)])
    assert stopped(world, rays_per_side=2)[FROM_WEST] != free


def test_rewards_are_a_thousandth_for_each_ray():
    """In every step, from the first one on."""
    env = HideAndSeek(make_game("shelter", hiders=2), 8, seed=1, thread_count=1)
    env.reset()
    still = np.full((8, 2, 3), 5, np.int8), np.zeros((8, 2), np.int8), np.zeros((8, 2), np.int8)
    for _ in range(3):
        _, reward, _, info = env.step(*still)
        assert not info["preparation"].any()
        assert info["hidden"].all()
        rays = (~env.extras.ray_stopped).sum(1)
        assert ((rays > 10) & (rays < 100)).all()
        np.testing.assert_allclose(reward, np.repeat(-0.001 * rays[:, None], 2, axis=1), rtol=1e-6)


def test_the_penalty_is_an_option():
    """As is the number of rays."""
    worlds = [HideAndSeek(make_game("shelter", ray_penalty=penalty), 4, seed=1) for penalty in (0.001, 0.5)]
    rewards = []
    for env in worlds:
        env.reset()
        rewards.append(env.step(np.full((4, 1, 3), 5), np.zeros((4, 1), int), np.zeros((4, 1), int))[1].copy())
    np.testing.assert_allclose(rewards[1], 500.0 * rewards[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seekers": 1}, "seekers is 1, expected 0 where the objective is 'shelter'"),
        ({"layout": "open"}, "layout is 'open', expected one with a cylinder where the objective is 'shelter'"),
        ({"rays_per_side": 0}, "rays_per_side is 0, expected an integer from 1 to 1000"),
        ({"ray_penalty": -1.0}, "ray_penalty is -1.0, expected a finite number at least 0"),
        ({"returns": True}, "unknown option 'returns' .*it is one of objective 'lock'"),
    ],
)
def test_what_is_no_shelter_construction_is_refused(options: dict, message: str):
    """The error names the option."""
    with pytest.raises(ValueError, match=message):
        make_game("shelter", **options)


def test_the_preset_is_the_papers():
    """One agent, 240 steps, three elongated boxes and five cubes."""
    game = PRESETS["shelter"]
    assert game.counts == (1, 8, 0, 4, 1)
    assert (game.horizon, game.preparation_steps, game.elongated_min, game.elongated_max) == (240, 0, 3, 3)
    assert (game.lock_ramps, game.wall_friction, game.objective.rays_per_side) == (True, 0.01, 25)
