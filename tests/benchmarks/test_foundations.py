"""`make foundations`: jobs that are kept, what they measure, and the page and figures that come of them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.foundations import __main__ as program
from benchmarks.foundations import gae, gradients, jobs, learning, pictures
from benchmarks.foundations.claims import check_claims
from benchmarks.foundations.jobs import Job, all_jobs, is_finished, run_job
from benchmarks.foundations.q_learning_error import ENVIRONMENTS, STEPS, name_of, occupancy
from benchmarks.foundations.report import write_report
from benchmarks.foundations.sampling import example_mdp, sample, table_network
from hideseek.foundations.algorithms import GAME
from hideseek.foundations.policy_gradient import returns_to_go
from hideseek.foundations.q_learning import QLearningConfig


def made_up(job: Job) -> dict[str, Any]:
    """Return a result in which everything is as expected, but for numbers of the seed."""
    shade = 0.01 * job.seed
    if job.name == gradients.SMALL or job.name == gradients.CART_POLE:
        weights = dict(zip((*gradients.REINFORCE_WEIGHTS, "Q"), (100.0, 50.0, 20.0 + job.seed, 90.0), strict=True))
        return {weight: {"variance": value, "bias": 0.1, "error": 0.1} for weight, value in weights.items()}
    if job.name == gae.NAME:
        ramp = np.broadcast_to(np.linspace(0.1, 9.0, len(gae.LAMBDAS)), (len(gae.ERRORS), len(gae.LAMBDAS)))
        return {"squared_bias": (9.2 - ramp).tolist(), "variance": ramp.tolist()}
    if job.name in map(name_of, ENVIRONMENTS):
        return {"optimum": 0.5, "return": [0.5] * len(STEPS), "error": [0.1 + shade] * len(STEPS)}
    case = next(case for case in learning.CASES if case.name == job.name)
    grid = np.linspace(0.0, 1000.0, learning.POINTS)
    result = {"steps": 1000, "grid": grid.tolist(), "curve": [float("nan"), *[200.0 + job.seed] * (len(grid) - 1)]}
    if case.env == GAME:
        return result | {"hider": 0.5, "both": 0.6, "seeker": 0.7 + shade}
    return result | {"returns": [490.0, 500.0], "expected": 100.0 if case.name == "DQN" else 500.0, "discounted": 99.0}


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a result of every job, none of which was run."""
    monkeypatch.setattr(
        jobs, "all_jobs", lambda _=5: [replace(job, run=lambda _, job=job: made_up(job)) for job in every]
    )
    every = all_jobs()
    folder = tmp_path / "results"
    folder.mkdir()
    for job in jobs.all_jobs():
        run_job(folder, job)
    return folder


def test_every_measurement_has_five_seeds():
    """And a file of its own."""
    every = all_jobs()
    assert len({job.path(Path()) for job in every}) == len(every)
    names = [job.name for job in every]
    assert {names.count(name) for name in names} == {5}
    assert {case.name for case in learning.CASES} < set(names)


def test_a_finished_job_is_kept_until_its_settings_change(tmp_path: Path):
    """Not run: not finished; run: finished; with another step size: not finished, as with other libraries."""
    job = Job("a, b", 3, {"rate": 0.1}, lambda seed: {"twice": 2 * seed})
    assert not is_finished(tmp_path, job)
    assert run_job(tmp_path, job).startswith("a, b, seed 3")
    assert [path.name for path in tmp_path.iterdir()] == ["a-b-3.json"]
    assert json.loads(job.path(tmp_path).read_text())["twice"] == 6
    assert is_finished(tmp_path, job)
    assert not is_finished(tmp_path, replace(job, settings={"rate": 0.2}))
    assert not is_finished(tmp_path, replace(job, seed=4))
    record = json.loads(job.path(tmp_path).read_text())
    record["versions"]["jax"] = "0"
    job.path(tmp_path).write_text(json.dumps(record))
    assert not is_finished(tmp_path, job)


def test_stored_settings_are_those_of_the_configurations():
    """All fields, as they come back from a file: nested ones, too."""
    job = next(job for job in all_jobs() if job.name == "DQN without target network")
    assert job.settings["target_interval"] == 1
    assert job.settings["epsilon"]["first"] == 1.0
    assert json.loads(json.dumps(job.settings)) == job.settings


def test_an_interruption_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys):
    """Exit status 130 and one line that says where it is; nothing is written to the docs."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_run", stop)
    monkeypatch.setattr(program.os, "environ", {})
    assert program.main(["--results", str(tmp_path), "--docs", str(tmp_path / "docs")]) == 130
    assert str(tmp_path) in capsys.readouterr().err
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("wrong", [["--seeds", "0"], ["--processes", "many"]])
def test_counts_are_positive(wrong: list[str], capsys):
    """One line names the option, its value and what was expected."""
    with pytest.raises(SystemExit):
        program.main(wrong)
    assert f"argument {wrong[0]}: invalid positive_integer value: '{wrong[1]}'" in capsys.readouterr().err


def test_fewer_seeds_for_a_quick_look():
    """Those that come first."""
    few = all_jobs(2)
    assert {job.seed for job in few} == {0, 1}
    assert {job.name for job in few} == {job.name for job in all_jobs()}


def test_page_and_figures(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page says of every claim whether it was reached; figures are small and not empty."""
    monkeypatch.setattr(pictures, "default_config", lambda *_: QLearningConfig(steps=2_000, gamma=0.9))
    write_report(results, tmp_path / "docs")
    page = (tmp_path / "docs" / "results" / "foundations.md").read_text()
    assert page.count("| reached |") == 14
    assert "missed" not in page
    drawn = sorted((tmp_path / "docs" / "pictures" / "foundations").iterdir())
    assert len(drawn) == 9
    for path in drawn:
        assert path.stat().st_size < 150_000
        assert len(np.unique(np.asarray(Image.open(path).convert("L")))) > 10


