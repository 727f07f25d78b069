"""A person's game in real time, with the clock and the person in the test's hands."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.serve import session
from hideseek.serve.episodes import take_seat
from hideseek.serve.messages import MessageError
from hideseek.serve.policies import Policies
from hideseek.serve.session import MESSAGES_PER_STEP, SLACK_SECONDS, STEP_SECONDS, Clock, DisconnectedError, Session
from hideseek.view.replay.content import Replay
from tests.serve.conftest import GAME, ITERATION, Hurry

START = {"type": "start", "team": "seekers", "agent": 1, "seed": 4}
YOU = 3


def action(x: float = 0.0, y: float = 0.0, turn: float = 0.0, grab: bool = False, lock: bool = False) -> dict[str, Any]:
    return {"type": "action", "movement": [x, y, turn], "grab": grab, "lock": lock}


class Person:
    """A channel whose other end is a test: `say` returns when the session has taken a message in."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._to, self._from = anyio.create_memory_object_stream[str](0)

    async def receive(self) -> str:
        """See `Channel`."""
        try:
            return await self._from.receive()
        except anyio.EndOfStream:
            raise DisconnectedError from None

    async def send(self, content: dict[str, Any]) -> None:
        """See `Channel`."""
        self.heard.append(json.loads(json.dumps(content, allow_nan=False)))

    async def say(self, content: object) -> None:
        """Hand a message over."""
        await self._to.send(content if isinstance(content, str) else json.dumps(content))

    def hang_up(self) -> None:
        """Close the connection."""
        self._to.close()

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Return all messages of a type that were heard."""
        return [message for message in self.heard if message["type"] == kind]


class Turns:
    """A clock that lets the person do something before every step."""

    def __init__(self, before_step: Callable[[int], Awaitable[None]]) -> None:
        self._before_step, self._steps = before_step, 0

    def now(self) -> float:
        """See `Clock`."""
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        """See `Clock`."""
        await self._before_step(self._steps)
        self._steps += 1


class Game:
    """One game of a session, and what was kept of it."""

    def __init__(self, policies: Policies, person: Person, clock: Clock) -> None:
        self.kept: list[Replay] = []
        self.error: Exception | None = None
        self._session = Session(person, partial(take_seat, policies), self._keep, clock)

    def _keep(self, replay: Replay) -> str:
        self.kept.append(replay)
        return "kept.replay"

    async def run(self) -> None:
        """Play, and note how it ended."""
        try:
            await self._session.run()
        except (MessageError, DisconnectedError) as error:
            self.error = error


def play(policies: Policies, person: Person, clock: Clock, say: list[object], hang_up: bool = False) -> Game:
    """Play one game in which the person says some things at once, before the first step."""
    game = Game(policies, person, clock)

    async def talk() -> None:
        for message in say:
            with anyio.move_on_after(5):  # a session that has ended takes in nothing more
                await person.say(message)
        if hang_up:
            person.hang_up()

    async def both() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(talk)
            await game.run()
            tasks.cancel_scope.cancel()

    anyio.run(both)
    return game


def test_a_whole_episode_is_played(policies: Policies):
    """Step by step, with the action that came last: layout, a picture per step, the result, the replay."""
    person = Person()
    wishes = [action((-1) ** t * t / 10, t / 10, grab=t % 2 == 0, lock=t % 3 == 0) for t in range(GAME.horizon)]

    async def before_step(t: int) -> None:
        await person.say(action(-1.0, -1.0, -1.0, True, True))
        await person.say(wishes[t])
        await person.say(wishes[t])  # once this is taken in, the one before has been understood

    game = play(policies, person, Turns(before_step), [START])
    assert game.error is None
    replay = game.kept[0]
    for t, wish in enumerate(wishes):
        assert replay.movement[0, t, YOU].tolist() == [round(5 + 5 * share) for share in wish["movement"]]
        assert replay.grab[0, t, YOU] == wish["grab"]
        assert replay.lock[0, t, YOU] == wish["lock"]
    assert [message["type"] for message in person.heard] == ["layout", *["frame"] * (GAME.horizon + 1), "end"]
    assert person.heard[0]["you"] == YOU
    assert person.heard[0]["names"] == {"hiders": replay.hiders, "seekers": f"you and {replay.hiders}"}
    total = by_hand(replay)
    assert person.heard[-1] == {
        "type": "end",
        "hiders": pytest.approx(total[:2].mean()),
        "seekers": pytest.approx(total[2:].mean()),
        "you": pytest.approx(total[YOU]),
        "replay": "kept.replay",
    }
    assert person.heard[-2]["score"] == person.heard[-1]["you"] == pytest.approx(replay.reward[0, :, YOU].sum())


def by_hand(replay: Replay) -> np.ndarray:
    """Return the sums of rewards when the actions of a replay are done again."""
    env = HideAndSeek(replay.game, 1)
    env.reset(replay.about["seed"])
    total = np.zeros(replay.game.agents)
    for t in range(replay.game.horizon):
        total += env.step(*(x[:, t].astype(np.int8) for x in (replay.movement, replay.grab, replay.lock)))[1][0]
    return total


def test_the_replay_says_what_was_played(policies: Policies, hurry: Hurry):
    """Who, which seed, which agent was the person."""
    game = play(policies, Person(), hurry, [START])
    assert game.kept[0].game == GAME
    assert game.kept[0].about["seed"] == 4
    assert game.kept[0].about["person"] == YOU
    assert game.kept[0].about["iteration"] == ITERATION


def test_without_a_seed_games_differ(policies: Policies, hurry: Hurry):
    """With one they do not."""
    layouts = []
    for seed in (None, None, 4, 4):
        person = Person()
        play(policies, person, hurry, [START | {"seed": seed}])
        layouts.append(person.of_type("frame")[0]["position"])
    assert layouts[0] != layouts[1]
    assert layouts[2] == layouts[3]


def test_nothing_said_is_nothing_done(policies: Policies, hurry: Hurry):
    """A person who does nothing stands still; the game goes on."""
    game = play(policies, Person(), hurry, [START])
    assert (game.kept[0].movement[0, :, YOU] == 5).all()
    assert not game.kept[0].grab[0, :, YOU].any()


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        ([action()], "an action came before the start"),
        (["no json"], "no JSON"),
        ([START | {"agent": 2}], "agent is 2, expected less than 2, the number of seekers"),
        ([START, START], "the game has begun already"),
        ([START, action(), "{}"], "type is None"),
        ([START, action(1.5)], "movement is 1.5"),
        ([START, *[action()] * (MESSAGES_PER_STEP + 1)], "more than 100 messages came in one step"),
    ],
)
def test_what_cannot_be_used_ends_the_game(policies: Policies, say: list[object], reason: str):
    """With the reason; nothing is kept."""

    async def wait(_: int) -> None:
        await anyio.sleep_forever()

    game = play(policies, Person(), Turns(wait), say)
    assert isinstance(game.error, MessageError)
    assert reason in str(game.error)
    assert game.kept == []


def test_as_many_messages_as_allowed_are_fine(policies: Policies):
    """In every step anew. The last message of a step may be looked at in the next one."""
    person = Person()

    async def before_step(_: int) -> None:
        for _ in range(MESSAGES_PER_STEP - 1):
            await person.say(action())

    assert play(policies, person, Turns(before_step), [START]).error is None


@pytest.mark.parametrize("say", [[], [START], [START, action()]])
def test_who_hangs_up_ends_the_game(policies: Policies, say: list[object]):
    """Before it, or in the middle."""

    async def wait(_: int) -> None:
        await anyio.sleep_forever()

    game = play(policies, Person(), Turns(wait), say, hang_up=True)
    assert isinstance(game.error, DisconnectedError)
    assert game.kept == []


def test_who_never_begins_is_sent_away(policies: Policies, hurry: Hurry, monkeypatch):
    """A connection that waits for ever would keep others out."""
    monkeypatch.setattr(session, "START_SECONDS", 0.0)
    game = play(policies, Person(), hurry, [])
    assert "no start came" in str(game.error)


def test_who_takes_nothing_in_is_given_up(policies: Policies, hurry: Hurry, monkeypatch):
    """A page that no longer reads would hold its game for ever."""
    monkeypatch.setattr(session, "SEND_SECONDS", 0.0)
    person = Person()
    person.send = lambda _: anyio.sleep_forever()
    assert isinstance(play(policies, person, hurry, [START]).error, DisconnectedError)


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_who_has_gone_in_the_middle_is_noticed_when_something_is_sent(policies: Policies, hurry: Hurry, frames: int):
    """As one error of this kind, whenever that is."""
    person = Person()
    take_in = person.send

    async def send(content: dict[str, Any]) -> None:
        if len(person.of_type("frame")) == frames:
            raise DisconnectedError
        await take_in(content)

    person.send = send
    game = play(policies, person, hurry, [START])
    assert isinstance(game.error, DisconnectedError)
    assert game.kept == []


class Late:
    """A clock on which a step takes as long as the test says."""

    def __init__(self, durations: dict[int, float]) -> None:
        self._time, self._durations = 0.0, durations
        self.moments: list[float] = []

    def now(self) -> float:
        """See `Clock`."""
        return self._time

    async def sleep_until(self, moment: float) -> None:
        """Note the moment, and let the step take its time."""
        self.moments.append(moment)
        self._time = max(self._time, moment) + self._durations.get(len(self.moments), 0.0)
        await anyio.lowlevel.checkpoint()


def test_steps_keep_to_absolute_moments(policies: Policies):
    """A step that is a little late delays none of the others."""
    clock = Late({2: 0.1, 5: 0.2})
    play(policies, Person(), clock, [START])
    assert clock.moments == pytest.approx([STEP_SECONDS * (t + 1) for t in range(GAME.horizon)])


def test_a_long_pause_is_not_made_up_for(policies: Policies):
    """After it the game goes on at its pace, not in a burst."""
    clock = Late({3: 10.0})
    play(policies, Person(), clock, [START])
    pause_over = 3 * STEP_SECONDS + 10.0 - SLACK_SECONDS
    assert clock.moments[3:] == pytest.approx([pause_over + STEP_SECONDS * t for t in range(GAME.horizon - 3)])
