"""Run folders in which something has changed, and hostile ones: refused in one sentence, before anything is used."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import numpy as np
import pytest
from safetensors.numpy import save_file

from hideseek.cli import main
from hideseek.learn.checkpoint import load_checkpoint, load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import FIRST_SCHEMA, RunError, load_json, save_json
from hideseek.learn.logger import read_metrics
from hideseek.learn.progress import latest, load_progress, read_progress
from hideseek.learn.start import load_start
from hideseek.learn.storage import load_arrays, save_arrays
from hideseek.learn.trainer import Trainer
from tests.learn.toy import NameTheBucket, describe, start_run, tiny_config

DESCRIPTION = describe(NameTheBucket(1), snapshot_interval=1)
HEADER = 8 * 130
"""Bits at the beginning of a file of arrays that are all changed, one after the other."""
STRIDE = 11
"""From one bit to the next, of those that are changed in a file of words."""
SAMPLES = 100
"""Bits that are changed in the rest."""
DEEP = "[" * 200_000
LONG = "x" * 5000


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with metrics, a checkpoint and a pool; tests that change it use `run_folder`."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    start_run(folder, snapshot_interval=1).learn(iterations=2)
    return folder


@pytest.fixture
def run_folder(trained: Path, tmp_path: Path) -> Path:
    """Return a copy of the run."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


def flipped(content: bytes, bits: range) -> Iterator[bytes]:
    """Yield the content with one of these bits changed."""
    for bit in bits:
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        yield bytes(damaged)


