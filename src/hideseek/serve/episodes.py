"""Episodes on demand: of a policy against itself, and of a person among policies."""

import secrets

from hideseek.checks import LARGEST_INTEGER, check_integer
from hideseek.evaluate.recording import describe, play_recorded
from hideseek.serve.match import Match
from hideseek.serve.messages import Action, MessageError, Start
from hideseek.serve.policies import Policies
from hideseek.serve.session import Seat
from hideseek.view.replay.content import Replay

BATCH = 8
"""Episodes are played this many at a time, as the network is compiled anew for every number of worlds."""
WARM_UP_STEPS = 2


def simulate(policies: Policies, iteration: int, seed: int, episodes: int) -> Replay:
    """Return episodes of the policy of an iteration against itself, on layouts that follow from the seed.

    The first up to `BATCH` episodes of a seed are the same however many are asked for.

    Args:
        policies: where the policy is from.
        iteration: of training; one of `policies.iterations()`.
        seed: of layouts and chances, from 0 to 2**31 - 1.
        episodes: how many.

    Raises:
        ValueError: A number is out of range.
        RunError: There is no policy of this iteration, or it cannot be read.
    """
    check_integer("episodes", episodes, 1)
    players = policies.player(iteration), policies.player(iteration)
    _, recorder = play_recorded(policies.game, *players, max(episodes, BATCH), seed, policies.engine)
    name, about = policies.name(iteration), describe(seed, policies.action_repeat, iteration=iteration)
    return recorder.replay(name, name, about, range(episodes))


def take_seat(policies: Policies, start: Start) -> Seat:
    """Begin a match in which a person plays one agent, and the last policy all others.

    Raises:
        MessageError: The game has no such agent.
        RunError: The policy cannot be read.
    """
    game, iteration = policies.game, policies.iterations()[-1]
    first, size = (0, game.hiders) if start.team == "hiders" else (game.hiders, game.seekers)
    if start.agent >= size:
        raise MessageError(f"agent is {start.agent}, expected less than {size}, the number of {start.team}")
    person = first + start.agent
    seed = secrets.randbelow(LARGEST_INTEGER + 1) if start.seed is None else start.seed
    players = policies.player(iteration), policies.player(iteration)
    name = policies.name(iteration)
    names = {"hiders": name, "seekers": name, start.team: "you" if size == 1 else f"you and {name}"}
    about = describe(seed, policies.action_repeat, iteration=iteration, person=person)
    return Seat(Match(policies.engine(game, 1, autoreset=False), *players, seed, person), names, about)


def warm_up(policies: Policies) -> None:
    """Have everything compiled that a game of a person needs, so that its first steps are not late."""
    seat = take_seat(policies, Start("hiders", 0, seed=0))
    for _ in range(min(WARM_UP_STEPS, policies.game.horizon)):
        seat.match.step(Action())
