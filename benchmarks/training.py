"""How fast training is: agent steps per second of the whole loop, against what the networks alone would take.

    python benchmarks/training.py [--cases NAME ...] [--rounds N] [--torch] [--json FILE]

An agent step is one step of one agent that was simulated, decided, and learned from as often as the preset says. Beside
the whole loop stands its bound: its gradient steps on minibatches that lie ready, and the policy's forward passes on
observations that lie ready. A second table compares one gradient step with straightforward ones: "plain" is the paper's
network at the widths of `laptop`, on one device, a minibatch at once; `--torch` adds the same networks in PyTorch, with
the same weights, whose outputs, losses and gradient norms are checked first. In a round all of these take turns;
figures are medians over the rounds, and ratios are medians of the rounds' ratios. Exit status 0 if the targets are
reached, 1 if one is missed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from benchmarks.training_cases import ACCELERATOR_CASES, CASES, SEED, Case
from benchmarks.training_loop import Round, TimedRun
from benchmarks.training_yardsticks import OURS, PLAIN, require_torch
from hideseek.learn.config import TrainConfig
from hideseek.learn.devices import use_all_processors
from hideseek.learn.phases import PHASES
from hideseek.learn.run import keep_freed_memory

BOUND_TARGET, SIMULATE_TARGET, PLAIN_TARGET = 0.8, 0.2, 2.0
"""Bound over loop at least, simulation's share of the loop at most, and time of the plain gradient step over ours at
least."""
PACKAGES = ("numpy", "numba", "jax", "equinox", "torch")


class StepResult(NamedTuple):
    """One way to take a gradient step."""

    parameters: int
    milliseconds: float
    ratio: float
    """How many times longer than ours it takes."""


class Result(NamedTuple):
    """A case; times in milliseconds per iteration."""

    case: str
    agent_steps: int
    """In an iteration."""
    minibatch: int
    """Agent steps in a gradient step."""
    loop: float
    phases: dict[str, float]
    gradient: float
    forward: float
    bound_share: float
    simulate_share: float
    steps: dict[str, StepResult]

    @property
    def agent_steps_per_second(self) -> float:
        """Of the whole loop."""
        return 1e3 * self.agent_steps / self.loop

    @property
    def missed(self) -> list[str]:
        """The targets that are missed, in words."""
        plain = self.steps[PLAIN].ratio if PLAIN in self.steps else np.inf
        targets = {
            f"bound / loop {self.bound_share:.0%}, at least {BOUND_TARGET:.0%}": self.bound_share >= BOUND_TARGET,
            f"simulation {self.simulate_share:.0%}, at most {SIMULATE_TARGET:.0%}":
                self.simulate_share <= SIMULATE_TARGET,
            f"plain gradient step / ours {plain:.2f}, at least {PLAIN_TARGET:g}": plain >= PLAIN_TARGET,
        }  # fmt: skip
        return [text for text, is_reached in targets.items() if not is_reached]


def summarise(name: str, config: TrainConfig, run: TimedRun, rounds: list[Round]) -> Result:
    """Return the figures of some rounds: of the loop those of the round in the middle, of the others their medians."""

    def median(figure: Callable[[Round], float]) -> float:
        return float(np.median([figure(x) for x in rounds]))

    middle = sorted(rounds, key=lambda x: x.loop)[len(rounds) // 2]
    return Result(
        case=name,
        agent_steps=run.agent_steps,
        minibatch=config.minibatch_chunks * config.chunk_length,
        loop=1e3 * middle.loop,
        phases={phase: 1e3 * seconds for phase, seconds in middle.phases.items()},
        gradient=1e3 * median(lambda x: x.gradient),
        forward=1e3 * median(lambda x: x.forward),
        bound_share=median(lambda x: x.bound_share),
        simulate_share=median(lambda x: x.simulate_share),
        steps={
            way: StepResult(
                parameters=step.parameters,
                milliseconds=1e3 * median(lambda x: x.steps[way]),  # noqa: B023 (called at once)
                ratio=median(lambda x: x.steps[way] / x.steps[OURS]),  # noqa: B023
            )
            for way, step in run.steps.items()
        },
    )


def run_case(name: str, case: Case, round_count: int, with_torch: bool) -> Result:
    """Time a case."""
    with tempfile.TemporaryDirectory() as folder:
        run = TimedRun(case, Path(folder) / "run", with_torch)
        return summarise(name, case.config, run, [run.play_round() for _ in range(round_count)])


def format_loops(results: list[Result]) -> str:
    """Return the table of whole loops."""
    columns = ("steps/s", "ms", *PHASES, "other", "gradient", "forward", "bound/loop")
    lines = [f"{'iteration [ms]':<20}" + "".join(f"{column:>11}" for column in columns)]
    for result in results:
        phases = [result.phases[phase] for phase in PHASES]
        times = (result.loop, *phases, result.loop - sum(phases), result.gradient, result.forward)
        lines.append(
            f"{result.case:<20}{result.agent_steps_per_second:>11,.0f}"
            + "".join(f"{x:>11,.1f}" for x in times)
            + f"{result.bound_share:>11.0%}"
        )
    return "\n".join(lines)


def format_steps(results: list[Result]) -> str:
    """Return the table of gradient steps."""
    columns = ("parameters", "minibatch", "ms", "steps/s", "ms / ours")
    lines = [f"{'gradient step':<20}{'':<14}" + "".join(f"{column:>11}" for column in columns)]
    for result in results:
        for way, step in result.steps.items():
            speed = 1e3 * result.minibatch / step.milliseconds
            lines.append(
                f"{result.case:<20}{way:<14}{step.parameters:>11,}{result.minibatch:>11,}{step.milliseconds:>11,.1f}"
                f"{speed:>11,.0f}{step.ratio:>11.2f}"
            )
    return "\n".join(lines)


def parse(arguments: list[str] | None, cases: dict[str, Case], has_accelerator: bool) -> argparse.Namespace:
    """Parse the command line; without `--cases` all of `cases` run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=cases, default=list(cases))
    parser.add_argument("--rounds", type=int, default=5, help="turns of loop, bound and gradient steps")
    parser.add_argument("--torch", action="store_true", help="compare with PyTorch, on processors")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    if options.torch:
        if has_accelerator:
            parser.error("--torch compares on processors, but JAX has an accelerator; set JAX_PLATFORMS=cpu")
        try:
            require_torch()
        except ImportError as error:
            parser.error(str(error))
    return options


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    keep_freed_memory()
    use_all_processors()
    platform = jax.devices()[0].platform
    cases = CASES | (ACCELERATOR_CASES if platform != "cpu" else {})
    options = parse(arguments, cases, platform != "cpu")
    machine = describe_machine(PACKAGES) | {"devices": f"{len(jax.devices())} {platform}", "seed": str(SEED)}
    print(format_machine(machine), flush=True)
    results = []
    for name in options.cases:
        results.append(run_case(name, cases[name], options.rounds, options.torch))
        print(format_loops(results[-1:]), flush=True)
    print("", format_loops(results), "", format_steps(results), "", sep="\n")
    missed = [f"FAIL {result.case}: {text}" for result in results for text in result.missed]
    print("\n".join(missed) or "all targets are reached")
    if options.json:
        rows = [result._asdict() | {"steps": {k: x._asdict() for k, x in result.steps.items()}} for result in results]
        options.json.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
