"""Object counting: what is seen, what is not, and that the answer is in no single frame; heads on memories."""

from collections.abc import Callable

import numpy as np
import pytest

from hideseek.env.actor_observation import flatten, seen_by
from hideseek.evaluate.players import untrained_policy
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.policy.config import FeatureSizes
from hideseek.tasks.counting import BOXES, CLASSES, MOVE_STEPS, OPEN_STEPS, STEPS, ObjectCounting
from hideseek.tasks.head import Remembered, fit_head, watch
from tests.learn.toy import TINY_NETWORK

GAME = make_game("random-walls")
COUNT = 200
MEMORY = np.ones((8, 2), np.float32)


@pytest.fixture(scope="module")
def frames() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the agent sees [step, world, number], how many boxes it sees [step, world], and the labels."""
    task = ObjectCounting(GAME, COUNT, seed=1, thread_count=1)
    told, boxes = [], []
    for observation in task.episode():
        told.append(flatten(seen_by(observation, slice(0, 1)))[:, 0])
        boxes.append(observation["sees_boxes"][:, 0].sum(1))
        assert not observation["sees_agents"].any()
        assert not observation["sees_ramps"].any()
    return np.stack(told), np.stack(boxes), task.labels


def test_boxes_vanish_one_after_another(frames: tuple):
    """All are seen at first, but for one that another hides, and none at the end; the number falls all the while."""
    _, boxes, _ = frames
    assert len(boxes) == STEPS
    assert (boxes[0] >= BOXES - 1).all()
    ends = boxes[MOVE_STEPS - 1 : BOXES * MOVE_STEPS : MOVE_STEPS].mean(1)
    assert (np.diff(ends) < -0.5).all()
    assert not boxes[-OPEN_STEPS:].any()


def test_a_late_frame_tells_nothing(frames: tuple):
    """All worlds look alike then, whatever the label: a classifier without memory stays at chance."""
    told, _, labels = frames
    assert len(np.unique(labels)) > 4
    for late in (told[-OPEN_STEPS + 1], told[-1]):
        np.testing.assert_array_equal(late, np.broadcast_to(late[:1], late.shape))
    score = fit_head(Remembered(told[-1], labels), CLASSES, steps=50)
    assert score.accuracy == score.chance


def test_labels_are_binomial_and_follow_the_seed():
    """Each box goes left with probability one half; another batch has other labels."""
    task, same = (ObjectCounting(GAME, 2000, seed=3, thread_count=1) for _ in range(2))
    next(task.episode()), next(same.episode())
    np.testing.assert_array_equal(task.labels, same.labels)
    assert abs(task.labels.mean() - BOXES / 2) < 0.15
    assert abs(task.labels.var() - BOXES / 4) < 0.25
    first = task.labels
    next(task.episode())
    assert (task.labels != first).any()


def test_the_label_is_how_many_were_last_seen_on_the_left(frames: tuple):
    """Who counts the boxes that leave on either side as they are seen knows it."""
    task = ObjectCounting(GAME, COUNT, seed=1, thread_count=1)
    last_x = np.full((COUNT, BOXES), np.nan)
    for observation in task.episode():
        seen = observation["sees_boxes"][:, 0, :BOXES]
        last_x = np.where(seen, observation["boxes"][:, 0, :BOXES, 0], last_x)
    np.testing.assert_array_equal((last_x < 3.0).sum(1), task.labels)


def test_a_head_reads_a_memory_that_knows():
    """And not one that does not."""
    generator = np.random.default_rng(0)
    label = generator.integers(0, CLASSES, 800)
    memory = generator.normal(size=(800, 12)).astype(np.float32)
    blind = fit_head(Remembered(memory, label), CLASSES)
    assert blind.accuracy < 0.3
    memory[:, :CLASSES] += 4.0 * np.eye(CLASSES, dtype=np.float32)[label]
    knowing = fit_head(Remembered(memory, label), CLASSES)
    assert knowing.accuracy > 0.9
    assert knowing.episodes == 200


def test_a_policy_watches():
    """What it remembers depends on what it saw."""
    policy = untrained_policy(FeatureSizes.of(observation_spec(GAME)), TINY_NETWORK, 0)
    task = ObjectCounting(GAME, 8, seed=0, thread_count=1)
    remembered = watch(policy, task, batches=2)
    assert remembered.memory.shape == (16, TINY_NETWORK.memory)
    assert len(np.unique(remembered.memory, axis=0)) > 8
    np.testing.assert_array_equal(remembered.label[8:], task.labels)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ObjectCounting("quadrant", 1), TypeError, "game is 'quadrant', expected a Game"),
        (lambda: ObjectCounting(make_game("quadrant"), 1), ValueError, "boxes_max of game is 2, expected 6 at least"),
        (lambda: ObjectCounting(GAME, 0), ValueError, "world_count is 0"),
        (lambda: ObjectCounting(GAME, 1, seed=-1), ValueError, "seed is -1"),
        (
            lambda: ObjectCounting(make_game("random-walls", hiders=9), 1),
            ValueError,
            "game has 12 more agents and ramps, expected 10 at most",
        ),
        (
            lambda: fit_head(Remembered(np.ones((8, 2), np.float32), np.full(8, 7)), CLASSES),
            ValueError,
            "label is up to 7",
        ),
        (lambda: fit_head(Remembered(np.ones((2, 2), np.float32), np.zeros(2, int)), 2), ValueError, "held out is 0"),
        (lambda: watch(None, None, 1), TypeError, "policy is None, expected a Policy"),
    ],
)
def test_bad_input_is_refused(call: Callable, error: type[Exception], message: str):
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call()
