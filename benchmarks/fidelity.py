"""How well the simulator predicts recordings of the original game: its physics, its sensing and its rules.

    python benchmarks/fidelity.py DIR [--json FILE]

Physics: every recorded state becomes a world, is advanced by one step of 75 ms with the recorded control, welds and
locks, and is compared with the recorded next state. Counted are the bodies that moved by more than 1 mm in the
recording. Sensing and rules: see `fidelity_rules.py`. Exit status 0 if every bar is reached, 1 if one is missed, 2 if
there is nothing to compare with.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.fidelity_rules import Agreement, compare_rules, format_table, missed_bars
from benchmarks.recordings import (
    KEY_OF_KIND,
    Recording,
    control_of,
    fill_bodies,
    find_recordings,
    load_recording,
    next_states,
)
from hideseek.sim.engine import step_physics

MOVED = 1e-3
"""A body counts if it was recorded to move farther than this in a step [m]."""


class Bar(NamedTuple):
    """The largest error that is good enough [mm]."""

    median: float
    p95: float


ROLLOUT_BAR, TRANSITIONS_BAR = Bar(3.0, 20.0), Bar(4.0, 25.0)
CATEGORY_BAR = Bar(np.inf, 40.0)
NO_BAR = Bar(np.inf, np.inf)


class Errors(NamedTuple):
    """One-step errors of a group of bodies, one element for each body that moved in a step."""

    position: Float[np.ndarray, " moved"]
    """Distance between predicted and recorded position [mm]."""
    yaw: Float[np.ndarray, " moved"]
    """[rad]"""


class Row(NamedTuple):
    """A group's errors in figures: positions in mm, yaw in rad, nan where the group is empty."""

    group: str
    count: int
    median: float
    p95: float
    p99: float
    yaw_median: float
    yaw_p95: float
    bar: Bar

    @property
    def misses(self) -> bool:
        """Whether the bar is missed; an error that is not a number misses every bar, an empty group none."""
        reached = self.median <= self.bar.median and self.p95 <= self.bar.p95
        return self.count > 0 and self.bar != NO_BAR and not reached


