"""What is kept and shown of a run."""

import io
import json
from pathlib import Path

from rich.console import Console

from hideseek.learn.display import Display
from hideseek.learn.logger import Logger
from hideseek.learn.phases import PHASES

METRICS = {
    "iteration": 1, "seconds": 61.0, "agent_steps": 1000, "episode/hider_return": -1.25, "episode/seeker_return": 1.25,
    "episode/hidden": 0.25, "speed/agent_steps_per_second": 5000.0, **{f"time/{name}": 0.25 for name in PHASES},
}  # fmt: skip


def test_metrics_are_lines_of_json_and_events(tmp_path: Path):
    """Each iteration is one line; a resumed logger drops what lies after its iteration."""
    with Logger(tmp_path, 0) as logger:
        for iteration in (1, 2, 3):
            logger.write({**METRICS, "iteration": iteration})
    with Logger(tmp_path, 2) as logger:
        logger.write({**METRICS, "iteration": 3, "episode/hidden": 0.5})
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [(line["iteration"], line["episode/hidden"]) for line in lines] == [(1, 0.25), (2, 0.25), (3, 0.5)]
    assert list((tmp_path / "tensorboard").glob("events*"))


def test_plain_output_is_one_line_now_and_then():
    """Where there is no terminal, a line has returns, hiding, speed and phases, and the next waits ten seconds."""
    stream = io.StringIO()
    with Display("toy", Console(file=stream, force_terminal=False)) as display:
        display.show(METRICS)
        display.show({**METRICS, "seconds": 62.0})
        display.show({**METRICS, "seconds": 72.0})
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    for part in ("0:01:01", "hiders' return -1.2", "seekers' return +1.2", "hidden 25%", "5,000", "simulate 25%"):
        assert part in lines[0]


def test_time_and_iterations_that_are_left_are_shown():
    """As far as there are limits; a limit that has passed leaves nothing."""
    stream = io.StringIO()
    with Display("toy", Console(file=stream, width=200), iterations=1200) as display:
        display.show(METRICS, seconds_left=3725.9)
        display.show({**METRICS, "seconds": 80.0}, seconds_left=-1.0)
    first, last = stream.getvalue().splitlines()
    assert first.startswith("0:01:01 iteration 1 of 1,200, 1:02:05 left, ")
    assert last.startswith("0:01:20 iteration 1 of 1,200, 0:00:00 left, ")


def test_terminal_shows_a_table_that_keeps_what_is_known():
    """In a terminal both teams' returns stay in the table while no episode ends."""
    stream = io.StringIO()
    with Display("toy", Console(file=stream, force_terminal=True, width=100)) as display:
        display.show(METRICS)
        display.show({name: x for name, x in METRICS.items() if not name.endswith("return")} | {"iteration": 2})
    last = stream.getvalue().rsplit("iteration", 1)[1]
    assert "+1.2" in last
    assert "25%" in last
