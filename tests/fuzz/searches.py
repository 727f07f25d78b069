"""What is tried: each search makes one example from random numbers, and raises where it does harm."""

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hideseek.evaluate.behaviour.ground import allocate_ground
from hideseek.evaluate.behaviour.names import behaviours_of, has_room
from hideseek.evaluate.behaviour.observe import observe_worlds
from hideseek.evaluate.behaviour.tally import OBSERVED, allocate_tally
from hideseek.game.config import Game, make_game
from hideseek.game.state import Record
from hideseek.learn.config import PRESETS
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError, load_json, save_json
from hideseek.learn.logger import read_metrics
from hideseek.learn.progress import read_progress
from hideseek.sim.state import Bodies
from hideseek.view.oblique.render import render_oblique
from hideseek.view.replay.container import pack, unpack
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import ReplayError, decode_replay, encode_replay
from hideseek.view.replay.seal import seal, unseal
from hideseek.view.svg import render_svg
from hideseek.view.top import render_top
from tests.fuzz.hostile import NO_NUMBERS, NUMBERS, sound_replay, spoil, spoil_json

SIZE = 64
LENGTHS = ("pose", "half_size", "wall_centre", "wall_half", "lock_pose", "weld_pose")


def search_worlds(rng: np.random.Generator) -> None:
    """Draw worlds with any finite numbers in them."""
    replay = sound_replay(rng)
    bodies, record = _hostile_world(replay, rng)
    _draw(bodies, record, replay.game)


def search_behaviours(rng: np.random.Generator) -> None:
    """Watch such worlds for a few steps, after preparation as well, and tell what was done in them."""
    replay = sound_replay(rng)
    game, counts = replay.game, replay.game.counts
    tally, ground = allocate_tally(1, counts), allocate_ground(counts, 1)
    for step in range(1, game.horizon + 1):
        bodies, record = _hostile_world(replay, rng)
        record.step[0] = step
        observe_worlds(game.params, counts, bodies, record, tally, ground, has_room(game), 1)
        assert tally.sums[0, OBSERVED] == step
    with np.errstate(all="ignore"):
        behaviours_of(tally, game)


def search_replays(rng: np.random.Generator) -> None:
    """Read replays with other arrays in them, whose checksum is right: what is accepted can be drawn."""
    arrays, metadata = unpack(unseal(encode_replay(sound_replay(rng))))
    arrays = {name: array.copy() for name, array in arrays.items()}
    for name in rng.choice(sorted(arrays), rng.integers(1, 4)):
        spoil(arrays[name], rng, (*NUMBERS, *NO_NUMBERS))
    _read(seal(pack(arrays, metadata)), rng)


def search_bytes(rng: np.random.Generator) -> None:
    """The same with other bytes anywhere below the checksum."""
    content = bytearray(gzip.decompress(unseal(encode_replay(sound_replay(rng)))))
    length = int.from_bytes(content[:8], "little")
    for _ in range(rng.integers(1, 5)):
        end = 8 + length if rng.random() < 0.7 else len(content)
        content[rng.integers(end)] = rng.integers(256)
    _read(seal(gzip.compress(bytes(content), 1)), rng)


def search_runs(rng: np.random.Generator) -> None:
    """Read run folders that say other things, with the right checksums: read, or refused with RunError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        last = folder / "checkpoints" / "00000001"
        last.mkdir(parents=True)
        RunDescription("quadrant", make_game("quadrant"), PRESETS["laptop"], 0).save(folder)
        save_json(last / "progress.json", {"iteration": 1, "step": 1, "episodes": 1, "seconds": 1.0, "pool": [1]})
        for path in (folder / "config.json", last / "progress.json"):
            content = spoil_json(load_json(path), rng)
            save_json(path, content if isinstance(content, dict) else {"content": content})
        lines = [json.dumps(spoil_json({"iteration": 1, "loss": 0.5}, rng)) for _ in range(2)]
        (folder / "metrics.jsonl").write_text("".join(f"{line}\n" for line in lines))
        for load in (RunDescription.load, read_progress, read_metrics):
            _is_accepted(lambda load=load: load(folder), RunError)


SEARCHES: dict[str, Callable[[np.random.Generator], None]] = {
    "worlds": search_worlds,
    "behaviours": search_behaviours,
    "replays": search_replays,
    "bytes": search_bytes,
    "runs": search_runs,
}


def _hostile_world(replay: Replay, rng: np.random.Generator) -> tuple[Bodies, Record]:
    """Return a world of a replay with other lengths; what is an index in it stays one."""
    bodies, record = replay.restore(int(rng.integers(replay.episodes)), int(rng.integers(replay.game.horizon + 1)))
    for name in rng.choice(LENGTHS, rng.integers(1, len(LENGTHS))):
        spoil(getattr(bodies, name), rng)
    bodies.exists[:] = rng.random(bodies.exists.shape) < rng.choice([0.0, 0.5, 1.0])
    bodies.wall_count[:] = rng.integers(0, replay.game.counts.wall + 1)
    return bodies, record


def _read(content: bytes, rng: np.random.Generator) -> None:
    """Read what may be a replay; it is refused with one error, or it can be drawn and written again."""
    if not _is_accepted(lambda: decode_replay(content, "it"), ReplayError):
        return
    replay = decode_replay(content, "it")
    bodies, record = replay.restore(int(rng.integers(replay.episodes)), int(rng.integers(replay.game.horizon + 1)))
    _draw(bodies, record, replay.game)
    decode_replay(encode_replay(replay), "it")


def _is_accepted(call: Callable[[], object], refusal: type[Exception]) -> bool:
    """Tell whether a call accepts what it reads; where it does not it has to be one error of a few lines."""
    message = ""
    try:
        call()
    except refusal as error:
        message = str(error)
    assert len(message) < 2000, f"a refusal of {len(message)} characters"
    return not message


def _draw(bodies: Bodies, record: Record, game: Game) -> None:
    """Draw a world in every way."""
    with np.errstate(all="ignore"):
        assert render_oblique(bodies, record, game, 0, (SIZE, SIZE)).shape == (SIZE, SIZE, 3)
        assert render_top(bodies, record, game, 0, SIZE).shape[1] == SIZE
        assert render_svg(bodies, record, game, 0, SIZE).startswith("<svg")
