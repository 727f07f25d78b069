"""Run folders: what is refused, and that nothing is lost by refusing it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from hideseek.learn.checkpoint import create_run_folder, load_checkpoint, load_learner, load_policy, policy_iterations
from hideseek.learn.description import RunDescription
from hideseek.learn.files import FIRST_SCHEMA, SCHEMA, RunError, load_json, save_json
from hideseek.learn.pool import FOLDER as POOL
from hideseek.learn.pool import OpponentPool
from hideseek.learn.progress import latest
from hideseek.learn.storage import load_arrays, save_arrays
from hideseek.learn.trainer import Trainer
from tests.learn.toy import NameTheBucket, describe, start_run, tiny_config

DESCRIPTION = describe(NameTheBucket(1))


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run with its first checkpoint."""
    folder = tmp_path / "run"
    start_run(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_existing_run_is_kept_unless_overwritten(run_folder: Path):
    """Without overwriting nothing changes; with it the folder starts anew."""
    before = contents(run_folder)
    with pytest.raises(RunError, match="exists; resume"):
        create_run_folder(run_folder, DESCRIPTION, overwrite=False)
    assert contents(run_folder) == before
    create_run_folder(run_folder, DESCRIPTION, overwrite=True)
    assert list(contents(run_folder)) == ["config.json"]


def test_overwriting_that_is_cut_off_can_be_done_again(run_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Until the new description is there the folder is a run's, and nobody takes it for something else."""
    monkeypatch.setattr(RunDescription, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        create_run_folder(run_folder, DESCRIPTION, overwrite=True)
    monkeypatch.undo()
    with pytest.raises(RunError, match="it has no checkpoint to resume from; overwrite it"):
        create_run_folder(run_folder, DESCRIPTION, overwrite=False)
    create_run_folder(run_folder, DESCRIPTION, overwrite=True)


def interrupt(*_arguments: object) -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def test_folder_of_something_else_is_never_overwritten(tmp_path: Path):
    """A folder with files but no run in it is left alone, whatever is asked."""
    (tmp_path / "thesis.txt").write_text("words")
    with pytest.raises(RunError, match="not a run folder"):
        create_run_folder(tmp_path, DESCRIPTION, overwrite=True)
    assert contents(tmp_path) == {"thesis.txt": b"words"}


def test_description_survives_the_way_to_disk(run_folder: Path):
    """Game, options and seed come back equal."""
    assert RunDescription.load(run_folder) == DESCRIPTION


def test_missing_run_is_one_clear_error(tmp_path: Path):
    """A folder that does not exist, and one without a checkpoint, are named."""
    with pytest.raises(RunError, match="there is no run folder"):
        load_policy(tmp_path / "nowhere")
    create_run_folder(tmp_path / "empty", DESCRIPTION, overwrite=False)
    with pytest.raises(RunError, match="has no checkpoint"):
        load_policy(tmp_path / "empty")
    with pytest.raises(RunError, match="exists; it has no checkpoint to resume from; overwrite it"):
        create_run_folder(tmp_path / "empty", DESCRIPTION, overwrite=False)


def test_half_written_checkpoint_is_ignored(run_folder: Path):
    """What a crash left of an unfinished checkpoint does not count."""
    unfinished = run_folder / "checkpoints" / "unfinished"
    unfinished.mkdir()
    (unfinished / "learner.safetensors").write_bytes(b"half")
    assert latest(run_folder).name == "00000000"
    load_policy(run_folder)


@pytest.mark.parametrize("name", ["learner.safetensors", "rollout.safetensors", "progress.json"])
def test_damaged_checkpoint_is_named(run_folder: Path, name: str):
    """A file that was cut off raises RunError with its path."""
    path = latest(run_folder) / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RunError, match=name):
        load_checkpoint(run_folder, DESCRIPTION)


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    """Change a JSON file, with the checksum that it then should have."""
    content = load_json(path)
    change(content)
    save_json(path, content)


@pytest.mark.parametrize(
    "name", ["config.json", "checkpoints/00000000/config.json", "checkpoints/00000000/progress.json"]
)
def test_other_schema_is_refused(run_folder: Path, name: str):
    """In each file that has one: the file, what it says and what this version reads are named; none at all is None."""
    read = f"this version reads {FIRST_SCHEMA} and {SCHEMA}"
    for schema in (SCHEMA + 1, str(SCHEMA), True, None):
        rewrite(run_folder / name, lambda content, schema=schema: content.update(schema=schema))
        with pytest.raises(RunError, match=rf"{name} has schema {schema!r}, {read}$"):
            load_checkpoint(run_folder, RunDescription.load(run_folder))
    content = load_json(run_folder / name)
    del content["schema"]
    (run_folder / name).write_text(json.dumps(content))
    with pytest.raises(RunError, match=f"{name} has schema None, {read}$"):
        load_checkpoint(run_folder, RunDescription.load(run_folder))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content["config"].update(momentum=0.9), "config has the unknown momentum"),
        (lambda content: content["config"]["network"].update(layers=3), "config.network has the unknown layers"),
        (lambda content: content["game"].update(doors=1, windows=2), "game has the unknown doors, windows"),
        (lambda content: content["config"].pop("past_share"), "config lacks past_share"),
        (lambda content: content["config"]["network"].pop("attention"), "config.network lacks attention"),
        (lambda content: content["game"].pop("horizon"), "game lacks horizon"),
        (lambda content: content["config"].pop("network"), "config lacks network"),
        (lambda content: content.pop("game"), "it has no game"),
        (lambda content: content.update(config=None), "config is None, expected an object"),
        (lambda content: content["config"].update(gamma=2.0), "gamma is 2.0, expected"),
    ],
)
def test_options_of_another_version_are_refused(run_folder: Path, change: Callable[[dict], object], message: str):
    """What this version does not know, and what it knows and the file does not say: no default is put in its place."""
    rewrite(run_folder / "config.json", change)
    with pytest.raises(RunError, match=f"config.json is damaged or of another version: {message}"):
        load_policy(run_folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.pop("values/total"), "it has no values/total"),
        (lambda arrays: arrays.update(extra=np.zeros(3)), "it has an unknown extra"),
        (
            lambda arrays: arrays.update({"values/total": np.zeros(1)}),
            r"values/total is float64\[1\], expected float32\[1\]",
        ),
    ],
)
def test_arrays_of_another_version_are_refused(run_folder: Path, change: Callable, message: str):
    """The file and the first array that does not fit are named."""
    path = latest(run_folder) / "learner.safetensors"
    arrays = load_arrays(path)
    change(arrays)
    save_arrays(path, arrays)
    with pytest.raises(RunError, match=rf"learner\.safetensors is of another network or version: {message}"):
        load_checkpoint(run_folder, DESCRIPTION)


