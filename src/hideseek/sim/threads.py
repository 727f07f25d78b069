"""Shares of a batch on several threads: compiled code that lets go of Python's lock, run by a pool of threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

from hideseek.machine import available_processors

Result = TypeVar("Result")


def run_shares(share: Callable[..., Result], thread_count: int, *arguments: object) -> list[Result]:
    """Call `share(*arguments, thread)` for thread 0 .. `thread_count` - 1 at the same time; return what they return.

    `share` is an `entry_kernel`; thread 0 is the caller's own.
    """
    others = [_pool().submit(share, *arguments, thread) for thread in range(1, thread_count)]
    try:
        first = share(*arguments, 0)
    finally:
        # Nobody may go on, not even after Ctrl-C, while the others still write.
        wait(others)
    return [first, *(other.result() for other in others)]


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the pool, made when first needed: there are no threads in programs that use one."""
    return ThreadPoolExecutor(max(available_processors() - 1, 1), "hideseek")


if hasattr(os, "register_at_fork"):
    # A child process has none of its parent's threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)
