"""Writes docs/results/foundations.md and the figures of docs/foundations.md, from the results of the jobs."""

from pathlib import Path

from benchmarks.foundations import tables
from benchmarks.foundations.claims import check_claims
from benchmarks.foundations.jobs import PACKAGES, SEEDS, load_results
from benchmarks.foundations.pictures import draw_all
from benchmarks.foundations.solutions import GAMMA, TOLERANCE
from benchmarks.foundations.tables import Results, markdown
from benchmarks.machine import describe_machine, format_machine
from hideseek.foundations.dqn import DQNConfig
from hideseek.foundations.figures import save


def write_report(folder: Path, docs: Path, seeds: int = SEEDS) -> None:
    """Write the page and the figures.

    Args:
        folder: Where the results of all jobs are.
        docs: Where the page goes, as results/foundations.md, and the figures, to pictures/foundations.
        seeds: How many results of each measurement to use.

    Raises:
        FileNotFoundError: A measurement has been finished with none of the seeds.
    """
    results = load_results(folder, seeds)
    for name, figure in draw_all(results).items():
        save(figure, docs / "pictures" / "foundations" / name)
    page = docs / "results" / "foundations.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_page(results, seeds))
    print(f"{page}, {docs / 'pictures' / 'foundations'}")


def _page(results: Results, seeds: int) -> str:
    claims = check_claims(results)
    rows = [[claim.words, claim.measured, "reached" if claim.reached else "**missed**"] for claim in claims]
    minutes = sum(one["processor_seconds"] for found in results.values() for one in found) / 60.0
    gamma = DQNConfig().gamma
    return f"""# The ladder, measured

Written by `make foundations`; [foundations.md](../foundations.md) explains the algorithms and shows the figures.
Seeds 0 to {seeds - 1}, {_extent(results, seeds)}, on the CPU, each with one thread: {minutes:.1f} minutes of processor
time. One of them alone: `hideseek learn ALGORITHM ENV --seed SEED`.

Machine: {format_machine(describe_machine(PACKAGES))}.

## What was expected

{markdown(["", "measured", ""], rows)}

## Value iteration, Q-value iteration

gamma {GAMMA}, tolerance {TOLERANCE:g}; the error is the largest distance from the exact solution, over
all states.

{tables.solved_table()}

## Q-learning

Returns are exact, by Bellman's equation, not played. The error is that of max_a Q(s, a), in the states where an optimal
player is.

{tables.q_learning_table(results)}

## CartPole

500 is the largest return there is. Random play gets 22.

{tables.cart_pole_table(results)}

## What deep Q-learning's Q expects

Steps are worth 1 and discounted by {gamma}, so no state is worth more than {1.0 / (1.0 - gamma):.0f}. Where a
Q expects more, it takes the largest of many estimates, errors included, and hands it on to the states before.

{tables.dqn_table(results)}

## Variance of the policy gradient

Mean (smallest to largest) over the seeds, as a share of the variance with the return G as weight. V and Q of the small
process are exact; on CartPole, V is a network fitted to other episodes.

{tables.variance_table(results)}

## Generalised advantages

Squared bias / variance of one estimate.

{tables.gae_table(results)}

## Self-play in the grid

Share of the time that the hider is hidden, discounted, exact.

{tables.game_table(results)}
"""


def _extent(results: Results, seeds: int) -> str:
    """Return how many jobs the page is of."""
    finished, every = sum(len(found) for found in results.values()), seeds * len(results)
    return f"{every} jobs" if finished == every else f"**{finished} of {every} jobs, the others are not finished**"
