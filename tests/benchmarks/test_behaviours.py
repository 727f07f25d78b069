"""The benchmark of behaviours."""

import json

from benchmarks import behaviours


def test_scores_and_costs_are_told(tmp_path, capsys, monkeypatch):
    """All players and behaviours; the bar decides the exit status."""
    path, options = tmp_path / "out.json", ["--episodes", "3", "--worlds", "4"]
    monkeypatch.setattr(behaviours, "BAR", 1e6)
    assert behaviours.main([*options, "--json", str(path)]) == 0
    figures = json.loads(path.read_text())
    assert set(figures["means"]) == {"random", *behaviours.scripts_for("quadrant")}
    assert set(figures["means"]["random"]) == set(behaviours.MEASURES)
    assert all(share > 0.0 for share in figures["cost"].values())
    assert "| `door_blocked_prep` |" in capsys.readouterr().out
    monkeypatch.setattr(behaviours, "BAR", 0.0)
    assert behaviours.main(options) == 1
    assert "FAIL" in capsys.readouterr().out
