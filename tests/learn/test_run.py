"""Starting and resuming runs in the real game."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.learn import run
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.progress import latest, read_progress
from hideseek.learn.run import train
from hideseek.learn.storage import load_arrays
from tests.learn.toy import tiny_config

SHORT = make_game("quadrant", horizon=8, preparation_fraction=0.25)
CONFIG = tiny_config(world_count=8, minibatch_chunks=32, past_share=0.25, snapshot_interval=1)


def test_a_run_starts_resumes_and_is_not_lost_by_mistake(tmp_path: Path):
    """One iteration, then another; asking for the same folder or another game in it changes nothing."""
    folder = train("quadrant", out=tmp_path / "run", config=CONFIG, iterations=1)
    assert latest(folder).name == "00000001"
    with pytest.raises(RunError, match="exists; resume"):
        train("quadrant", out=folder, config=CONFIG)
    with pytest.raises(RunError, match="game_name is 'quadrant' there, 'random-walls'"):
        train("random-walls", out=folder, resume=True)
    with pytest.raises(RunError, match=r"config\.epochs is 2 there, 3 was asked for"):
        train("quadrant", out=folder, config=replace(CONFIG, epochs=3), resume=True)
    train("quadrant", out=folder, resume=True, iterations=2)
    assert latest(folder).name == "00000002"
    assert load_policy(folder)[1].game == make_game("quadrant")


@pytest.mark.parametrize("mirrored", [False, True], ids=["plain", "mirrored"])
def test_resumed_game_goes_on_exactly(tmp_path: Path, mirrored: bool):
    """One iteration and two more, or three at once, leave the same weights and the same worlds."""
    config = replace(CONFIG, mirrored=mirrored, groups=2 if mirrored else 1)
    whole = train("quadrant", out=tmp_path / "whole", config=config, iterations=3)
    parts = train("quadrant", out=tmp_path / "parts", config=config, iterations=1)
    train("quadrant", out=parts, resume=True, iterations=3)
    for name in ("learner.safetensors", "rollout.safetensors"):
        expected, found = load_arrays(latest(whole) / name), load_arrays(latest(parts) / name)
        assert expected.keys() == found.keys()
        for key, array in expected.items():
            np.testing.assert_array_equal(found[key], array, err_msg=key)


def test_run_starts_with_what_another_has_learnt(tmp_path: Path):
    """Networks and normalisers are the other's, in another game and with another step size; the optimiser is new."""
    first = train("quadrant", out=tmp_path / "first", config=CONFIG, iterations=2)
    game = make_game("quadrant", hiders_in_quadrant=True)
    config = replace(CONFIG, learning_rate=1e-4)
    second = train("quadrant", out=tmp_path / "second", game=game, config=config, start_from=first, iterations=0)
    before, after = (load_arrays(latest(folder) / "learner.safetensors") for folder in (first, second))
    assert {name.split("/")[0] for name in before if np.array_equal(before[name], after[name])} >= {
        "networks", "observations", "values",
    }  # fmt: skip
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed, "the optimiser remembers"
    assert all(name.startswith("optimiser") and not after[name].any() for name in changed)
    assert RunDescription.load(second).start == f"{first}, iteration 2"
    train("quadrant", out=second, resume=True, iterations=1)


def test_the_critic_may_be_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture):
    """Then it starts fresh, which is said; the policy and its normaliser are the other run's."""
    first = train("quadrant", out=tmp_path / "first", config=CONFIG, iterations=1)
    config = replace(CONFIG, network=replace(CONFIG.network, value_heads=2, critic_view=True))
    second = train("quadrant", out=tmp_path / "second", config=config, start_from=first, iterations=0)
    assert "first has another kind of critic: its policy starts with a fresh one" in capsys.readouterr().out
    before, after = (load_arrays(latest(folder) / "learner.safetensors") for folder in (first, second))
    policy = {name for name in before if name.startswith(("networks/actor", "observations"))}
    assert policy
    for name in policy:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)
    assert not any(name.startswith("values") and after[name].any() for name in after)


def test_run_knows_how_many_episodes_came_before_it(tmp_path: Path):
    """Those of its parent, and of the parent's own."""
    config = replace(CONFIG, window=40)
    folder, before = None, 0
    for name in ("first", "second", "third"):
        folder = train("quadrant", out=tmp_path / name, game=SHORT, config=config, start_from=folder, iterations=1)
        assert RunDescription.load(folder).start_episodes == before
        before += read_progress(folder).episodes
    assert read_progress(tmp_path / "first").episodes > 0
    assert before > 2 * read_progress(tmp_path / "first").episodes


def test_run_starts_from_nothing_else(tmp_path: Path):
    """Another network, no run at all, and a run that is to be resumed are refused, and no folder is made."""
    first, out = train("quadrant", out=tmp_path / "first", config=CONFIG, iterations=0), tmp_path / "second"
    wider = replace(CONFIG, network=replace(CONFIG.network, memory=32))
    with pytest.raises(RunError, match=r"cannot be started from: its network is .*memory=16.*expected .*memory=32"):
        train("quadrant", out=out, config=wider, start_from=first)
    with pytest.raises(RunError, match="cannot be started from: its game is observed as"):
        train("random-walls", out=out, config=CONFIG, start_from=first)
    with pytest.raises(RunError, match="no run folder"):
        train("quadrant", out=out, config=CONFIG, start_from=tmp_path / "none")
    with pytest.raises(ValueError, match="resume and start_from"):
        train("quadrant", out=first, resume=True, start_from=first)
    assert not out.exists()


def test_cores_are_claimed_before_jax_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Reading the other run starts JAX, which then sees as many devices as it has been told of."""
    order = []
    monkeypatch.setattr(run, "use_all_processors", lambda: order.append("cores"))

    def load_start(*_: object) -> None:
        order.append("start")
        raise RunError("no more is needed")

    monkeypatch.setattr(run, "load_start", load_start)
    with pytest.raises(RunError, match="no more is needed"):
        train("quadrant", out=tmp_path / "run", config=CONFIG, start_from=tmp_path)
    assert order == ["cores", "start"]


def test_contradictions_are_refused_before_anything_is_touched(tmp_path: Path):
    """Resuming what is not there, resuming and overwriting, and an unknown game leave no folder behind."""
    out = tmp_path / "run"
    with pytest.raises(RunError, match="no run folder"):
        train("quadrant", out=out, resume=True)
    with pytest.raises(ValueError, match="at most one"):
        train("quadrant", out=out, resume=True, overwrite=True)
    with pytest.raises(ValueError, match="unknown game"):
        train("cubes", out=out)
    with pytest.raises(ValueError, match="minibatch_chunks"):
        train("quadrant", out=out, config=replace(CONFIG, minibatch_chunks=10**6))
    askew = make_game("quadrant", area=(0.1, 0.1, 5.9, 5.8))
    with pytest.raises(ValueError, match=r"area is \(0.1, 0.1, 5.9, 5.8\), expected one that mirrored play does not"):
        train("quadrant", out=out, game=askew, config=replace(CONFIG, mirrored=True))
    assert not out.exists()
