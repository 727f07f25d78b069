"""Tables of calls that are refused: one error each, of the right class, that names the argument and its value."""

from collections.abc import Callable

import pytest

Refusal = tuple[Callable[[], object], type[Exception], str]
"""A call, the class of its error, and a regular expression that the error's message matches."""


def refused(table: list[Refusal]) -> Callable:
    """Return a decorator that runs a test for every row of a table, under the message it expects."""
    rows = [pytest.param(*row, id=f"{number}-{row[2][:50]}") for number, row in enumerate(table)]
    return pytest.mark.parametrize(("call", "error", "message"), rows)


def assert_refused(call: Callable[[], object], error: type[Exception], message: str) -> None:
    """Expect an error of exactly this class (no lucky failure of something deeper), in one line."""
    with pytest.raises(error, match=message) as caught:
        call()
    assert caught.type is error
    assert "\n" not in str(caught.value)
    assert "expected" in str(caught.value)
