"""What the updates keep: the learning rate that follows the divergence, the moving maximum, the way to disk."""

from dataclasses import asdict
from pathlib import Path

import pytest

from hideseek.learn.checkpoint import load_checkpoint
from hideseek.learn.files import RunError, load_json, save_json
from hideseek.learn.logger import read_metrics
from hideseek.learn.progress import latest
from hideseek.learn.update_state import HIGHEST_RATE, LOWEST_RATE, NoiseScale, UpdateState
from tests.learn.toy import NameTheBucket, describe, start_run

STATE = UpdateState(NoiseScale(-0.1, 2.0), NoiseScale(0.3, 1e-40), 1.5 * 1.5, 0.1 + 0.2)


@pytest.mark.parametrize(
    ("kl", "factor"),
    [(0.0, 1.0), (0.0049, 1.5), (0.0051, 1.0), (0.0199, 1.0), (0.0201, 1.0 / 1.5)],
)
def test_the_rate_moves_where_the_divergence_is_twice_or_half_the_target(kl: float, factor: float):
    """Between, it stays; so it does where nothing trained the policy."""
    assert UpdateState().with_kl(kl, 0.01).rate_factor == factor


def test_the_rate_has_bounds():
    """However long the divergence is too small, or too large."""
    low = high = UpdateState()
    for _ in range(50):
        low, high = low.with_kl(1.0, 0.01), high.with_kl(1e-9, 0.01)
    assert (low.rate_factor, high.rate_factor) == (LOWEST_RATE, HIGHEST_RATE)


def test_the_maximum_moves_a_quarter_of_the_way():
    """The first window's is taken as it is."""
    first = UpdateState().with_largest_advantage(8.0)
    assert first.largest_advantage == 8.0
    assert first.with_largest_advantage(4.0).largest_advantage == 7.0


def test_a_state_comes_back_exactly(tmp_path: Path):
    """Through JSON, to the last bit."""
    save_json(tmp_path / "state.json", {"update": asdict(STATE)})
    assert UpdateState.load(load_json(tmp_path / "state.json")["update"]) == STATE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"rate_factor": 0.0},
            r"rate_factor of update is 0\.0, expected .* at least 0\.01 and at most 10",
        ),
        ({"largest_advantage": -1.0}, r"largest_advantage of update is -1\.0, expected a finite number at least 0"),
        ({"policy_noise": {"square": 1.0}}, "policy_noise of update is .*, expected an object of square, variance"),
        ({"value_noise": {"square": "1", "variance": 1.0}}, "square of value_noise of update is '1', expected"),
        (
            {"more": 1.0},
            "update is .*, expected an object of policy_noise, value_noise, rate_factor",
        ),
    ],
)
def test_a_state_that_is_none_is_refused(tmp_path: Path, change: dict[str, object], message: str):
    """By its name, and that of the file."""
    run, env = tmp_path / "run", NameTheBucket(32)
    start_run(run, env)
    path = latest(run) / "progress.json"
    content = load_json(path)
    save_json(path, {**content, "update": content["update"] | change})
    with pytest.raises(RunError, match=rf"progress\.json is damaged: {message}"):
        load_checkpoint(run, describe(env))


def test_folders_from_before_there_was_a_state_are_resumed(tmp_path: Path):
    """They kept nothing."""
    run, env = tmp_path / "run", NameTheBucket(32)
    start_run(run, env)
    path = latest(run) / "progress.json"
    save_json(path, {name: x for name, x in load_json(path).items() if name != "update"})
    assert load_checkpoint(run, describe(env)).progress.update == UpdateState()


@pytest.mark.parametrize("start", [1e-4, 3e-2], ids=["too small", "too large"])
def test_the_rate_follows_the_target_in_a_run(tmp_path: Path, start: float):
    """From a rate that moves the policy a tenth or ten times as far as wanted, to one that moves it so far."""
    target = 0.01
    start_run(tmp_path, learning_rate=start, kl_target=target).learn(iterations=16)
    metrics = read_metrics(tmp_path)
    rates, kl = ([line[f"policy/{name}"] for line in metrics] for name in ("learning_rate", "kl_after"))
    assert rates[0] == start
    for before, after, moved in zip(rates[:-1], rates[1:], kl[:-1], strict=True):
        expected = before / 1.5 if moved > 2.0 * target else before * 1.5 if moved < 0.5 * target else before
        assert after == pytest.approx(min(max(expected, 0.01 * start), 10.0 * start))
    assert not 0.5 * target < kl[0] < 2.0 * target
    assert all(0.25 * target < x < 4.0 * target for x in kl[-4:])


def test_without_a_target_nothing_follows(tmp_path: Path):
    """No rate, no share is logged, and none is kept."""
    trainer = start_run(tmp_path)
    metrics = trainer.iterate()
    assert not {"policy/learning_rate", "policy/kl_after", "update/skipped"} & metrics.keys()
    assert trainer.progress.update == UpdateState()
