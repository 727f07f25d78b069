"""The benchmark of pictures and adapters."""

import json

import pytest

from benchmarks import render


def test_bar_decides_the_exit_status(tmp_path, capsys, monkeypatch):
    """A frame a minute is drawn in any case; a million a second are not."""
    path = tmp_path / "out.json"
    small = ["--worlds", "2", "--threads", "1", "--steps", "3"]
    monkeypatch.setattr(render, "REPEATS", 1)
    monkeypatch.setattr(render, "FRAMES", 2)
    monkeypatch.setattr(render, "BAR_FRAMES", 1 / 60)
    assert render.main([*small, "--json", str(path)]) == 0
    figures = json.loads(path.read_text())["per_second"]
    assert figures["frames"].keys() == {"oblique", "top"}
    assert figures["one_world"].keys() == {"bare", "PettingZoo"}
    assert figures["batch"].keys() == {"bare", "Gymnasium"}
    monkeypatch.setattr(render, "BAR_FRAMES", 1e6)
    assert render.main(small) == 1
    assert "FAIL" in capsys.readouterr().out


def test_bad_arguments_are_refused(capsys):
    with pytest.raises(SystemExit):
        render.main(["--worlds", "0"])
    assert "--worlds, --threads and --steps must be at least 1" in capsys.readouterr().err
