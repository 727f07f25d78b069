"""The benchmark of training: its bound does the loop's work, its yardsticks are compared with the originals."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import equinox as eqx
import jax
import numpy as np
import pytest

import hideseek.learn.group
import hideseek.learn.trainer
from benchmarks import training, training_cases, training_loop, training_yardsticks
from benchmarks.training import Result, StepResult, format_steps, summarise
from benchmarks.training_cases import ACCELERATOR_CASES, CASES, Case, scaled
from benchmarks.training_loop import Round, TimedRun
from benchmarks.training_yardsticks import OURS, PLAIN, check_copy, make_steps, require_equal
from hideseek.game.config import PRESETS as GAMES
from hideseek.learn.config import PRESETS
from hideseek.learn.phases import PHASES
from hideseek.learn.ppo import update
from hideseek.policy.policy import parameter_count
from tests.learn.toy import TINY_NETWORK, tiny_config

CONFIG = tiny_config(world_count=8, groups=2, past_share=0.25, window=10, minibatch_chunks=16)
"""Each epoch has four minibatches."""
TINY = Case("quadrant", CONFIG, compare_plain=True)


@pytest.fixture(scope="module", autouse=True)
def tiny_plain_network() -> Iterator[None]:
    """Let the plain network be as small as the other one."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(training_cases, "PLAIN_NETWORK", replace(TINY_NETWORK, attention="entities"))
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_plain_network) -> TimedRun:
    """Return a small run under way; some tests take it a round further."""
    return TimedRun(TINY, tmp_path_factory.mktemp("timed") / "run")


def count_calls(monkeypatch, module, name: str) -> list[tuple]:
    """Return a list that gets the shapes of the arguments of each call of a function that a module uses."""
    original, calls = getattr(module, name), []

    def counted(*arguments):
        calls.append(tuple(getattr(x, "shape", None) for x in jax.tree.leaves(arguments)))
        return original(*arguments)

    monkeypatch.setattr(module, name, counted)
    return calls


def test_bound_does_the_work_of_the_loop(run, monkeypatch):
    """As many gradient steps on minibatches of the same shapes; as many forward passes, but for one per group."""
    loop_steps = count_calls(monkeypatch, hideseek.learn.trainer, "update")
    bound_steps = count_calls(monkeypatch, training_loop, "update")
    loop_passes = count_calls(monkeypatch, hideseek.learn.group, "decide")
    bound_passes = count_calls(monkeypatch, training_loop, "decide")
    run.play_round()
    assert loop_steps == bound_steps
    assert len(loop_steps) == 4 * CONFIG.epochs
    assert set(loop_passes) == set(bound_passes)
    assert (len(loop_passes), len(bound_passes)) == (2 * 11, 2 * 10)


def test_minibatches_are_of_what_was_played(run):
    """Every chunk once; advantages and targets of mean 0 and deviation 1."""
    batches = run.minibatches()
    kept = run._trainer.rollout.buffer.observation["self"]
    played = np.concatenate([batch.observation["self"] for batch in batches])
    assert np.array_equal(np.sort(played, None), np.sort(kept, None))
    for name in ("advantage", "target"):
        drawn = np.concatenate([getattr(batch, name) for batch in batches])
        assert abs(drawn.mean()) < 0.2
        assert abs(drawn.std() - 1.0) < 0.2


def test_past_policy_plays_from_the_start(run):
    """Its team's samples train nothing: in two worlds of eight one team of two."""
    assert not run._trainer.rollout.buffer.trains_value.all()
    assert run._trainer.rollout.buffer.trains_value.mean() == pytest.approx(7 / 8)


def test_command_prints_and_writes_every_figure(tmp_path, capsys, monkeypatch):
    """All figures of every case; phases are no more than the loop; the exit status says whether a target is missed."""
    monkeypatch.setattr(training, "CASES", {"tiny": TINY})
    path = tmp_path / "out.json"
    status = training.main(["--rounds", "2", "--json", str(path)])
    text, data = capsys.readouterr().out, json.loads(path.read_text())
    assert status == int("FAIL tiny" in text)
    (row,) = data["results"]
    assert (row["case"], row["agent_steps"], row["minibatch"]) == ("tiny", 8 * 4 * 10, 16 * 5)
    assert row["phases"].keys() == set(PHASES)
    assert 0.0 < sum(row["phases"].values()) <= row["loop"]
    assert row["gradient"] > 0.0
    assert row["forward"] > 0.0
    assert row["steps"].keys() == {OURS, PLAIN}
    assert row["steps"][OURS]["ratio"] == 1.0
    assert {"devices", "seed", "jax"} <= data["machine"].keys()


