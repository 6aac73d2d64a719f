"""AWS calls that fail, each in turn, and the time at which the sweep repairs what is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.aws import clients


class FaultError(Exception):
    """The call fails: AWS was not reached, or its answer was lost."""


@contextmanager
def fault(number: int, event: str) -> Iterator[list[str]]:
    """Make one AWS call fail, the `number`-th, at this event of botocore; the calls that were made."""
    made: list[str] = []

    def strike(model: Any, **_: Any) -> None:
        made.append(model.name)
        if len(made) == number:
            raise FaultError(model.name)

    used = (clients.dynamodb(), clients.scheduler(), clients.events(), clients.ecs())
    hands = [client.meta.events for client in used]
    for hand in hands:
        hand.register(event, strike)
    try:
        yield made
    finally:
        for hand in hands:
            hand.unregister(event, strike)


def attempt(what: Callable[[], Any]) -> None:
    """Do it, and do not mind if a call fails."""
    try:
        what()
    except* FaultError:
        pass


def later() -> datetime:
    """When no writer can be at work any more."""
    return datetime.now(UTC) + timedelta(minutes=2)
