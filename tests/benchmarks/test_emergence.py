"""The thresholds of emergence."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import emergence
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.interval import Interval
from hideseek.evaluate.play import Episodes, play
from hideseek.evaluate.players import untrained_policy
from hideseek.game.config import Game, make_game
from hideseek.game.observe import observation_spec
from hideseek.learn.config import PRESETS
from hideseek.learn.description import RunDescription
from hideseek.policy.config import FeatureSizes
from tests.learn.toy import TINY_NETWORK

GAME = make_game("quadrant")
DESCRIPTION = RunDescription("quadrant", GAME, replace(PRESETS["laptop"], network=TINY_NETWORK), seed=0)


def test_untrained_policies_do_not_build(monkeypatch: pytest.MonkeyPatch, tmp_path, capsys):
    """Every threshold is measured in its pairing; what needs skill is missed, and the exit status says so."""
    policy = untrained_policy(FeatureSizes.of(observation_spec(GAME)), TINY_NETWORK, seed=0)
    monkeypatch.setattr(emergence, "load_named", lambda run: (policy, DESCRIPTION))
    assert emergence.main(["somewhere", "--episodes", "3", "--json", str(tmp_path / "numbers.json")]) == 1
    printed = capsys.readouterr().out
    assert printed.count("missed") + printed.count("reached") == len(emergence.THRESHOLDS)
    rows = json.loads((tmp_path / "numbers.json").read_text())["rows"]
    assert [row["behaviour"] for row in rows] == [threshold.behaviour for threshold in emergence.THRESHOLDS]
    assert rows[-2]["mean"] == 0.0


@pytest.mark.parametrize(("own_game", "played"), [(False, GAME), (True, make_game("quadrant", door_dropout=1.0))])
def test_which_game_is_played(monkeypatch: pytest.MonkeyPatch, own_game: bool, played: Game):
    """The preset's, or the run's own without practice."""
    trained_in = make_game("quadrant", door_dropout=1.0, practice=0.5)
    policy = untrained_policy(FeatureSizes.of(observation_spec(GAME)), TINY_NETWORK, seed=0)
    games: list[Game] = []

    def play_and_tell(env: HideAndSeek, *rest) -> Episodes:
        games.append(env.game)
        return play(env, *rest)

    monkeypatch.setattr(emergence, "load_named", lambda run: (policy, replace(DESCRIPTION, game=trained_in)))
    monkeypatch.setattr(emergence, "play", play_and_tell)
    emergence.measure("somewhere", 2, 0, own_game)
    assert set(games) == {played}


@pytest.mark.parametrize(("mean", "verdict"), [(0.2, "reached"), (0.19, "missed")])
def test_a_threshold_is_reached_by_the_mean(mean: float, verdict: str):
    """At the threshold it counts as reached."""
    ramp = emergence.THRESHOLDS[5]
    line = emergence.format_rows([emergence.Row(ramp, Interval(mean, mean - 0.1, mean + 0.1))]).splitlines()[-1]
    assert line.startswith("| ramp used by a seeker | trained | trained | 20 % |")
    assert line.endswith(f"| {verdict} |")


def test_seeing_is_not_hiding():
    """The first threshold asks for the share of time in which seekers see hiders."""

    class Played:
        hidden = np.array([0.25, 1.0])

    assert emergence.THRESHOLDS[0].share(Played()).tolist() == [0.75, 0.0]  # type: ignore[arg-type]
