"""Gymnasium's own wrappers around the environments."""

import sys
from types import ModuleType

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import RecordVideo, vector

from hideseek.env.gymnasium import HideAndSeekEnv, HideAndSeekVectorEnv
from tests.env.games import NO_BOUNDS, SHORT

LAST_FRAME = "ignore:.*will not contain the last frame"
"""What Gymnasium says of films of worlds that begin anew in the same step."""
pytestmark = pytest.mark.filterwarnings("error", NO_BOUNDS, LAST_FRAME)
STEPS = 15
"""More than an episode and the step that begins the next one."""


def batch(mode: str = "NextStep", **options) -> HideAndSeekVectorEnv:
    return HideAndSeekVectorEnv("quadrant", 3, autoreset_mode=mode, **{"thread_count": 1, **SHORT, **options})


def play(env: gymnasium.vector.VectorEnv) -> list[tuple]:
    """Play over the end of an episode; worlds are reset by hand where nothing else does it."""
    env.action_space.seed(0)
    observation, _ = env.reset(seed=0)
    assert env.observation_space.contains(observation)
    results = []
    for _ in range(STEPS):
        results.append(env.step(env.action_space.sample()))
        assert env.observation_space.contains(results[-1][0])
        over = results[-1][3]
        if env.metadata["autoreset_mode"] is AutoresetMode.DISABLED and over.any():
            env.reset(options={"reset_mask": over.copy()})
    return results


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_statistics_of_episodes(mode: str):
    """Return and length of the episode alone, whenever the next one begins."""
    env = vector.RecordEpisodeStatistics(batch(mode))
    results = play(env)
    rewards = np.array([result[1] for result in results[:12]])
    episode = results[11][4]["episode"]
    assert episode["l"].tolist() == [12] * 3
    np.testing.assert_allclose(episode["r"], rewards.sum(0))
    assert env.episode_count == 3


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_rewards_are_normalised_and_clipped(mode: str):
    results = play(vector.ClipReward(vector.NormalizeReward(batch(mode)), -0.5, 0.5))
    rewards = np.array([result[1] for result in results])
    assert 0.0 < np.abs(rewards).max() <= 0.5


@pytest.mark.parametrize("mode", ["NextStep", "Disabled"])
def test_observations_are_flattened(mode: str):
    """To as many numbers as there are in flat observations."""
    env = vector.FlattenObservation(batch(mode))
    assert env.single_observation_space.shape == batch(observation="flat").single_observation_space.shape
    play(env)


@pytest.mark.parametrize("wrapper", [vector.FlattenObservation, vector.NormalizeObservation])
def test_wrappers_of_observations_refuse_what_they_cannot_follow(wrapper: type):
    """They would miss the last observation, which is in the infos: Gymnasium reads the mode and says so."""
    with pytest.raises(ValueError, match="NEXT_STEP"):
        wrapper(batch("SameStep", observation="flat"))


def test_observations_are_normalised():
    """A dictionary of fields that was flattened, or vectors from the start."""
    for env in (vector.FlattenObservation(batch()), batch(observation="flat")):
        observations = np.array([result[0] for result in play(vector.NormalizeObservation(env))])
        assert np.isfinite(observations).all()
        assert abs(observations[1:].mean()) < 0.5


def test_infos_as_a_list():
    results = play(vector.DictInfoToList(vector.RecordEpisodeStatistics(batch())))
    assert [info["episode"]["l"] for info in results[11][4]] == [12] * 3


def test_wrapped_by_make_vec_with_single_worlds():
    """Gymnasium's vectorisers of single worlds take the same options."""
    env = gymnasium.make_vec(
        "hideseek:hideseek/Quadrant-v1", num_envs=3, vectorization_mode="sync", observation="flat", **SHORT
    )
    play(vector.NormalizeObservation(vector.RecordEpisodeStatistics(env)))


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[list[np.ndarray], float]]:
    """Stand in for MoviePy, which needs an older Pillow than is tested; what it would write is kept by file name."""
    written = {}

    class ImageSequenceClip:
        def __init__(self, frames: list[np.ndarray], fps: float) -> None:
            self.film = (list(frames), fps)

        def write_videofile(self, path: str, logger: str | None) -> None:
            written[path.rpartition("/")[2]] = self.film

    name = ""
    for part in ("moviepy", "video", "io", "ImageSequenceClip"):
        name = f"{name}.{part}".removeprefix(".")
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules[name].ImageSequenceClip = ImageSequenceClip  # pyright: ignore[reportAttributeAccessIssue]
    return written


def test_film_of_one_world(films: dict, tmp_path):
    """Every step of an episode and its start, in real time."""
    env = RecordVideo(HideAndSeekEnv("quadrant", render_mode="rgb_array", **SHORT), str(tmp_path / "films"))
    env.reset(seed=0)
    for _ in range(12):
        env.step(env.action_space.sample())
    env.close()
    frames, fps = films["rl-video-episode-0.mp4"]
    assert [frame.shape for frame in frames] == [(480, 640, 3)] * 13
    assert (frames[0] != frames[-1]).any()
    assert fps == pytest.approx(1 / 0.075)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_film_of_a_batch(films: dict, tmp_path, mode: str):
    """All worlds in one picture."""
    env = vector.RecordVideo(batch(mode, render_mode="rgb_array"), str(tmp_path / "films"), video_length=10)
    play(env)
    env.close()
    (frames, _), *_ = films.values()
    assert len(frames) >= 10
    assert frames[0].shape[0] * frames[0].shape[1] >= 3 * 480 * 640
    assert (frames[0] != frames[-1]).any()
