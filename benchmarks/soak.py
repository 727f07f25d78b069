"""Hostile play for as long as you like: does anything break, escape or sink in?

    python benchmarks/soak.py --steps 100e6 [--seed N] [--report FILE] [--resume] [--failures DIR]
    python benchmarks/soak.py --replay FILE

Every case, a game and a way to mistreat it (`soak_play.py`), is played in pieces by turns; after every step all worlds
are measured (`soak_measures.py`). The report is written after each piece, so that an interrupted soak goes on with
`--resume`. Where a figure exceeds its bound (`soak_piece.py`) the state before the step and the actions are saved, and
`--replay` plays that step again. Exit status 1 if anything failed.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.memory import resident_mb
from benchmarks.soak_piece import BOUNDS, OF_CHANGED, OF_PLAY, PHASES, Piece, Tally, play, replay, save_step
from benchmarks.soak_play import CASES

MEMORY_BOUND_MB = 50.0
"""By how much the resident memory may grow once every case was played."""
SHAPE = ("seed", "worlds", "piece_steps")
"""Options that a soak keeps when it goes on."""


def begin_report(options: argparse.Namespace) -> dict[str, Any]:
    """Return a report of nothing yet."""
    return {
        "machine": describe_machine(),
        **{name: getattr(options, name) for name in SHAPE},
        "pieces": 0,
        "world_steps": 0,
        "agent_steps": 0,
        "seconds": dict.fromkeys(PHASES, 0.0),
        "memory_growth_mb": 0.0,
        "cases": {},
        "worst": {OF_PLAY: {}, OF_CHANGED: {}},
        "failures": {},
    }


def resume_report(options: argparse.Namespace) -> dict[str, Any]:
    """Return the report to go on with.

    Raises:
        SystemExit: if there is none, or if it is of a soak of another shape.
    """
    if not options.report.is_file():
        raise SystemExit(f"--resume needs a report to go on with, but {options.report} does not exist")
    report = json.loads(options.report.read_text())
    for name in SHAPE:
        if report.get(name) != getattr(options, name):
            raise SystemExit(f"{name} is {getattr(options, name)}, but {report.get(name)} in {options.report}")
    return report


def add_piece(report: dict[str, Any], piece: Piece, tally: Tally, folder: Path | None) -> None:
    """Add a piece to the report; save the worst step of the first failure of each case and figure into `folder`."""
    world_steps = piece.worlds * piece.steps
    case = report["cases"].setdefault(piece.case, {"world_steps": 0, "seconds": dict.fromkeys(PHASES, 0.0)})
    for counters in (report, case):
        counters["world_steps"] += world_steps
        for phase, seconds in tally.seconds.items():
            counters["seconds"][phase] += seconds
    report["pieces"] = piece.index + 1
    report["agent_steps"] += world_steps * CASES[piece.case][0].agents
    worst = report["worst"][piece.group]
    for name, found in tally.worst.items():
        place = found | {"bound": piece.bounds[name], "case": piece.case, "piece": piece.index}
        if name not in worst or not place["value"] <= worst[name]["value"]:
            worst[name] = place
        if name in tally.exceeding:
            _add_failure(report["failures"], piece, name, place, tally.exceeding[name], folder)


def _add_failure(
    failures: dict[str, Any], piece: Piece, name: str, place: dict[str, Any], count: int, folder: Path | None
) -> None:
    key = f"{piece.case}: {name}"
    if key not in failures:
        failures[key] = {"world_steps": 0, "first": dict(place)}
        if folder is not None:
            path = folder / f"{piece.index}-{name}.npz".replace(" ", "-")
            save_step(piece, place["world"], place["step"], path)
            failures[key]["first"]["file"] = str(path)
    failures[key]["world_steps"] += count


def run(report: dict[str, Any], options: argparse.Namespace) -> None:
    """Play pieces until the report has all steps; print and save it after each."""
    begin, settled_mb = report["pieces"], None
    while report["world_steps"] < options.steps:
        piece = Piece(options.seed, report["pieces"], options.worlds, options.piece_steps, options.threads)
        tally = play(piece)
        add_piece(report, piece, tally, options.failures)
        if report["pieces"] - begin == len(CASES):
            settled_mb = resident_mb()
        if settled_mb is not None:
            report["memory_growth_mb"] = max(report["memory_growth_mb"], resident_mb() - settled_mb)
        rate = piece.worlds * piece.steps / tally.seconds["simulation"]
        failed = ", ".join(tally.exceeding) or "fine"
        print(f"{report['world_steps']:>13,} {piece.case:<40}{rate:>9,.0f} steps/s  {failed}", flush=True)
        if options.report:
            save_report(report, options.report)


def save_report(report: dict[str, Any], path: Path) -> None:
    """Write the report; a reader never meets half of one."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(report, indent=1) + "\n")
    partial.replace(path)


def format_report(report: dict[str, Any]) -> str:
    """Return what was found as a few tables."""
    seconds = report["seconds"]
    lines = [
        f"{report['world_steps']:,} world steps, {report['agent_steps']:,} agent steps in {report['pieces']} pieces; "
        f"measuring took {seconds['measures'] / max(seconds['simulation'], 1e-9):.0%} of the simulation's time",
        f"{'figure':<28}" + "".join(f"{group:>16}{'bound':>8}" for group in BOUNDS),
    ]
    for name in BOUNDS[OF_PLAY]:
        line = f"{name:<28}"
        for group, bounds in BOUNDS.items():
            value = report["worst"][group].get(name, {}).get("value")
            line += f"{'-' if value is None else f'{value:.3f}':>16}{bounds[name]:>8g}"
        lines.append(line)
    lines.append(f"{'memory growth [MB]':<28}{report['memory_growth_mb']:>16.1f}{MEMORY_BOUND_MB:>8g}")
    for key, failure in report["failures"].items():
        first = failure["first"]
        lines.append(
            f"FAIL {key} in {failure['world_steps']} world steps, first: {first['value']:.3f} in piece "
            f"{first['piece']}, world {first['world']}, step {first['step']}"
        )
    return "\n".join(lines)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=float, default=1e6, help="world steps of all cases together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worlds", type=int, default=128, help="worlds of a piece")
    parser.add_argument("--piece-steps", type=int, default=360, help="environment steps of a piece")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report to this file")
    parser.add_argument("--resume", action="store_true", help="go on with the report")
    parser.add_argument("--failures", type=Path, metavar="DIR", help="save failing steps into this folder")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play a saved step again and print its figures")
    options = parser.parse_args(arguments)
    if min(options.steps, options.worlds, options.piece_steps, options.threads) < 1 or options.seed < 0:
        parser.error("--steps, --worlds, --piece-steps and --threads must be at least 1, --seed at least 0")
    if options.resume and options.report is None:
        parser.error("--resume needs --report")
    if options.report and options.report.exists() and not options.resume:
        parser.error(f"{options.report} exists: go on with --resume, or name another file")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Play, or replay; return the exit status."""
    options = parse(arguments)
    if options.replay:
        for name, value in replay(options.replay).items():
            print(f"{name:<28}{value:>12.4f}")
        return 0
    report = resume_report(options) if options.resume else begin_report(options)
    print(format_machine(report["machine"]))
    try:
        run(report, options)
    except KeyboardInterrupt:
        print("interrupted")
    print(format_report(report))
    return int(bool(report["failures"]) or report["memory_growth_mb"] > MEMORY_BOUND_MB)


if __name__ == "__main__":
    sys.exit(main())