def test_figures_of_rounds():
    """The loop is that of the middle round; shares and ratios are medians of the rounds' own, not of the times."""

    def one(loop: float, gradient: float, ours: float, plain: float) -> Round:
        phases = {"simulate": 0.1 * loop, "infer": 0.2, "copy": 0.1, "update": gradient}
        return Round(loop, phases, gradient, 0.5, {OURS: ours, PLAIN: plain})

    rounds = [one(2.0, 0.5, 0.1, 0.3), one(4.0, 2.5, 0.2, 0.2), one(5.0, 2.0, 0.4, 2.0)]
    ways = {OURS: SimpleNamespace(parameters=7), PLAIN: SimpleNamespace(parameters=8)}
    result = summarise("some", CONFIG, SimpleNamespace(agent_steps=400, steps=ways), rounds)
    assert (result.loop, result.gradient, result.forward) == (4000.0, 2000.0, 500.0)
    assert result.agent_steps_per_second == 100.0
    assert result.phases["update"] == 2500.0
    assert result.bound_share == 0.5
    assert result.simulate_share == pytest.approx(0.1)
    assert result.steps == {OURS: StepResult(7, 200.0, 1.0), PLAIN: StepResult(8, 300.0, pytest.approx(3.0))}
    assert f"{CONFIG.minibatch_chunks * CONFIG.chunk_length / 0.3:,.0f}" in format_steps([result])


@pytest.mark.parametrize(
    ("bound", "simulate", "plain", "missed"),
    [
        (0.8, 0.2, 2.0, []),
        (0.79, 0.2, 2.0, ["bound / loop 79%, at least 80%"]),
        (0.8, 0.21, 2.0, ["simulation 21%, at most 20%"]),
        (0.8, 0.2, 1.9, ["plain gradient step / ours 1.90, at least 2"]),
        (float("nan"), 0.1, None, ["bound / loop nan%, at least 80%"]),
        (0.9, 0.1, None, []),
    ],
)
def test_targets(bound: float, simulate: float, plain: float | None, missed: list[str]):
    """Each is named with what was measured; what is not a number misses; no plain step, no target for it."""
    steps = {OURS: StepResult(1, 1.0, 1.0)} | ({} if plain is None else {PLAIN: StepResult(1, 1.0, plain)})
    result = Result("some", 1, 1, 1.0, {}, 1.0, 1.0, bound, simulate, steps)
    assert result.missed == missed


@pytest.mark.parametrize("name", ["medium-32", "paper-10", "medium-1024", "paper-1000-bf16"])
def test_scaled_presets_keep_their_proportions(name: str):
    """Worlds, minibatches and parts shrink alike; nothing else changes but what accelerators are told."""
    case = (CASES | ACCELERATOR_CASES)[name]
    preset, now = PRESETS[name.partition("-")[0]], case.config
    agents = GAMES[case.game_name].agents
    assert now.world_count == int(name.split("-")[1])
    assert now.chunk_count(agents) * preset.minibatch_chunks == now.minibatch_chunks * preset.chunk_count(agents)
    assert now.part_chunks == preset.part_chunks * now.world_count // preset.world_count
    assert now.groups == 2
    assert now.network.precision == ("bfloat16" if "bf16" in name else "float32")
    sizes = ("world_count", "minibatch_chunks", "part_chunks", "network")
    assert replace(now, **{field: getattr(preset, field) for field in sizes}) == preset


def test_uneven_scale_is_refused():
    """A minibatch of 38.4 chunks."""
    with pytest.raises(ValueError, match=r"world_count is 3, .* 38\.4 chunks"):
        scaled("paper", 3)


