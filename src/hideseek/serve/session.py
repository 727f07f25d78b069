"""A person's game in real time: messages come in, the world moves on by the clock, pictures of it go out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import anyio
import anyio.to_thread

from hideseek.serve.messages import Action, MessageError, Start, parse_message
from hideseek.view.replay.content import Replay

if TYPE_CHECKING:
    from hideseek.serve.match import Match  # watching replays does without the network

STEP_SECONDS = 0.075
"""Of a step, simulated and real."""
SLACK_SECONDS = 0.25
"""How far a game may fall behind and catch up; what it has lost beyond that is lost, as nobody can play in a burst."""
START_SECONDS = 60.0
"""How long a connection may wait before it begins its game."""
SEND_SECONDS = 10.0
"""How long a page may take to receive a message."""
MESSAGES_PER_STEP = 100
"""Most messages between two steps."""


class DisconnectedError(Exception):
    """The person is gone, or no longer takes in what is sent."""


class Channel(Protocol):
    """Text messages to and from a person's page."""

    async def receive(self) -> str:
        """Return the next message; raise DisconnectedError, or MessageError where it is no text."""
        ...

    async def send(self, content: dict[str, Any]) -> None:
        """Send a message; raise DisconnectedError where nobody is there."""
        ...


class Clock(Protocol):
    """Tells the time [s] and waits."""

    def now(self) -> float:
        """Return the time, counted from any moment."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Return at a moment, at once where it has passed."""
        ...


class RealClock:
    """The machine's own."""

    def now(self) -> float:
        """See `Clock`."""
        return anyio.current_time()

    async def sleep_until(self, moment: float) -> None:
        """See `Clock`."""
        await anyio.sleep_until(moment)


class Seat(NamedTuple):
    """A match with a person in it."""

    match: "Match"
    names: dict[str, str]
    """Who plays the hiders, who the seekers."""
    about: dict[str, Any]
    """For the replay."""


class Session:
    """One game over one channel, from the person's first message to the result."""

    def __init__(
        self, channel: Channel, seat: Callable[[Start], Seat], keep: Callable[[Replay], str], clock: Clock
    ) -> None:
        """Take what a game needs.

        Args:
            channel: to the person.
            seat: begins a match; raises MessageError where there is no such agent.
            keep: writes the replay down and returns its name.
            clock: sets the pace.
        """
        self._channel, self._seat, self._keep, self._clock = channel, seat, keep, clock
        self._action = Action()
        self._messages = 0
        self._failure: Exception | None = None

    async def run(self) -> None:
        """Play the game.

        Raises:
            MessageError: The person's page sent what cannot be used; the game is over.
            DisconnectedError: The person is gone; the game is over.
        """
        seat = await anyio.to_thread.run_sync(self._seat, await self._first())
        await self._send({"type": "layout", "names": seat.names, **seat.match.layout()})
        await self._send_frame(seat.match)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen, tasks.cancel_scope)
            try:
                await self._play(seat.match)
            except DisconnectedError as error:  # raised below: a group of tasks would wrap it
                self._failure = error
            tasks.cancel_scope.cancel()
        if self._failure is not None:
            raise self._failure
        replay = seat.match.replay(**seat.names, about=seat.about)
        name = await anyio.to_thread.run_sync(self._keep, replay)
        score = seat.match.score
        sums = {"hiders": score.hiders, "seekers": score.seekers, "you": score.person}
        await self._send({"type": "end", **sums, "replay": name})

    async def _first(self) -> Start:
        """Return the message that begins the game."""
        with anyio.move_on_after(START_SECONDS):
            message = parse_message(await self._channel.receive())
            if isinstance(message, Start):
                return message
            raise MessageError("an action came before the start")
        raise MessageError(f"no start came within {START_SECONDS:g} seconds")

    async def _play(self, match: "Match") -> None:
        """Step the match to its end; the latest action counts."""
        moment = self._clock.now()
        while not match.finished:
            moment = max(moment + STEP_SECONDS, self._clock.now() - SLACK_SECONDS)
            await self._clock.sleep_until(moment)
            self._messages = 0
            await anyio.to_thread.run_sync(match.step, self._action)
            await self._send_frame(match)

    async def _listen(self, game: anyio.CancelScope) -> None:
        """Take in actions until the game ends; a message that cannot be used ends it."""
        try:
            while True:
                message = parse_message(await self._channel.receive())
                if isinstance(message, Start):
                    raise MessageError("the game has begun already")
                self._messages += 1
                if self._messages > MESSAGES_PER_STEP:
                    raise MessageError(f"more than {MESSAGES_PER_STEP} messages came in one step")
                self._action = message
        except (MessageError, DisconnectedError) as error:
            self._failure = error
            game.cancel()

    async def _send_frame(self, match: "Match") -> None:
        await self._send({"type": "frame", **match.frame()})

    async def _send(self, content: dict[str, Any]) -> None:
        try:
            with anyio.fail_after(SEND_SECONDS):
                await self._channel.send(content)
        except TimeoutError as error:
            raise DisconnectedError from error
