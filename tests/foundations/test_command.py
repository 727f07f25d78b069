"""`hideseek learn ALGORITHM ENV`: what it prints and writes, and what it refuses."""

from pathlib import Path

import pytest
from PIL import Image

from hideseek.foundations.algorithms import ALGORITHMS
from hideseek.foundations.command import learn, parse
from hideseek.foundations.dqn import DQNConfig
from hideseek.foundations.exploration import Epsilon
from tests.foundations.corridor import NAME
from tests.refusal import assert_refused


def test_help_names_every_algorithm(capsys):
    """Without arguments, with --help, and with an algorithm alone."""
    learn([])
    text = capsys.readouterr().out
    assert all(name in text for name in ALGORITHMS)
    learn(["--help"])
    assert capsys.readouterr().out == text
    learn(["dqn"])
    assert "hideseek learn dqn ENV" in capsys.readouterr().out


def test_options_are_the_configurations_fields():
    """Nested ones, too; the others keep their defaults."""
    arguments = ["--seed", "3", "--steps", "500", "--epsilon.last", "0.2", "--out", "x.png"]
    options, config = parse("dqn", "CartPole-v1", arguments)
    assert config == DQNConfig(steps=500, epsilon=Epsilon(1.0, 0.2, 0.3))
    assert (options.seed, options.out) == (3, Path("x.png"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["value-iteration", "FrozenLake-v1", "--gamma", "0.9"], "128 sweeps, each value within "),
        (["q-value-iteration", "CliffWalking-v1"], "100 new episodes: mean return -13.00, standard error 0.00"),
        (["q-learning", "CliffWalking-v1", "--steps", "20000"], "100 new episodes: mean return -13.00"),
        (["reinforce", NAME, "--episodes", "20", "--batch", "10", "--hidden", "4"], "100 new episodes: mean return -"),
        (["ppo", NAME, "--steps", "512", "--epochs", "1", "--hidden", "4"], "100 new episodes: mean return -"),
        (["q-learning", "grid-hideseek", "--steps", "1000"], "learned hider, best seeker there is: hidden "),
        (["ppo", "grid-hideseek", "--steps", "512", "--hidden", "4"], "best hider there is, learned seeker: hidden "),
    ],
)
def test_it_says_how_good_the_result_is_and_draws_the_curve(tmp_path: Path, capsys, arguments: list[str], line: str):
    """In any folder, which is made; without a terminal nothing else is printed."""
    out = tmp_path / "folder" / "curve.png"
    learn([*arguments, "--out", str(out)])
    printed = capsys.readouterr().out
    assert line in printed
    assert printed.splitlines()[-1] == str(out)
    assert Image.open(out).size > (300, 200)


def test_the_plot_goes_to_the_folder_of_runs(tmp_path: Path, monkeypatch, capsys):
    """Named after algorithm and environment."""
    monkeypatch.chdir(tmp_path)
    learn(["value-iteration", "FrozenLake-v1"])
    assert capsys.readouterr().out.splitlines()[-1] == "runs/learn-value-iteration-FrozenLake-v1.png"
    assert [path.name for path in tmp_path.rglob("*.png")] == ["learn-value-iteration-FrozenLake-v1.png"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sarsa", "FrozenLake-v1"], "algorithm is 'sarsa', expected one of 'value-iteration'"),
        (["dqn", "Pendulum-v1"], "actions are Box.*, expected Discrete ones"),
        (["q-learning", "CartPole-v1"], "observations are Box.*, expected Discrete ones"),
        (["dqn", "grid-hideseek"], "algorithm is 'dqn', expected one that plays games"),
        (["ppo", "CartPole-v1", "--seed", "-1"], "seed is -1, expected an integer from 0"),
        (["ppo", "CartPole-v1", "--out", "curve.gif"], "out is curve.gif, expected a file that ends in"),
    ],
)
def test_one_clear_error(tmp_path: Path, monkeypatch, arguments: list[str], message: str):
    """And nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert_refused(lambda: learn(arguments), ValueError, message)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("option", "value"), [("--gamma", "1.0"), ("--actor-rate", "-0.1"), ("--steps", "none")])
def test_options_out_of_range(capsys, option: str, value: str):
    """The parser ends the program and names the field."""
    with pytest.raises(SystemExit) as caught:
        learn(["ppo", "CartPole-v1", option, value])
    assert caught.value.code == 2
    assert option.strip("-").replace("-", "_") in capsys.readouterr().err.replace("-", "_")