def predict(recording: Recording) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predict every recorded step.

    Returns:
        Errors of position [mm] and of yaw [rad], and whether the body moved, all [step, body].
    """
    rows = np.arange(recording.step_count)
    bodies = fill_bodies(recording, rows)
    start, (end, _) = bodies.pose.copy(), next_states(recording, rows)
    step_physics(bodies, recording.counts, recording.game.physics, control_of(recording, rows))
    difference = bodies.pose.astype(float) - end
    travel = np.linalg.norm((end - start)[..., :3], axis=-1)
    distance = np.linalg.norm(difference[..., :3], axis=-1)
    return 1e3 * distance, np.abs(difference[..., 3]), bodies.exists & (travel > MOVED)


def compare_physics(folder: str | Path) -> list[Row]:
    """Predict all recorded steps in `folder`; return the errors of each group that has a recording.

    Raises:
        FileNotFoundError: if there are no recordings.
        ValueError: if a recording is of an unknown game.
    """
    groups: dict[tuple[str, Bar], list[Errors]] = {}
    for kind in KEY_OF_KIND:
        for path in _find(folder, kind):
            recording = load_recording(path)
            position, yaw, moved = predict(recording)
            for group, bar, members in _groups_of(recording, kind):
                chosen = moved & members
                groups.setdefault((group, bar), []).append(Errors(position[chosen], yaw[chosen]))
    if not groups:
        raise FileNotFoundError(f"no recordings of the original game in {folder}, expected .npz files")
    return [_row(group, bar, parts) for (group, bar), parts in sorted(groups.items(), key=lambda item: item[0][0])]


def _find(folder: str | Path, kind: str) -> list[Path]:
    try:
        return find_recordings(folder, kind)
    except FileNotFoundError:
        return []


def _groups_of(recording: Recording, kind: str) -> list[tuple[str, Bar, np.ndarray]]:
    """Return the groups to which the bodies of a recording belong: name, bar, and which bodies in which steps."""
    agents = (np.arange(recording.counts.body) < recording.counts.agent)[None]
    layout = recording.game.layout.name.replace("_", " ")
    kinds_of_body = {"agents": agents, "objects": ~agents}
    groups = [(f"{kind}, {layout}: {name}", NO_BAR, members) for name, members in kinds_of_body.items()]
    if kind == "rollout":
        return groups + [(f"{kind}, all: {name}", ROLLOUT_BAR, members) for name, members in kinds_of_body.items()]
    everything = np.ones_like(agents)
    groups += [(f"{kind}, {layout}: all bodies", NO_BAR, everything)]
    groups += [(f"{kind}, all: {name}", NO_BAR, members) for name, members in kinds_of_body.items()]
    groups += [(f"{kind}, all: all bodies", TRANSITIONS_BAR, everything)]
    for number, name in enumerate(recording.arrays.get("category_names", ())):
        in_category = (recording.arrays["category"] == number)[:, None]
        groups.append((f"{kind}, category {name}", CATEGORY_BAR, in_category))
    return groups


def _row(group: str, bar: Bar, parts: list[Errors]) -> Row:
    position, yaw = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if not len(position):
        return Row(group, 0, *[float("nan")] * 5, bar)
    figures = (*np.percentile(position, [50, 95, 99]), *np.percentile(yaw, [50, 95]))
    return Row(group, len(position), *map(float, figures), bar)


def format_errors(rows: list[Row]) -> str:
    """Return the errors as a table, each with its bar where it has one."""
    header = ("median", "bar", "95 %", "bar", "99 %", "yaw 50 %", "yaw 95 %")
    lines = [f"{'one-step error [mm], [rad]':<40}{'count':>8}" + "".join(f"{name:>10}" for name in header)]
    for row in rows:
        median_bar, p95_bar = (f"<= {bar:g}" if np.isfinite(bar) else "" for bar in row.bar)
        verdict = "" if row.bar == NO_BAR else "FAIL" if row.misses else "pass" if row.count else "nothing moved"
        lines.append(
            f"{row.group:<40}{row.count:>8,}{row.median:>10.4f}{median_bar:>10}{row.p95:>10.3f}{p95_bar:>10}"
            f"{row.p99:>10.3f}{row.yaw_median:>10.1e}{row.yaw_p95:>10.1e}  {verdict}".rstrip()
        )
    return "\n".join(lines)


def compare_rules_if_recorded(folder: str | Path) -> dict[str, Agreement]:
    """Return `compare_rules`, or nothing where there are only recordings of physics."""
    return compare_rules(folder) if _find(folder, "rollout") else {}


def write_json(path: Path, rows: list[Row], rules: dict[str, Agreement], missed: list[str]) -> None:
    """Write all figures to a file."""
    errors = [_finite({**row._asdict(), "bar": _finite(row.bar._asdict())}) for row in rows]
    shares = {name: _finite({**agreement._asdict(), "share": agreement.share}) for name, agreement in rules.items()}
    path.write_text(json.dumps({"one_step_errors": errors, "rules": shares, "missed": missed}, indent=1) + "\n")


def _finite(values: dict[str, object]) -> dict[str, object]:
    """Replace what JSON cannot say, numbers that are not finite, by None."""
    return {name: None if isinstance(x, float) and not np.isfinite(x) else x for name, x in values.items()}


def main(arguments: list[str] | None = None) -> int:
    """Print both tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of the recordings")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder, expected the folder of the recordings")
    try:
        rows, rules = compare_physics(options.folder), compare_rules_if_recorded(options.folder)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(format_errors(rows))
    print(f"\n{format_table(rules)}" if rules else "\nno sensing or rules were recorded")
    missed = [row.group for row in rows if row.misses] + missed_bars(rules)
    print(f"\nbelow the bar: {'; '.join(missed)}" if missed else "\nevery bar is reached")
    if options.json:
        write_json(options.json, rows, rules, missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
