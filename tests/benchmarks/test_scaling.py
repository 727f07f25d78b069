"""The benchmark of costs as functions varies what it says."""

import json

import pytest

from benchmarks import scaling
from benchmarks.scaling import AXES, PHASES, Case, make_base


def test_run_prints_and_writes_every_line(tmp_path, capsys, monkeypatch):
    """One line for each case, in the order of the axes; a case of two axes is timed once."""
    path = tmp_path / "out.json"
    few, many = Case(make_base(boxes_min=0, boxes_max=0), worlds=2), Case(make_base(), worlds=2)
    monkeypatch.setattr(scaling, "AXES", {"boxes": {"none": few, "some": many}, "worlds": {"two": many}})
    monkeypatch.setattr(scaling, "LEAST_STEPS", 2)
    assert scaling.main(["--world-steps", "4", "--json", str(path)]) == 0
    results = json.loads(path.read_text())["results"]
    assert [(result["axis"], result["case"]) for result in results] == [
        ("boxes", "none"), ("boxes", "some"), ("worlds", "two"),
    ]  # fmt: skip
    assert [result["boxes"] for result in results] == [0, 4, 4]
    assert results[1]["total_us"] == results[2]["total_us"]
    for result in results:
        assert set(result["phases_us"]) == set(PHASES)
        assert 0.0 < sum(result["phases_us"].values()) <= result["total_us"]
    out = capsys.readouterr().out
    assert [out.count(f"\n{label} ") for label in ("none", "some", "two")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("axis", "value", "expected"),
    [
        ("agents", lambda case: (case.game.hiders, case.game.seekers), [(1, 1), (2, 2), (3, 3), (4, 4)]),
        ("boxes", lambda case: (case.game.boxes_min, case.game.boxes_max), [(n, n) for n in (0, 2, 4, 6, 8)]),
        ("worlds", lambda case: case.worlds, [1, 8, 64, 256, 1024, 4096]),
        ("threads", lambda case: case.threads, [1, 2]),
    ],
)
def test_one_thing_is_varied(axis: str, value, expected: list):
    """The axis's own numbers; every other axis stays at its base, and the base is among the cases."""
    cases = list(AXES[axis].values())
    assert [value(case) for case in cases] == expected
    assert axis == "threads" or Case(make_base()) in cases
    assert all(case.game == make_base() for case in cases) == (axis in ("worlds", "threads"))


def test_no_world_steps_are_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        scaling.main(["--world-steps", "0"])
    assert "--world-steps is 0, expected at least 1" in capsys.readouterr().err
