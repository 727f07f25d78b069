"""Work for clients who may go away before it is done."""

from collections.abc import Awaitable, Callable

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from starlette.requests import Request
from starlette.types import Message

from hideseek.serve.waiting import while_awaited


class Caller:
    """A client that can hang up."""

    def __init__(self) -> None:
        self.gone = anyio.Event()
        self.request = Request({"type": "http", "headers": []}, self._receive)

    async def _receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}


def run(work: Callable[[Caller], Awaitable[object]]) -> object:
    """Return what becomes of some work for a client."""

    async def both() -> object:
        caller = Caller()
        return await while_awaited(caller.request, lambda: work(caller))

    return anyio.run(both)


def test_the_result_is_returned_to_who_waits():
    """While the connection stays open."""

    async def work(_: Caller) -> int:
        await anyio.lowlevel.checkpoint()
        return 7

    assert run(work) == 7


def test_errors_arrive_as_they_were_raised():
    """Not in a group."""

    async def work(_: Caller) -> int:
        raise KeyError("missing")

    with pytest.raises(KeyError, match="missing"):
        run(work)


def test_work_in_a_queue_is_dropped_when_its_client_goes():
    """The next in the queue gets its turn."""

    async def scenario() -> list[str]:
        lock, done = anyio.Lock(), []

        async def work(name: str) -> str:
            async with lock:
                done.append(name)
                return name

        first, second = Caller(), Caller()
        async with anyio.create_task_group() as tasks:
            await lock.acquire()
            tasks.start_soon(while_awaited, first.request, lambda: work("first"))
            tasks.start_soon(while_awaited, second.request, lambda: work("second"))
            await anyio.wait_all_tasks_blocked()
            first.gone.set()
            await anyio.wait_all_tasks_blocked()
            lock.release()
        return done

    assert anyio.run(scenario) == ["second"]


def test_work_in_a_thread_ends_when_its_client_goes():
    """At the next moment at which it asks whether anybody waits."""
    steps = []

    async def work(caller: Caller) -> str:
        def compute() -> str:
            for step in range(1000):
                steps.append(step)
                if step == 3:
                    anyio.from_thread.run_sync(caller.gone.set)
                    anyio.from_thread.run(anyio.wait_all_tasks_blocked)
                anyio.from_thread.check_cancelled()
            return "done"

        return await anyio.to_thread.run_sync(compute)

    assert run(work) is None
    assert steps == [0, 1, 2, 3]