def test_policies_of_a_run_s_past_are_loaded(run_folder: Path):
    """Those of its pool, as they were, and the last one; others are refused."""
    (folder := run_folder / "checkpoints" / "00000000").rename(folder.with_name("00000005"))
    rewrite(latest(run_folder) / "progress.json", lambda content: content.update(iteration=5, pool=[2]))
    now, _ = load_policy(run_folder)
    past = jax.tree.map(lambda x: x + 1, now)
    OpponentPool(run_folder / POOL, size=2).add(2, past)
    assert policy_iterations(run_folder) == [2, 5]
    for iteration, expected in ((None, now), (5, now), (2, past)):
        found, description = load_policy(run_folder, iteration)
        jax.tree.map(np.testing.assert_array_equal, found, expected)
        assert description == DESCRIPTION
    with pytest.raises(RunError, match="has no policy of iteration 3"):
        load_policy(run_folder, 3)


def test_differences_from_what_was_asked_for_are_named(run_folder: Path):
    """Another game and another network are refused with both values."""
    network = replace(tiny_config().network, memory=32)
    wanted = replace(DESCRIPTION, game=replace(DESCRIPTION.game, horizon=20), config=tiny_config(network=network))
    with pytest.raises(RunError, match=r"game\.horizon is 10 there, 20 .*config\.network\.memory is 16 there, 32"):
        RunDescription.load(run_folder).require_equal(run_folder, wanted)


def test_learner_of_another_network_does_not_load(run_folder: Path):
    """Arrays of other shapes are refused and the first of them is named."""
    other = describe(NameTheBucket(1), network=replace(tiny_config().network, memory=32))
    with pytest.raises(RunError, match="another network or version: networks/actor"):
        load_learner(latest(run_folder), other)


def test_checkpoint_of_another_run_is_refused(run_folder: Path):
    """Where the run's game or network was changed after its checkpoint was written, what differs is named."""
    content = load_json(run_folder / "config.json")
    content["game"]["horizon"] = 20
    content["config"]["network"]["memory"] = 32
    save_json(run_folder / "config.json", content)
    message = r"00000000 is of a different run: game\.horizon is 10 there, 20 .*network\.memory is 16 there, 32"
    with pytest.raises(RunError, match=message):
        load_policy(run_folder)
    with pytest.raises(RunError, match=message):
        load_checkpoint(run_folder, RunDescription.load(run_folder))


def test_a_run_is_not_started_over_its_own_checkpoint(run_folder: Path):
    """A trainer that is to start where a run has been changes nothing."""
    before = contents(run_folder)
    env = NameTheBucket(tiny_config().world_count)
    with pytest.raises(RunError, match="has the checkpoint of a run; resume it"):
        Trainer(run_folder, describe(env), [env])
    assert contents(run_folder) == before