def test_a_report_of_what_is_finished(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It says how much is missing; without any result of a measurement there is none."""
    monkeypatch.setattr("benchmarks.foundations.report.draw_all", lambda _: {})
    monkeypatch.setattr(program.os, "environ", {})
    arguments = ["--report", "--results", str(results), "--docs", str(tmp_path)]
    (results / "ppo-3.json").unlink()
    assert program.main(arguments) == 0
    assert "**84 of 85 jobs, the others are not finished**" in (tmp_path / "results" / "foundations.md").read_text()
    for seed in (0, 1, 2, 4):
        (results / f"ppo-{seed}.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no results of: PPO$"):
        program.main(arguments)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("PPO", {"returns": [474.0]}, "PPO reaches a mean return of 475"),
        ("Q-learning on FrozenLake", {"return": [0.47] * len(STEPS)}, "at least 95 % of the optimal return"),
        ("Q-learning on CliffWalking", {"return": [0.49] * len(STEPS)}, "the optimal path"),
        (gradients.SMALL, {"G - V": {"variance": 60.0, "bias": 0.1, "error": 0.1}}, f"{gradients.SMALL}: the average"),
        (gradients.SMALL, {"Q": {"variance": 1.0, "bias": 0.1, "error": 0.03}}, "no estimator's mean"),
        (gae.NAME, {"variance": np.full((3, 10), 1.0).tolist()}, "GAE's bias falls"),
        ("DQN", {"expected": 9_000.0}, "the target network keeps"),
    ],
)
def test_a_claim_that_does_not_hold_is_missed(results: Path, name: str, change: dict[str, Any], words: str):
    """With two of five seeds below; one alone is forgiven where four are enough."""
    found = jobs.load_results(results)
    assert all(claim.reached for claim in check_claims(found))
    found[name][0] |= change
    if words.startswith("PPO"):
        assert all(claim.reached for claim in check_claims(found))
    for result in found[name]:
        result |= change
    missed = [claim.words for claim in check_claims(found) if not claim.reached]
    assert any(words in claim for claim in missed)


def test_occupancy_is_where_a_policy_is():
    """The time in each state times its reward, added up, is the return."""
    mdp = example_mdp()
    policy = np.full(mdp.R.shape, 1.0 / mdp.R.shape[1])
    share = occupancy(mdp, policy)
    assert share.sum() == pytest.approx(1.0)
    long = 1.0 / (1.0 - mdp.gamma * 0.95)  # every step goes on with chance 0.95
    assert share @ mdp.R.mean(-1) * long == pytest.approx(mdp.policy_return(policy))


def test_sampled_episodes_are_those_of_the_process():
    """Their mean return is the exact one, within four standard errors."""
    mdp, generator = example_mdp(), np.random.default_rng(0)
    policy = np.full(mdp.R.shape, 1.0 / mdp.R.shape[1])
    first = generator.choice(len(mdp.R), 4000, p=mdp.start)
    episodes, window = sample(mdp, policy, 128, generator, first, None)
    G = np.asarray(returns_to_go(episodes.reward, mdp.gamma)[0])
    assert abs(G.mean() - mdp.policy_return(policy)) < 4.0 * G.std() / len(G) ** 0.5
    ends = window.terminated & np.asarray(episodes.alive)
    assert ends.sum(0).max() == 1
    assert ends.sum() / np.sum(episodes.alive) == pytest.approx(0.05, abs=0.005)


def test_exact_critics_give_small_variance_and_no_bias(monkeypatch: pytest.MonkeyPatch):
    """In the order of the ladder; the means are within four standard errors of the exact gradient."""
    monkeypatch.setattr(gradients, "COUNT", 1_000)
    found = gradients.estimates(gradients.on_small_mdp(0) | {"seconds": 1.0})
    variance = [found[weight]["variance"] for weight in ("G", "Q", "G - average", "G - V", "r + gamma V' - V")]
    assert variance == sorted(variance, reverse=True)
    assert all(one["bias"] < 4.0 * one["error"] for one in found.values())
    assert gradients.variance_shares([found])["G"] == [1.0]


def test_gae_trades_bias_for_variance(monkeypatch: pytest.MonkeyPatch):
    """With an exact V there is no bias at any lambda; with a wrong one it vanishes towards 1."""
    monkeypatch.setattr(gae, "EPISODES", 300)
    found = gae.trade_offs(0)
    bias, variance = np.array(found["squared_bias"]), np.array(found["variance"])
    assert np.abs(bias[0]).max() < 0.02
    assert bias[2, 0] > 0.2
    assert abs(bias[2, -1]) < 0.05
    assert variance[2, -1] > 2.0 * variance[2].min()
    np.testing.assert_allclose(variance[:, -1], variance[0, -1], rtol=1e-3)


def test_a_table_as_a_network():
    """Row by row."""
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(table_network(table)(np.eye(2, dtype=np.float32)), table)
