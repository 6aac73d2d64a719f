"""Many calls of the same kind, some at a time."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
# Fewer than the connections that a client keeps (botocore: 10). Where that is too fast for AWS, it throttles, and the
# client tries again after a while.
_AT_A_TIME = 8


def call_for_each(call: Callable[[str], T], names: Iterable[str]) -> list[T]:
    """What the calls answer, in order; the first error that one raises ends it: what has not begun is left."""
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        calls = [threads.submit(call, name) for name in names]
        try:
            return [done.result() for done in calls]
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
