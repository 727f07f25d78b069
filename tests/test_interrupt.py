"""Ctrl-C, as a signal to a process that trains."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from hideseek.cli import main
from hideseek.learn.progress import latest
from tests.test_cli import TINY


def test_ctrl_c_ends_training_well_and_the_run_can_be_resumed(tmp_path: Path):
    """Exit code 0, a last line that says where the checkpoint is, a checkpoint of the last iteration in the metrics."""
    folder = tmp_path / "run"
    unlimited = [*TINY, "--iterations", "20000"]
    command = [sys.executable, "-m", "hideseek", "train", "quadrant", "--out", str(folder), *unlimited]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if " iteration 1 of 20,000," in line:
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, "".join(said)
    iterations = [json.loads(line)["iteration"] for line in (folder / "metrics.jsonl").read_text().splitlines()]
    last = int(latest(folder).name)
    assert iterations == list(range(1, last + 1))
    assert last >= 1
    assert said[-1] == f"{folder}: checkpoint of iteration {last}\n"
    main(["train", "quadrant", "--out", str(folder), "--resume", "--iterations", str(last + 1)])
    assert int(latest(folder).name) == last + 1