def test_plain_case_is_the_same_training():
    """One part, and so one device; the paper's attention at the same widths."""
    config = training_cases.plain(PRESETS["laptop"])
    assert config.part_count(config.minibatch_chunks) == 1
    assert config.network.attention == "entities"
    assert replace(config, network=PRESETS["laptop"].network, part_chunks=64) == PRESETS["laptop"]


class FakeCopy:
    """A copy of a learner as `TorchLearner` is one, made of the original itself, with faults."""

    def __init__(self, learner, config, shift: float = 0.0, missing: int = 0):
        kernel = learner.networks.actor.head.bias
        self.learner = eqx.tree_at(lambda x: x.networks.actor.head.bias, learner, kernel.at[0].add(shift))
        self.config, self.parameter_count = config, parameter_count(learner.networks) - missing

    def outputs(self, batch):
        """Return all outputs."""
        return training_yardsticks._outputs(self.learner, batch)

    def step(self, batch):
        """Take a gradient step."""
        self.learner, metrics = update(self.learner, batch, self.config)
        return {name: float(metrics[name]) for name in ("loss/total", "loss/gradient_norm")}


@pytest.mark.parametrize(
    ("fault", "changes", "message"),
    [
        ({"missing": 1}, {}, "^parameters: "),
        ({"shift": 1e-2}, {}, "^log-probabilities of movement: .* at most 0.0001"),
        ({}, {"value_weight": 0.6}, "^loss/total of step 1: "),
        ({}, {"learning_rate": 4e-3}, "^loss/.* of step 2: "),
        ({}, {"gradient_clip": 0.1}, "^loss/.* of step [23]: "),
    ],
)
def test_copy_that_differs_is_found(run, fault: dict, changes: dict, message: str):
    """In its weights, its loss, or its optimiser; a faithful one passes."""
    batch = run.minibatches()[0]
    learner = training_yardsticks.restarted(run._trainer.learner, CONFIG)
    check_copy(FakeCopy(learner, CONFIG), learner, CONFIG, batch)
    with pytest.raises(RuntimeError, match=message):
        check_copy(FakeCopy(learner, replace(CONFIG, **changes), **fault), learner, CONFIG, batch)


def test_differences_are_absolute_below_one_and_relative_above():
    require_equal("x", np.array([0.0, 2000.0]), np.array([9e-5, 2000.1]), 1e-4)
    with pytest.raises(RuntimeError, match=r"x: PyTorch's differ by 0\.3"):
        require_equal("x", np.array([0.0, 2000.0]), np.array([9e-5, 2000.3]), 1e-4)
    with pytest.raises(RuntimeError, match="x"):
        require_equal("x", float("nan"), 1.0, 1e-4)


@pytest.mark.parametrize("compare_plain", [False, True])
def test_ways_of_a_case(run, compare_plain: bool):
    """Each takes a step; parameters are counted."""
    learner, batch = run._trainer.learner, run.minibatches()[0]
    steps = make_steps(learner, CONFIG, batch, compare_plain, with_torch=False)
    assert list(steps) == ([OURS, PLAIN] if compare_plain else [OURS])
    assert steps[OURS].parameters == parameter_count(learner.networks)
    for step in steps.values():
        _, metrics = step.take(batch)
        assert np.isfinite(float(metrics["loss/total"]))


@pytest.mark.parametrize(
    ("options", "has_accelerator", "message"),
    [
        (["--rounds", "0"], False, "--rounds must be at least 1"),
        (["--cases", "nothing"], False, "invalid choice: 'nothing'"),
        (["--torch"], True, "JAX has an accelerator"),
        (["--torch"], False, "PyTorch is not installed; install it with: pip install torch"),
    ],
)
def test_bad_options_are_refused(capsys, monkeypatch, options: list[str], has_accelerator: bool, message: str):
    """Exit status 2 before anything runs."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SystemExit, match="2"):
        training.parse(options, CASES, has_accelerator)
    assert message in capsys.readouterr().err


def test_torch_is_imported_by_its_own_file_alone():
    """So that all else runs without it."""
    folder = Path(training.__file__).parent
    users = [path.name for path in folder.glob("*.py") if "\nimport torch" in path.read_text()]
    assert users == ["torch_network.py"]