@pytest.mark.parametrize("name", ["learner", "rollout", "opponent"])
def test_a_changed_bit_of_arrays_is_found(run_folder: Path, name: str):
    """Anywhere in the header, which has the checksum, and in the numbers; what is cut off or longer, too."""
    pool = run_folder / "opponents" / "00000001.safetensors"
    path = pool if name == "opponent" else latest(run_folder) / f"{name}.safetensors"
    content = path.read_bytes()
    size = 8 * len(content)
    load_arrays(path)
    rest = range(HEADER, size, (size - HEADER) // SAMPLES)
    cut = (content[:-1], content[: len(content) // 2], content[:50], content[:4], b"", content + b"x")
    for changed in (*flipped(content, range(HEADER)), *flipped(content, rest), *cut):
        path.write_bytes(changed)
        with pytest.raises(RunError, match=rf"{path.name} cannot be read: "):
            load_arrays(path)


def load_known_metrics(folder: Path) -> list[dict[str, float]]:
    """Return the metrics that a run logs: a line whose checksum has another name has one more."""
    counters = ("iteration", "seconds", "episodes", "agent_steps")
    return [{name: x for name, x in line.items() if "/" in name or name in counters} for line in read_metrics(folder)]


@pytest.mark.parametrize(
    ("name", "load"),
    [("config.json", RunDescription.load), ("progress.json", load_progress), ("metrics.jsonl", load_known_metrics)],
)
def test_a_changed_bit_of_words_is_found_or_changes_nothing(run_folder: Path, name: str, load: Callable):
    """It may be white space, or the name of the checksum; what is read is what was written, or the file is named."""
    folder = latest(run_folder) if name == "progress.json" else run_folder
    content, expected, found = (folder / name).read_bytes(), load(folder), 0
    for damaged in flipped(content, range(0, 8 * (len(content) - 4), STRIDE)):
        (folder / name).write_bytes(damaged)
        try:
            assert load(folder) == expected
        except RunError:
            found += 1
    assert found > 0.8 * (8 * len(content) // STRIDE)
    (folder / name).write_bytes(content[:-5] + b"x" + content[-4:])
    with pytest.raises(RunError, match=name):
        load(folder)


def test_nothing_is_parsed_before_the_checksum_was_looked_at(run_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Arrays that have changed do not reach the reader of the format."""

    def fail(*_arguments: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("hideseek.learn.storage.load", fail)
    path = latest(run_folder) / "learner.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(RunError, match="its checksum is that of other bytes"):
        load_arrays(path)
    path.write_bytes(content)
    with pytest.raises(AssertionError, match="parsed"):
        load_arrays(path)


def test_runs_from_before_checksums_are_read_and_resumed(run_folder: Path):
    """Their JSON is of the first schema, their arrays have no metadata, their lines of metrics end with a number."""
    expected = load_checkpoint(run_folder, DESCRIPTION)
    metrics = read_metrics(run_folder)
    for path in run_folder.rglob("*.safetensors"):
        save_file(load_arrays(path), path)
    for path in run_folder.rglob("*.json"):
        path.write_text(json.dumps(load_json(path) | {"schema": FIRST_SCHEMA}))
    (run_folder / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in metrics))
    assert read_metrics(run_folder) == metrics
    found = load_checkpoint(run_folder, RunDescription.load(run_folder))
    assert (found.progress, found.pool, found.ratings) == (expected.progress, expected.pool, expected.ratings)
    jax.tree.map(np.testing.assert_array_equal, found.learner, expected.learner)
    env = NameTheBucket(tiny_config().world_count)
    description = RunDescription.load(run_folder)
    Trainer(run_folder, description, [env], resume=True).learn(iterations=3)
    assert [line["iteration"] for line in read_metrics(run_folder)] == [1, 2, 3]
    assert read_progress(run_folder).iteration == 3


def test_a_folder_of_the_new_schema_needs_its_checksums(run_folder: Path):
    """Taking the line away is a change like any other."""
    content = load_json(run_folder / "config.json")
    (run_folder / "config.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match=r"config\.json is damaged: its checksum is that of another content"):
        RunDescription.load(run_folder)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(run_folder: Path, value: float):
    """By whatever reads a policy of a run: to play, to start from, to go on, from its pool."""
    spoilt = [latest(run_folder) / "learner.safetensors", run_folder / "opponents" / "00000001.safetensors"]
    for path, name in zip(spoilt, ("networks/actor/head/bias", "actor/head/bias"), strict=True):
        arrays = load_arrays(path)
        arrays[name] = arrays[name].copy()
        arrays[name][0] = value
        save_arrays(path, arrays)
    message = "damaged: (networks/)?actor/head/bias has values that are not finite"
    for call in (
        lambda: load_policy(run_folder),
        lambda: load_policy(run_folder, 1),
        lambda: load_start(run_folder, DESCRIPTION),
        lambda: load_checkpoint(run_folder, DESCRIPTION),
    ):
        with pytest.raises(RunError, match=message):
            call()


def write_content(folder: Path, name: str, **changes: object) -> None:
    """Change a JSON file of a run, with the checksum that it then should have."""
    path = folder / name
    save_json(path, {**load_json(path), **changes})


HOSTILE: dict[str, Callable[[Path, Path], object]] = {
    "deep config": lambda run, _: (run / "config.json").write_text(DEEP),
    "deep progress": lambda _, last: (last / "progress.json").write_text(DEEP),
    "rather deep progress": lambda _, last: (last / "progress.json").write_text("[" * 900 + "]" * 900),
    "deep within": lambda _, last: (last / "progress.json").write_text('{"pool": ' + DEEP),
    "no progress": lambda _, last: (last / "progress.json").write_text("[1]"),
    "no number": lambda _, last: (last / "progress.json").write_text('{"seconds": NaN}'),
    "large number": lambda _, last: (last / "progress.json").write_text('{"seconds": 1e999}'),
    "long number": lambda _, last: (last / "progress.json").write_text('{"seconds": ' + "9" * 10_000 + "}"),
    "long time": lambda _, last: write_content(last, "progress.json", seconds=1e300),
    "no text": lambda run, _: (run / "config.json").write_bytes(b"\xff\xfe{}"),
    "pipe": lambda _, last: ((last / "progress.json").unlink(), os.mkfifo(last / "progress.json")),
    "escapes": lambda run, _: write_content(run, "config.json", game_name="\x1b[2J\x07"),
    "long name": lambda run, _: write_content(run, "config.json", game_name=LONG),
    "long option": lambda run, _: write_content(run, "config.json", game={LONG: 1, "\x1b[31m": 2}),
    "long schema": lambda run, _: write_content(run, "config.json", schema=LONG),
    "long pool": lambda _, last: write_content(last, "progress.json", pool=LONG),
    "odd checkpoint": lambda _, last: last.rename(last.with_name("²")),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_one_hostile_run_does_not_take_the_list_away(name: str, run_folder: Path, tmp_path: Path, capsys):
    """It gets one short line that can be printed, beside those of the others."""
    shutil.copytree(run_folder, tmp_path / "sound")
    HOSTILE[name](run_folder, latest(run_folder))
    main(["list", "--runs", str(tmp_path)])
    text = capsys.readouterr().out
    lines = {line.split()[0]: line for line in text.splitlines() if line.startswith("  ")}
    assert "episodes" in lines["sound"]
    assert "episodes" not in lines["run"]
    assert len(lines["run"]) < 700
    assert all(character.isprintable() for character in text.replace("\n", ""))
    with pytest.raises(RunError):
        load_policy(run_folder)


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        DEEP,
        "3",
        '{"iteration": 1, "loss": NaN}',
        '{"iteration": 1, "loss": "low"}',
        '{"iteration": 1e999}',
        "\udcff",
    ],
    ids=lambda line: line[:12].encode("ascii", "replace").decode(),
)
def test_hostile_metrics(run_folder: Path, line: str):
    """The file is named, and what is wrong is shown briefly."""
    (run_folder / "metrics.jsonl").write_bytes(f"{line}\n".encode(errors="surrogateescape"))
    with pytest.raises(RunError, match=r"metrics\.jsonl ") as caught:
        read_metrics(run_folder)
    assert len(str(caught.value)) < 400


def test_a_file_is_no_run(tmp_path: Path):
    """Which is said, whatever the file is."""
    (tmp_path / "file.txt").write_text("words")
    with pytest.raises(RunError, match=r"file\.txt is a file, expected the folder of a run"):
        load_policy(tmp_path / "file.txt")
