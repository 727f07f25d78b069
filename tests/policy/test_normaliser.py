"""Running means and deviations."""

import numpy as np
import pytest

from hideseek.policy.config import FeatureSizes
from hideseek.policy.normaliser import Moments, ObservationNormaliser
from tests.policy.test_network import SIZES, make_observation

DECAY = 1.0 - 1e-5


def test_mean_and_deviation_of_the_first_batch_are_exact():
    """After one update there is no bias towards zero."""
    x = np.random.default_rng(0).normal([3.0, -1.0], [2.0, 0.5], (1000, 2)).astype(np.float32)
    moments = Moments(2).updated(x, None, DECAY)
    np.testing.assert_allclose(moments.mean, x.mean(0), rtol=1e-3)
    np.testing.assert_allclose(moments.deviation, x.std(0), rtol=1e-3)


def test_few_updates_give_the_plain_average_and_many_forget():
    """With a slow decay two batches count alike; with a fast one the later counts more."""
    slow, fast = Moments(1), Moments(1)
    for value in (0.0, 1.0):
        slow = slow.updated(np.full((5, 1), value, np.float32), None, DECAY)
        fast = fast.updated(np.full((5, 1), value, np.float32), None, 0.5)
    assert float(slow.mean[0]) == pytest.approx(0.5, abs=1e-3)
    assert float(fast.mean[0]) == pytest.approx(0.5 / 0.75, abs=1e-5)


def test_averages_are_those_worked_out_by_hand():
    """With decay 1/2, batches of 0 and 4 weigh 1/4 and 1/2 of 3/4: the mean is 8/3, the mean square 32/3."""
    moments = Moments(1)
    for value in (0.0, 4.0):
        moments = moments.updated(np.full((3, 1), value, np.float32), None, 0.5)
    assert float(moments.weight) == pytest.approx(3 / 4)
    assert float(moments.mean[0]) == pytest.approx(8 / 3, rel=1e-5)
    assert float(moments.deviation[0]) == pytest.approx((32 / 3 - 64 / 9) ** 0.5, rel=1e-5)
    once = Moments(1).updated(np.ones((1, 1), np.float32), None, DECAY)
    assert float(once.weight) == pytest.approx(1e-5, rel=1e-2)


def test_rows_without_share_count_nothing():
    """Masked rows leave no trace, and a batch that is masked altogether changes nothing."""
    x = np.array([[1.0], [3.0], [100.0]], np.float32)
    moments = Moments(1).updated(x, np.array([True, True, False]), DECAY)
    assert float(moments.mean[0]) == pytest.approx(2.0, rel=1e-3)
    after = moments.updated(x, np.zeros(3, bool), DECAY)
    assert float(after.mean[0]) == float(moments.mean[0])
    assert float(after.weight) == float(moments.weight)


def test_before_the_first_batch_nothing_is_changed():
    """A fresh normaliser passes observations on, clipped to five."""
    sizes = FeatureSizes(2, 2, 2, 2, 3)
    observation = {name: np.full((1, 4, size), 3.0, np.float32) for name, size in sizes._asdict().items()}
    observation["self"][..., 0] = 9.0
    features = ObservationNormaliser(sizes)(observation)
    assert features["self"][0, 0].tolist() == [5.0, 3.0]


def test_deviation_has_a_floor_and_masks_are_left_alone():
    """A constant becomes zero and not noise; rays share their moments; an empty type is left as it is."""
    sizes = FeatureSizes(1, 1, 1, 1, 3)
    shapes = {"self": (2, 1), "agents": (2, 3, 1), "boxes": (2, 0, 1), "ramps": (2, 1, 1), "lidar": (2, 3)}
    observation = {name: np.full(shape, 2.0, np.float32) for name, shape in shapes.items()}
    observation["sees_boxes"] = observation["box_exists"] = np.ones((2, 0), bool)
    normaliser = ObservationNormaliser(sizes).updated(observation, DECAY)
    assert float(normaliser.moments["self"].deviation[0]) == pytest.approx(0.1)
    assert normaliser.moments["lidar"].mean.shape == (1,)
    assert float(normaliser.moments["boxes"].weight) == 0.0
    features = normaliser({**observation, "self": np.full((2, 1), 2.2, np.float32)})
    np.testing.assert_allclose(features["self"], 2.0, rtol=1e-2)
    assert "sees_boxes" not in features


