"""Episodes on demand: of players among themselves, and of a person among them."""

import secrets
from collections.abc import Callable

from hideseek.checks import LARGEST_INTEGER, check_integer
from hideseek.evaluate.filters import RANDOM
from hideseek.evaluate.recording import play_recorded
from hideseek.serve.match import Match
from hideseek.serve.messages import Action, MessageError, Start
from hideseek.serve.policies import Policies
from hideseek.serve.session import Seat
from hideseek.view.replay.content import Replay
from hideseek.zoo.recording import record_best

BATCH = 8
"""Episodes are played this many at a time, as the network is compiled anew for every number of worlds."""
WARM_UP_STEPS = 2
CHOSEN_FROM = 64
"""Episodes are played to choose the telling ones from."""


def simulate(
    policies: Policies, iteration: int | None, seed: int, episodes: int, before_step: Callable[[], None] | None = None
) -> Replay:
    """Return episodes of the players of an iteration against themselves, on layouts that follow from the seed.

    The first up to `BATCH` episodes of a seed are the same however many are asked for.

    Args:
        policies: who plays.
        iteration: of training; one of `policies.iterations()`, or None for the last.
        seed: of layouts and chances, from 0 to 2**31 - 1.
        episodes: how many.
        before_step: called before every step; what it raises ends the episodes.

    Raises:
        ValueError: A number is out of range.
        RunError: There is no policy of this iteration, or it cannot be read.
    """
    check_integer("episodes", episodes, 1)
    source = policies.at(iteration)
    _, recorder = play_recorded(
        source.game, *source.players(), max(episodes, BATCH), seed, policies.engine, before_step
    )
    return recorder.replay(source.title, source.title, source.about(seed), range(episodes))


def telling_episodes(policies: Policies, seed: int, episodes: int) -> Replay:
    """Return the episodes of the last players that tell most of what they do, the most telling first.

    They are those that `hideseek record` finds with the filter of the source. Where it names none, they are the first
    ones of the seed.

    Raises:
        ValueError: A number is out of range.
        RunError: The policy cannot be read.
    """
    source = policies.at()
    if source.telling == RANDOM:
        return simulate(policies, source.iteration, seed, episodes)
    return record_best(source, source.telling, episodes, max(episodes, CHOSEN_FROM), seed, policies.engine)


def take_seat(policies: Policies, start: Start) -> Seat:
    """Begin a match in which a person plays one agent, and the last policy all others.

    Raises:
        MessageError: The game has no such agent.
        RunError: The policy cannot be read.
    """
    source = policies.at()
    game = source.game
    first, size = (0, game.hiders) if start.team == "hiders" else (game.hiders, game.seekers)
    if start.agent >= size:
        raise MessageError(f"agent is {start.agent}, expected less than {size}, the number of {start.team}")
    person = first + start.agent
    seed = secrets.randbelow(LARGEST_INTEGER + 1) if start.seed is None else start.seed
    names = {"hiders": source.title, "seekers": source.title}
    names[start.team] = "you" if size == 1 else f"you and {source.title}"
    return Seat(
        Match(policies.engine(game, 1, autoreset=False), *source.players(), seed, person),
        names,
        source.about(seed, person=person),
    )


def warm_up(policies: Policies) -> None:
    """Have everything compiled that a game of a person needs, so that its first steps are not late."""
    seat = take_seat(policies, Start("hiders", 0, seed=0))
    for _ in range(min(WARM_UP_STEPS, policies.game.horizon)):
        seat.match.step(Action())
