"""Work that is dropped when nobody waits for its result any more."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.requests import Request

Result = TypeVar("Result")


async def while_awaited(request: Request, work: Callable[[], Awaitable[Result]]) -> Result | None:
    """Return the result of some work, None where the client of a request went away before, which cancels the work.

    The request's body has to have been read.

    Raises:
        Exception: What the work raises.
    """
    result: Result | None = None
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:

        async def cancel_when_gone() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(cancel_when_gone)
        try:
            result = await work()
        except Exception as error:  # raised below: a group of tasks would wrap it
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return result