def test_relative_positions_count_from_the_observer():
    """Moving everything by the same distance changes nothing but the observer's own position."""
    observation = make_observation()
    moved = {name: x.copy() for name, x in observation.items()}
    for name in ("self", *SIZES.entities):
        moved[name][..., :3] += np.float32(2.0)
    normaliser = ObservationNormaliser(SIZES, relative=True).updated(observation, 0.9)
    here, there = normaliser(observation), normaliser(moved)
    for name in (*SIZES.entities, "lidar"):
        np.testing.assert_allclose(there[name], here[name], atol=1e-5)
    assert not np.allclose(there["self"], here["self"])
    relative = observation["boxes"][..., :3] - observation["self"][..., None, :3]
    existing = relative[observation["box_exists"]]
    np.testing.assert_allclose(normaliser.moments["boxes"].mean[:3], existing.mean(0), rtol=1e-4, atol=1e-5)


def test_observer_frame_is_ahead_and_left_of_the_observer():
    """An agent looks along its local -y: what is there is ahead, and what is on its +x side is to the left."""
    observation = make_observation()
    yaw, ahead, left = 0.7, 1.5, -0.4
    direction = np.array([np.sin(yaw), -np.cos(yaw)])  # local -y, turned by the yaw
    side = np.array([-direction[1], direction[0]])  # a quarter turn counter-clockwise from it
    observation["self"][..., 3], observation["self"][..., 4] = np.cos(yaw), np.sin(yaw)
    place = observation["self"][..., None, :2] + ahead * direction + left * side
    for name in SIZES.entities:
        observation[name][..., :2] = place
    features = ObservationNormaliser(SIZES, observer_frame=True)(observation)
    plain = ObservationNormaliser(SIZES)(observation)
    for name in SIZES.entities:
        expected = np.broadcast_to([ahead, left], (*observation[name].shape[:-1], 2))
        np.testing.assert_allclose(features[name][..., -2:], expected, atol=1e-5)
        np.testing.assert_array_equal(features[name][..., :-2], plain[name])


def test_lidar_points_are_where_the_rays_end():
    """In the room's coordinates, whoever looks: distance times direction, from where the observer is."""
    observation = make_observation()
    seen = ObservationNormaliser(SIZES, lidar_points=True)(observation)["lidar"]
    distance = observation["lidar"]
    assert seen.shape == (*distance.shape[:-1], 3 * SIZES.lidar)
    ray = 2
    angle = 2.0 * np.pi * ray / SIZES.lidar
    x, y = (observation["self"][..., i] + distance[..., ray] * f(angle) for i, f in enumerate((np.cos, np.sin)))
    for channel, expected in enumerate((distance[..., ray], x, y)):
        found = seen[..., channel * SIZES.lidar + ray]
        np.testing.assert_allclose(found, np.clip(expected, -5.0, 5.0), atol=1e-5)


def test_lidar_points_have_moments_of_their_own():
    """One mean for all distances, one for all x and one for all y."""
    observation = make_observation()
    normaliser = ObservationNormaliser(SIZES, lidar_points=True)
    updated = normaliser.updated(observation, 0.9)
    assert updated.moments["lidar"].mean.shape == (3,)
    np.testing.assert_allclose(updated.moments["lidar"].mean[0], observation["lidar"].mean(), rtol=1e-4)
    angles = 2.0 * np.pi * np.arange(SIZES.lidar) / SIZES.lidar
    x = observation["self"][..., :1] + observation["lidar"] * np.cos(angles)
    np.testing.assert_allclose(updated.moments["lidar"].mean[1], x.mean(), rtol=1e-3, atol=1e-4)
    features = np.asarray(updated(observation)["lidar"]).reshape(*observation["lidar"].shape[:-1], 3, -1)
    np.testing.assert_allclose(features.mean((0, 1, 3)), 0.0, atol=0.05)
