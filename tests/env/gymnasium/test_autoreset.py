"""When a batch of worlds begins new episodes: to the bit as Gymnasium's own vectoriser does in each of its modes."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv
from tests.env.games import SHORT, TEAM_CASES

cases = pytest.mark.parametrize(("game", "team", "changes"), TEAM_CASES)
modes = pytest.mark.parametrize("mode", list(AutoresetMode))


def actions_at(env: gymnasium.vector.VectorEnv, step: int) -> np.ndarray:
    """Return actions that depend on the step alone."""
    assert isinstance(env.single_action_space, gymnasium.spaces.MultiDiscrete)
    return np.random.default_rng(step).integers(0, np.stack([env.single_action_space.nvec] * env.num_envs))


def pair(mode: AutoresetMode, game: str = "quadrant", **options) -> tuple[HideAndSeekVectorEnv, SyncVectorEnv]:
    """Return three worlds as ours, and as Gymnasium steps three single ones."""
    mine = HideAndSeekVectorEnv(game, 3, autoreset_mode=mode, thread_count=1, **options)
    return mine, SyncVectorEnv([lambda: HideAndSeekEnv(game, **options)] * 3, autoreset_mode=mode)


def both(mine: HideAndSeekVectorEnv, theirs: SyncVectorEnv, step: int) -> np.ndarray:
    """Step both, compare all that they return, and return which episodes are over."""
    actions = actions_at(mine, step)
    result = mine.step(actions)
    for one, other in zip(result, theirs.step(actions), strict=True):
        assert data_equivalence(one, other, exact=True), step
    return result[3]


@cases
def test_next_step(game: str, team: str, changes: dict):
    """The step after the end begins the next episode: no reward, not over, infos of a beginning."""
    mine, theirs = pair(AutoresetMode.NEXT_STEP, game, team=team, **changes)
    assert data_equivalence(mine.reset(seed=5), theirs.reset(seed=5), exact=True)
    ends = [step for step in range(2 * changes["horizon"] + 4) if both(mine, theirs, step).all()]
    assert ends == [changes["horizon"] - 1, 2 * changes["horizon"]]


def test_next_step_with_worlds_that_end_at_different_times():
    """And a reset of some worlds just when they were about to begin by themselves."""
    mine, theirs = pair(AutoresetMode.NEXT_STEP, **SHORT)
    for env in (mine, theirs):
        env.reset(seed=0)
    ended = []
    for step in range(45):
        if step in (4, 9, 25):
            mask = np.array([step == 4, step == 9, step == 25])
            results = [env.reset(options={"reset_mask": mask.copy()}) for env in (mine, theirs)]
            assert data_equivalence(*results, exact=True)
        ended.append(both(mine, theirs, step))
    assert 0 < np.sum(ended) < np.sum(np.any(ended, axis=1)) * 3
    # The third world's second episode ended in step 24, and was begun by the reset before step 25.
    assert ended[24][2]
    assert ended[36][2]


@cases
def test_disabled(game: str, team: str, changes: dict):
    """Worlds whose episode is over wait for their reset, which leaves the others as they are."""
    mine, theirs = pair(AutoresetMode.DISABLED, game, team=team, **changes)
    for env in (mine, theirs):
        env.reset(seed=5)
        env.reset(seed=[1, None, None], options={"reset_mask": np.array([True, False, False])})
    for episode in range(2):
        for step in range(changes["horizon"]):
            over = both(mine, theirs, 100 * episode + step)
        assert over.all()
        with pytest.raises(RuntimeError, match=r"after the end of the episode in worlds \[0, 1, 2\]"):
            mine.step(actions_at(mine, 0))
        for mask in ([True, False, True], [False, True, False]):
            results = [env.reset(options={"reset_mask": np.array(mask)}) for env in (mine, theirs)]
            assert data_equivalence(*results, exact=True)


@modes
@pytest.mark.parametrize("as_text", [False, True])
def test_mode_is_one_of_gymnasium_or_its_value(mode: AutoresetMode, as_text: bool):
    env = gymnasium.make_vec(
        "hideseek:hideseek/Quadrant-v1", num_envs=2, autoreset_mode=mode.value if as_text else mode, thread_count=1
    )
    assert env.metadata["autoreset_mode"] is mode


def test_another_mode_is_refused():
    with pytest.raises(
        ValueError, match="autoreset_mode is 'never', expected one of 'NextStep', 'SameStep', 'Disabled'"
    ):
        HideAndSeekVectorEnv(autoreset_mode="never")


def test_one_environment_does_not_change_the_mode_of_others():
    HideAndSeekVectorEnv(autoreset_mode="NextStep")
    assert HideAndSeekVectorEnv().metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
