"""Recorded play: the same episodes as without a recorder, told as they went."""

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.play import play
from hideseek.evaluate.players import RandomPlayer, TeamActions
from hideseek.evaluate.recording import describe, play_recorded
from hideseek.game.config import make_game
from hideseek.game.version import VERSION

GAME = make_game("quadrant", horizon=20)


def test_recording_changes_nothing_and_tells_what_became_of_the_episodes():
    """Returns, time in hiding and statistics of the replay are those of the episodes."""
    alone = play(HideAndSeek(GAME, 5), RandomPlayer(), RandomPlayer(), seed=2)
    episodes, recorder = play_recorded(GAME, RandomPlayer(), RandomPlayer(), episodes=5, seed=2)
    replay = recorder.replay("a", "b", {})
    np.testing.assert_array_equal(episodes.statistics, alone.statistics)
    for name, values in alone.behaviours.items():
        np.testing.assert_array_equal(episodes.behaviours[name], values, err_msg=name)
    np.testing.assert_allclose(replay.reward[..., :2].mean(2).sum(1), alone.hider_return, atol=1e-4)
    np.testing.assert_allclose(replay.reward[..., 2:].mean(2).sum(1), alone.seeker_return, atol=1e-4)
    np.testing.assert_array_equal(replay.statistics[:, -1, :4], alone.statistics[:, 4:])
    seen = replay.statistics[:, GAME.preparation_steps :, replay.statistic_names.index("hiders_seen")]
    np.testing.assert_allclose((seen == 0).mean(1), alone.hidden)
    assert len({tuple(start) for start in replay.position[:, 0, 0].tolist()}) == 5


def test_after_step_is_given_what_was_done_and_what_it_brought():
    """After every step, the actions of hiders and seekers side by side, with the worlds as the step left them."""
    env, taken = HideAndSeek(GAME, 3, autoreset=False), []

    def after_step(actions: TeamActions, reward: np.ndarray) -> None:
        assert env.record.step.tolist() == [len(taken) + 1] * 3
        taken.append((actions, reward.copy()))

    hiders, seekers = RandomPlayer(), RandomPlayer()
    episodes = play(env, hiders, seekers, seed=4, after_step=after_step)
    assert len(taken) == GAME.horizon
    for player, team, seed in ((RandomPlayer(), slice(0, 2), 8), (RandomPlayer(), slice(2, 4), 9)):
        player.start(3, 2, seed)
        for actions, _ in taken:
            for mine, theirs in zip(actions, player.act({}), strict=True):
                np.testing.assert_array_equal(mine[:, team], theirs)
    np.testing.assert_allclose(sum(reward for _, reward in taken)[:, :2].mean(1), episodes.hider_return)


def test_a_replay_tells_how_it_came_to_be():
    """Seed, versions, how long a decision lasts, and whatever else is given."""
    about = describe(3, 2, iteration=7)
    assert about.pop("package").count(".") == 2
    assert about == {"seed": 3, "action_repeat": 2, "environment": VERSION, "iteration": 7}


@pytest.mark.parametrize("episodes", [0, 1.0, "2"])
def test_a_number_of_episodes_that_cannot_be(episodes: object):
    """Nothing is played."""
    with pytest.raises(ValueError, match=f"episodes is {episodes!r}, expected an integer from 1"):
        play_recorded(GAME, RandomPlayer(), RandomPlayer(), episodes, 0)  # type: ignore[arg-type]
