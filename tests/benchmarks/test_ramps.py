"""The benchmark of ramps."""

import json

import pytest

from benchmarks import ramps


def test_tables_and_gains_are_told(tmp_path, capsys):
    """Of both games and all pairings; a few episodes show no more than that they are played."""
    path = tmp_path / "out.json"
    ramps.main(["--episodes", "8", "--json", str(path)])
    figures = json.loads(path.read_text())
    assert set(figures) == set(ramps.GAMES)
    for gains in figures.values():
        for low, mean, high in gains.values():
            assert low <= mean <= high
    text = capsys.readouterr().out
    assert text.count("| `ramp-away` | `ramp` |") == 2
    assert text.count("gain of seekers, by the ramp") == 2


@pytest.mark.parametrize(("low", "status"), [(1.0, 0), (-1.0, 1)])
def test_status_tells_whether_both_gain(monkeypatch: pytest.MonkeyPatch, capsys, low: float, status: int):
    """In both games."""
    episodes = ramps.play_all(2, 0)
    monkeypatch.setattr(ramps, "play_all", lambda *_, **__: episodes)
    monkeypatch.setattr(ramps, "gains", lambda _: {"somebody": ramps.Interval(2.0, low, 3.0)})
    assert ramps.main([]) == status
    assert "gain of somebody: +2.0" in capsys.readouterr().out
