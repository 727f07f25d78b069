"""A match: the person's choices reach the world, everybody else plays as ever, and the score is the rewards'."""

from dataclasses import replace

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.players import RandomPlayer
from hideseek.game.config import make_game
from hideseek.serve.match import Match, buckets
from hideseek.serve.messages import Action
from tests.serve.conftest import GAME

PERSON, SEED = 2, 5
FULL = [Action((1.0, -1.0, 0.6), True, False), Action((-0.2, 0.0, 1.0), False, True)]


def played() -> Match:
    """Return a match that is over; the person has done the one, then the other of `FULL`, again and again."""
    match = Match(HideAndSeek(GAME, 1, autoreset=False), RandomPlayer(), RandomPlayer(), SEED, PERSON)
    while not match.finished:
        match.step(FULL[match.steps % 2])
    return match


@pytest.mark.parametrize(
    ("share", "bucket"), [(-1.0, 0), (-0.21, 4), (-0.05, 5), (0.0, 5), (0.09, 5), (0.11, 6), (0.4, 7), (1.0, 10)]
)
def test_shares_become_the_nearest_bucket(share: float, bucket: int):
    """0 is none, the ends are the strongest; the same to both sides."""
    assert buckets((share, -share, 0.0)) == [bucket, 10 - bucket, 5]


def test_the_person_does_what_was_asked_and_others_what_they_would():
    """Everybody else acts as without the person, whose row alone is another."""
    replay = played().replay("a", "b", {})
    assert replay.movement[0, 0::2, PERSON].tolist() == [[10, 0, 8]] * 4
    assert replay.movement[0, 1::2, PERSON].tolist() == [[4, 5, 10]] * 4
    assert replay.grab[0, :, PERSON].tolist() == [True, False] * 4
    assert replay.lock[0, :, PERSON].tolist() == [False, True] * 4
    for side, team in enumerate((slice(0, 2), slice(2, 4))):
        alone = RandomPlayer()
        alone.start(1, 2, 2 * SEED + side)
        expected = np.stack([alone.act({}).movement[0] for _ in range(GAME.horizon)])
        others = np.array([agent for agent in range(4)[team] if agent != PERSON])
        np.testing.assert_array_equal(replay.movement[0, :, others], np.swapaxes(expected, 0, 1)[others - team.start])


def test_the_score_is_that_of_the_replay_and_of_the_environment():
    """Stepped by hand with the same actions, on the layout of the seed."""
    match = played()
    replay = match.replay("a", "b", {})
    env = HideAndSeek(GAME, 1)
    env.reset(SEED)
    total = np.zeros(4)
    for t in range(GAME.horizon):
        actions = (x[:, t].astype(np.int8) for x in (replay.movement, replay.grab, replay.lock))
        _, reward, done, _ = env.step(*actions)
        np.testing.assert_array_equal(reward[0], replay.reward[0, t])
        total += reward[0]
    assert done.all()
    assert match.score.person == pytest.approx(total[PERSON])
    assert match.score.hiders == pytest.approx(total[:2].mean())
    assert match.score.seekers == pytest.approx(total[2:].mean())
    assert np.abs(replay.reward).sum() > 0.0


def test_pictures_are_those_of_the_replay():
    """Layout and frames show what the replay shows later."""
    match = Match(HideAndSeek(GAME, 1, autoreset=False), RandomPlayer(), RandomPlayer(), SEED, PERSON)
    layout, frames = match.layout(), [match.frame()]
    while not match.finished:
        match.step(FULL[0])
        frames.append(match.frame())
    replay = match.replay("a", "b", {})
    assert layout["you"] == PERSON
    assert layout["game"]["horizon"] == GAME.horizon
    assert layout["cylinder_centre"] == layout["cylinder_size"] == []
    assert len(layout["wall_centre"]) == len(layout["wall_half"]) == replay.wall_count[0]
    np.testing.assert_allclose(layout["half_size"], replay.half_size[0], atol=1e-4)
    assert layout["exists"] == replay.exists[0].tolist()
    for t, frame in enumerate(frames):
        assert frame["step"] == t
        np.testing.assert_allclose(frame["position"], replay.position[0, t], atol=1e-4)
        np.testing.assert_allclose(frame["yaw"], replay.yaw[0, t], atol=1e-4)
        assert frame["sees"] == replay.sees[0, t].astype(int).tolist()
        assert frame["lock_team"] == replay.lock_team[0, t].tolist()
        assert frame["grabbed"] == replay.grabbed[0, t].tolist()
        assert frame["preparation"] == (t < GAME.preparation_steps)
        assert frame["score"] == pytest.approx(replay.reward[0, :t, PERSON].sum())


def test_a_game_without_seekers_can_be_played():
    """Their team's score is zero."""
    game = replace(GAME, seekers=0)
    match = Match(HideAndSeek(game, 1, autoreset=False), RandomPlayer(), RandomPlayer(), SEED, 0)
    while not match.finished:
        match.step(Action())
    assert match.score.seekers == 0.0


def test_a_page_is_told_of_cylinders():
    """Where they stand, and how large they are."""
    env = HideAndSeek(make_game("shelter", horizon=4), 1, autoreset=False)
    layout = Match(env, RandomPlayer(), RandomPlayer(), SEED, 0).layout()
    np.testing.assert_allclose(layout["cylinder_centre"], env.bodies.cylinder_centre[0], atol=1e-4)
    np.testing.assert_allclose(layout["cylinder_size"], env.bodies.cylinder_size[0], atol=1e-4)
