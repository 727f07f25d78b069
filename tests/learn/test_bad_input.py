"""Bad input to the learner: one error that names the argument, its value and what was expected; nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.learn import storage
from hideseek.learn.advantages import generalised_advantages
from hideseek.learn.buffer import Buffer
from hideseek.learn.checkpoint import check_run_folder, create_run_folder, load_learner, load_policy, save_checkpoint
from hideseek.learn.config import TrainConfig
from hideseek.learn.description import RunDescription
from hideseek.learn.episodes import EpisodeLog
from hideseek.learn.files import RunError, load_json, save_json
from hideseek.learn.logger import FILE, Logger
from hideseek.learn.loss import Batch
from hideseek.learn.opponents import Opponents
from hideseek.learn.pool import OpponentPool, thinned
from hideseek.learn.ppo import (
    Learner,
    decide,
    make_optimiser,
    normalise_targets,
    observe,
    policy_change,
    update,
)
from hideseek.learn.progress import Progress, latest, read_progress
from hideseek.learn.rollout import Rollout, stagger_episodes
from hideseek.learn.run import train
from hideseek.learn.skipping import chunk_surprise, surprising_chunks
from hideseek.learn.trainer import Trainer
from hideseek.policy.config import FeatureSizes
from hideseek.policy.distribution import Actions
from hideseek.policy.policy import Memories
from tests.learn.toy import NameTheBucket, describe, tiny_config
from tests.refusal import assert_refused, refused

WORLDS = 2
CONFIG = tiny_config(world_count=WORLDS, minibatch_chunks=4)
TOY = NameTheBucket(WORLDS)
ROWS = WORLDS * TOY.game.agents
SIZES = FeatureSizes.of(TOY.observation_spec)
KEY = jax.random.key(0)
FLOATS, FLAGS = np.zeros((3, 2), np.float32), np.zeros((3, 2), bool)


@cache
def learner() -> Learner:
    """Return an untrained learner."""
    return Learner.initialise(SIZES, CONFIG, KEY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "paper"),
        ("network", None),
        ("world_count", 0),
        ("world_count", 2**40),
        ("world_count", np.int64(8)),
        ("window", 15),
        ("window", -160),
        ("chunk_length", 0),
        ("stagger_episodes", 1),
        ("mirrored", 1),
        ("minibatch_chunks", 1.0),
        ("epochs", True),
        ("learning_rate", 0.0),
        ("learning_rate", float("inf")),
        ("learning_rate", "3e-4"),
        ("adam_epsilon", -1e-5),
        ("gradient_clip", float("nan")),
        ("weight_decay", -1.0),
        ("weight_decay", 10**400),
        ("gamma", 1.01),
        ("gamma", float("nan")),
        ("gae_lambda", -0.1),
        ("clip", None),
        ("entropy_weight", float("inf")),
        ("value_weight", -0.5),
        ("zero_sum_value", "yes"),
        ("train_idle_seekers", "no"),
        ("normaliser_decay", 2),
        ("noise_scale", 1),
        ("kl_target", -0.01),
        ("kl_target", 1e-9),
        ("kl_target", 1.5),
        ("kl_target", float("nan")),
        ("skip_below", -0.1),
        ("skip_below", 1.01),
        ("skip_below", None),
        ("past_share", -0.05),
        ("pool_size", 0),
        ("snapshot_interval", 0),
        ("checkpoint_interval", 2.5),
        ("replay_interval", -1),
        ("replay_interval", True),
    ],
)
def test_impossible_options(name: str, value: object):
    """Every field of the configuration: the error names it and shows its value."""
    error = TypeError if name == "network" else ValueError
    assert_refused(lambda: replace(TrainConfig(), **{name: value}), error, f"{name} is .*, expected")


def training(**changes: object) -> Callable[[], object]:
    """Return a call of `train` with some arguments changed."""
    return lambda: train(**{"game_name": "quadrant", "config": CONFIG, "iterations": 1, **changes})


@refused(
    [
        (training(game_name=3), TypeError, "game_name is 3, expected a string"),
        (training(game="quadrant"), TypeError, "game is 'quadrant', expected a Game"),
        (training(game={}), TypeError, "game is {}, expected a Game"),
        (training(config="laptop"), TypeError, "config is 'laptop', expected a TrainConfig"),
        (training(config=False), TypeError, "config is False, expected a TrainConfig"),
        (training(out=3), TypeError, "out is 3, expected a path"),
        (training(seed=-1), ValueError, "seed is -1, expected an integer from 0"),
        (training(seed=2**32), ValueError, f"seed is {2**32}"),
        (training(seed="one"), ValueError, "seed is 'one'"),
        (training(time_limit=-1.0), ValueError, r"time_limit is -1\.0, expected a finite number at least 0"),
        (training(time_limit=float("nan")), ValueError, "time_limit is nan"),
        (training(time_limit="5m"), ValueError, "time_limit is '5m'"),
        (training(iterations=-1), ValueError, "iterations is -1"),
        (training(iterations=1.5), ValueError, r"iterations is 1\.5"),
        (training(thread_count=0), ValueError, "thread_count is 0"),
        (training(resume="yes"), ValueError, "resume is 'yes', expected True or False"),
        (training(overwrite=1), ValueError, "overwrite is 1, expected True or False"),
        (training(resume=True, overwrite=True), ValueError, "resume and overwrite are both given"),
        (training(config=replace(CONFIG, minibatch_chunks=999)), ValueError, "minibatch_chunks is 999, expected"),
    ]
)
def test_training(tmp_path: Path, monkeypatch, call: Callable, error: type[Exception], message: str):
    """No folder is made."""
    monkeypatch.chdir(tmp_path)
    assert_refused(call, error, message)
    assert not list(tmp_path.iterdir())


def test_run_folder_that_cannot_be(tmp_path: Path):
    """A file, a path below one, and a folder of something else: all stay as they are."""
    (tmp_path / "file").write_text("words")
    for folder, message in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "file" / "run", "expected a path below a folder"),
        (tmp_path, "not a run folder"),
    ):
        with pytest.raises(RunError, match=message):
            training(out=folder, overwrite=True)()
        with pytest.raises(RunError, match=message):
            check_run_folder(folder, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def start_trainer(folder: Path, env: NameTheBucket = TOY, **changes: object) -> Trainer:
    """Start a trainer of the toy game in a folder."""
    arguments = {"description": replace(describe(TOY), config=CONFIG), "resume": False, **changes}
    return Trainer(folder, envs=[env], **arguments)


def test_trainer(tmp_path: Path):
    """Another game or size than described, no folder, no description: nothing is written."""
    run = lambda **changes: lambda: start_trainer(tmp_path, **changes)  # noqa: E731
    assert_refused(run(description=None), TypeError, "description is None, expected a RunDescription")
    assert_refused(run(resume=1), ValueError, "resume is 1, expected True or False")
    assert_refused(run(env=NameTheBucket(3)), ValueError, r"envs have \[3\] worlds, expected 1 with 2 each")
    assert_refused(run(env=NameTheBucket(WORLDS, preparation=0.5)), ValueError, "env plays Game.*, expected")
    with pytest.raises(RunError, match=r"there is no run folder .*nowhere"):
        start_trainer(tmp_path / "nowhere")
    assert_refused(lambda: start_trainer(3), TypeError, "run_folder is 3, expected a path")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_limits_of_learning(tmp_path: Path):
    """They are refused before the first window is played."""
    trainer = start_trainer(tmp_path)
    assert_refused(lambda: trainer.learn(time_limit=float("nan")), ValueError, "time_limit is nan")
    assert_refused(lambda: trainer.learn(iterations=-2), ValueError, "iterations is -2")
    assert trainer.progress.iteration == 0


def estimating(**changes: object) -> Callable[[], object]:
    """Return a call of `generalised_advantages` with some arguments changed."""
    arguments = {"reward": FLOATS, "value": FLOATS, "done": FLAGS, "last_value": FLOATS[0], "gamma": 0.9}
    return lambda: generalised_advantages(**{**arguments, "gae_lambda": 0.9, **changes})


def deciding(**changes: object) -> Callable[[], object]:
    """Return a call of `decide` with some arguments changed."""
    arguments = {"observation": TOY.observe(), "memories": Memories.zeros(ROWS, CONFIG.network.memory)}
    arguments |= {"first": np.ones(WORLDS, bool), "key": KEY, "step": np.asarray(0, np.int32)}
    return lambda: decide(**{"learner": learner(), **arguments, **changes})


def updating(**changes: object) -> Callable[[], object]:
    """Return a call of `update` with some fields of the batch changed."""

    def call() -> object:
        buffer = Buffer(TOY.observation_spec, TOY.game.agents, CONFIG)
        zeros = np.zeros_like(buffer.reward)
        batch = next(buffer.minibatches(zeros, zeros, 4, np.random.default_rng(0)))
        return update(learner(), batch._replace(**changes), CONFIG)

    return call


def learning_at(learning_rate: object) -> Callable[[], object]:
    """Return a call of `update` with a learning rate."""
    return lambda: update(learner(), Batch(*[None] * 9), CONFIG, learning_rate)


def minibatches(*arguments: object) -> Callable[[], object]:
    """Return a call of `Buffer.minibatches`."""
    return lambda: Buffer(TOY.observation_spec, TOY.game.agents, CONFIG).minibatches(*arguments)


IN_BUFFER = np.zeros((4, ROWS, 5), np.float32)
RANDOM = np.random.default_rng(0)


@refused(
    [
        (estimating(reward=[1.0]), TypeError, "reward is of type list, expected an array of numbers"),
        (estimating(reward=FLOATS[0]), ValueError, r"reward has shape \(2,\), expected \(time, row\)"),
        (estimating(value=FLOATS.T), ValueError, r"value has shape \(2, 3\), expected \(3, 2\)"),
        (estimating(done=FLOATS), TypeError, "done is of type float32, expected an array of flags"),
        (estimating(last_value=FLOATS), ValueError, r"last_value has shape \(3, 2\), expected \(2\)"),
        (estimating(gamma=1.5), ValueError, r"gamma is 1\.5, expected a finite number at least 0 and at most 1"),
        (estimating(gae_lambda=float("nan")), ValueError, "gae_lambda is nan"),
        (lambda: Learner.initialise(None, CONFIG, KEY), TypeError, "sizes is None"),
        (lambda: Learner.initialise(SIZES, None, KEY), TypeError, "config is None, expected a TrainConfig"),
        (lambda: Learner.initialise(SIZES, CONFIG, 0), TypeError, "key is 0, expected a single key"),
        (lambda: make_optimiser(1e-3), TypeError, r"config is 0\.001, expected a TrainConfig"),
        (deciding(learner=None), TypeError, "learner is None, expected a Learner"),
        (deciding(observation={}), ValueError, "observation lacks self"),
        (deciding(memories=None), TypeError, "memories is None, expected Memories"),
        (deciding(memories=Memories.zeros(3, 16)), ValueError, r"hidden of actor of memories has shape \(3, 16\)"),
        (deciding(first=np.ones(5, bool)), ValueError, r"first has shape \(5,\), expected \(2\)"),
        (deciding(first=np.ones(WORLDS)), TypeError, "first is of type float"),
        (deciding(key=1), TypeError, "key is 1"),
        (deciding(step=0.5), TypeError, "step is of type float"),
        (lambda: update(learner(), None, CONFIG), TypeError, "batch is None, expected a Batch"),
        (lambda: update(learner(), Batch(*[None] * 9), None), TypeError, "config is None, expected a TrainConfig"),
        (learning_at(0.0), ValueError, r"learning_rate is 0\.0, expected a finite number above 0"),
        (lambda: policy_change(learner(), None, CONFIG), TypeError, "batch is None, expected a Batch"),
        (updating(advantage=FLOATS), ValueError, r"advantage of batch has shape \(3, 2\), expected \(4, 5\)"),
        (updating(first=np.zeros((4, 5), np.int8)), TypeError, "first of batch is of type int8"),
        (updating(memories=Memories.zeros(9, 16)), ValueError, r"hidden of actor of memories has shape \(9, 16\)"),
        (updating(actions=Actions(*np.zeros((3, 4, 5), np.int8))), ValueError, "movement of batch has shape"),
        (lambda: normalise_targets(learner(), FLOATS, FLAGS[0], CONFIG), ValueError, "trains_value has shape"),
        (lambda: normalise_targets(learner(), FLAGS, FLAGS, CONFIG), TypeError, "target is of type bool"),
        (lambda: Buffer(None, 2, CONFIG), TypeError, "observation_spec is None"),
        (lambda: Buffer(TOY.observation_spec, 0, CONFIG), ValueError, "agents is 0"),
        (lambda: Buffer(TOY.observation_spec, 2, {}), TypeError, "config is {}"),
        (minibatches(FLOATS, IN_BUFFER, 4, np.random.default_rng(0)), ValueError, "advantage has shape"),
        (minibatches(IN_BUFFER, FLAGS, 4, np.random.default_rng(0)), TypeError, "target is of type bool"),
        (minibatches(IN_BUFFER, IN_BUFFER, 17, np.random.default_rng(0)), ValueError, "size is 17, expected .* to 16"),
        (minibatches(IN_BUFFER, IN_BUFFER, 4, RANDOM, FLOATS[:, 0]), TypeError, "chunks is of type float32"),
        (
            minibatches(IN_BUFFER, IN_BUFFER, 4, RANDOM, np.arange(13, 17)),
            ValueError,
            "chunks are from 13 to 16, exp",
        ),
        (minibatches(IN_BUFFER, IN_BUFFER, 4, RANDOM, np.arange(3)), ValueError, "size is 4, expected .* to 3"),
        (lambda: chunk_surprise(FLOATS, FLAGS), ValueError, r"advantage has shape \(3, 2\), expected \(chunk, row, st"),
        (lambda: chunk_surprise(IN_BUFFER, FLAGS), ValueError, r"trains has shape \(3, 2\), expected \(4, 4, 5\)"),
        (lambda: surprising_chunks(FLAGS[0], 0.1, 1), TypeError, "surprise is of type bool"),
        (lambda: surprising_chunks(FLOATS[0], -0.1, 1), ValueError, r"threshold is -0\.1, expected .* at least 0"),
        (lambda: surprising_chunks(FLOATS[0], 0.1, 3), ValueError, "size is 3, expected an integer from 1 to 2"),
        (minibatches(IN_BUFFER, IN_BUFFER, 4, 0), TypeError, "generator is 0, expected a Generator"),
        (lambda: EpisodeLog(None, 3), TypeError, "game is None"),
        (lambda: EpisodeLog(TOY.game, 0), ValueError, "world_count is 0"),
        (lambda: CONFIG.chunk_count(0), ValueError, "agents is 0"),
        (lambda: observe(learner(), {}, CONFIG), ValueError, "observation lacks self"),
        (lambda: observe(learner(), TOY.observe() | {"lidar": FLOATS}, CONFIG), ValueError, "'lidar' has shape"),
        (lambda: stagger_episodes([TOY], 0), ValueError, "stride is 0"),
        (lambda: stagger_episodes([TOY], 5, WORLDS + 1), ValueError, "together is"),
    ]
)
def test_parts_of_the_learner(call: Callable, error: type[Exception], message: str):
    """What somebody with a training loop of their own calls."""
    assert_refused(call, error, message)


def test_opponents(tmp_path: Path):
    """Pools, members and games that are none."""
    pool = OpponentPool(tmp_path, 2)
    for call, error, message in (
        (lambda: OpponentPool(tmp_path, 0), ValueError, "size is 0"),
        (lambda: OpponentPool(None, 2), TypeError, "folder is None, expected a path"),
        (lambda: pool.add(-1, learner().policy), ValueError, "iteration is -1"),
        (lambda: pool.add(1, learner()), TypeError, "policy is .*, expected a Policy"),
        (lambda: pool.set_state([1], {}), ValueError, r"ratings are \{\}, expected what get_state returns"),
        (lambda: thinned([1, 2], 0), ValueError, "size is 0"),
        (lambda: pool.load("last", learner().policy), ValueError, "iteration is 'last'"),
        (lambda: Opponents(None, TOY.game, 1, 0), TypeError, "pool is None, expected an OpponentPool"),
        (lambda: Opponents(pool, None, 1, 0), TypeError, "game is None"),
        (lambda: Opponents(pool, TOY.game, -1, 0), ValueError, "world_count is -1"),
        (lambda: Opponents(pool, TOY.game, 1, -1), ValueError, "seed is -1"),
        (lambda: Opponents(pool, TOY.game, 1, 0).set_state({}, learner().policy), ValueError, "lacks member"),
        (lambda: Rollout([TOY], None, pool, 0), TypeError, "config is None, expected a TrainConfig"),
        (lambda: Rollout([TOY], CONFIG, None, 0), TypeError, "pool is None, expected an OpponentPool"),
        (lambda: Rollout([TOY], CONFIG, pool, 0.5), ValueError, r"seed is 0\.5"),
    ):
        assert_refused(call, error, message)
    assert not pool.members
    assert not list(tmp_path.iterdir())


def test_descriptions_and_files(tmp_path: Path):
    """What is no game, option, path, checkpoint or number."""
    game, description = make_game("quadrant"), describe(TOY)
    for call, error, message in (
        (lambda: RunDescription(None, game, CONFIG, 0), TypeError, "game_name is None, expected a string"),
        (lambda: RunDescription("x", "quadrant", CONFIG, 0), TypeError, "game is 'quadrant', expected a Game"),
        (lambda: RunDescription("x", game, None, 0), TypeError, "config is None, expected a TrainConfig"),
        (lambda: RunDescription("x", game, CONFIG, -1), ValueError, "seed is -1"),
        (lambda: RunDescription.load(3), TypeError, "folder is 3, expected a path"),
        (lambda: create_run_folder(tmp_path / "run", None, False), TypeError, "description is None"),
        (lambda: create_run_folder(tmp_path / "run", description, "no"), ValueError, "overwrite is 'no'"),
        (lambda: save_checkpoint(tmp_path, None, description), TypeError, "checkpoint is None, expected a Checkpoint"),
        (lambda: load_learner(tmp_path, None), TypeError, "description is None, expected a RunDescription"),
        (lambda: load_policy(None), TypeError, "run_folder is None, expected a path"),
        (lambda: read_progress(None), TypeError, "folder is None, expected a path"),
        (lambda: Progress(iteration=-1), ValueError, "iteration is -1"),
        (lambda: Progress(seconds=float("nan")), ValueError, "seconds is nan"),
        (lambda: load_json(3), TypeError, "path is 3, expected a path"),
        (lambda: save_json(None, {}), TypeError, "path is None, expected a path"),
        (lambda: storage.load_arrays(None), TypeError, "path is None, expected a path"),
        (lambda: storage.save_tree(3, FLOATS), TypeError, "path is 3, expected a path"),
    ):
        assert_refused(call, error, message)
    assert not list(tmp_path.iterdir())


def test_metrics(tmp_path: Path):
    """Folders that are not there, damaged lines, metrics that are no numbers: the file keeps its lines."""
    line = '{"iteration": 1}\n'
    path = tmp_path / FILE
    path.write_text(line)
    assert_refused(lambda: Logger(3, 0), TypeError, "folder is 3, expected a path")
    assert_refused(lambda: Logger(tmp_path, -1), ValueError, "iteration is -1")
    with pytest.raises(RunError, match="there is no run folder"):
        Logger(tmp_path / "nowhere", 0)
    with Logger(tmp_path, 1) as logger:
        assert_refused(lambda: logger.write({}), ValueError, "metrics has nothing, expected an iteration")
        nan = {"iteration": 2, "loss": float("nan")}
        assert_refused(lambda: logger.write(nan), ValueError, "loss of metrics is nan, expected a finite number")
    assert path.read_text() == line
    path.write_text(line + '{"loss": 1.0}\n')
    with pytest.raises(RunError, match=r"metrics\.jsonl is damaged: .*loss"):
        Logger(tmp_path, 1)
    assert path.read_text() == line + '{"loss": 1.0}\n'


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda arrays: arrays.pop("group0/first"), "state lacks first"),
        (lambda arrays: arrays.update({"group0/first": np.zeros(WORLDS)}), "state field first is of type float64"),
        (lambda arrays: arrays.update(returns=np.zeros((9, 2), np.float32)), r"state field returns has shape \(9, 2\)"),
        (lambda arrays: arrays.pop("group0/memory/3"), "state lacks memory/3"),
        (lambda arrays: arrays.pop("opponents/members"), "opponents' state lacks members"),
        (lambda arrays: arrays.pop("opponents/hiders_return"), "opponents' state lacks hiders_return"),
        (
            lambda arrays: arrays.update({"opponents/members": np.array([5])}),
            r"opponents' state field members has shape \(1,\)",
        ),
    ],
)
def test_damaged_rollout(tmp_path: Path, spoil: Callable, message: str):
    """A run whose state is not whole is not resumed, and its files stay."""
    start_trainer(tmp_path)
    path = latest(tmp_path) / "rollout.safetensors"
    arrays = storage.load_arrays(path)
    spoil(arrays)
    storage.save_arrays(path, arrays)
    before = path.read_bytes()
    with pytest.raises(RunError, match=f"cannot be resumed, .*{message}"):
        start_trainer(tmp_path, resume=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pool": None}, "pool is None, expected a list"),
        ({"pool": ["first"]}, "member of pool is 'first'"),
        ({"iteration": -1}, "iteration is -1"),
        ({"seconds": "long"}, "seconds is 'long'"),
        ({"schema": 99}, "schema 99"),
    ],
)
def test_damaged_progress(tmp_path: Path, changes: dict, message: str):
    """The file and what is wrong with it are named."""
    start_trainer(tmp_path)
    path = latest(tmp_path) / "progress.json"
    save_json(path, {**load_json(path), **changes})
    with pytest.raises(RunError, match=rf"progress\.json .*{message}"):
        read_progress(tmp_path)
