"""What the examples share."""

import sys

import numpy as np
import pytest

from examples.progress import Progress, parse_options

OLD = [np.zeros(3), np.ones((2, 2))]
NEW = [np.zeros(3), np.array([[1.0, 1.0], [1.0, 1.25]])]


def test_options_have_defaults(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["example"])
    options = parse_options("Train.")
    assert (options.seconds, options.seed) == (60.0, 0)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--seconds", "0"], "argument --seconds: 0, expected a number of at least 1"),
        (["--seconds", "nan"], "argument --seconds: nan, expected a number of at least 1"),
        (["--seconds", "soon"], "argument --seconds"),
        (["--seed", "-1"], "argument --seed: -1, expected an integer from 0 to 2**31 - 1"),
        (["--seed", "1.5"], "argument --seed"),
    ],
)
def test_bad_options_are_refused(monkeypatch, capsys, arguments, expected):
    monkeypatch.setattr(sys, "argv", ["example", *arguments])
    with pytest.raises(SystemExit) as error:
        parse_options("Train.")
    assert error.value.code == 2
    assert expected in capsys.readouterr().err


def test_training_that_moved_the_parameters_is_ok(capsys):
    progress = Progress(60.0)
    progress.add(1000)
    progress.add(234)
    progress.conclude("Client", OLD, NEW)
    line = capsys.readouterr().out
    assert line.startswith("ok: Client: 1,234 agent steps, ")
    assert line.endswith("parameters moved by up to 0.25\n")


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (OLD, "the parameters did not change"),
        ([OLD[0], np.full((2, 2), np.nan)], "a parameter is not finite"),
        ([OLD[0], np.full((2, 2), np.inf)], "a parameter is not finite"),
    ],
)
def test_training_that_failed_exits_with_a_message(after, reason):
    with pytest.raises(SystemExit) as error:
        Progress(60.0).conclude("Client", OLD, after)
    assert error.value.code == f"failed: Client: {reason}"


def test_time_is_over_when_the_clock_says_so(monkeypatch):
    now = 100.0
    monkeypatch.setattr("examples.progress.time.monotonic", lambda: now)
    progress = Progress(60.0)
    assert not progress.over
    now = 130.0
    progress.add(90)
    assert progress.speed == pytest.approx(3.0)
    assert not progress.over
    now = 160.0
    assert progress.over
