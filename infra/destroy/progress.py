"""What a destroy says while it is at work, the time it goes by, and the error that ends it."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

EVERY = 5.0  # seconds between two lines about the same thing


class DestroyError(Exception):
    """The destroy cannot begin or go on. The message says what is wrong and what to do."""


class Clock(Protocol):
    """The time."""

    def now(self) -> float:
        """Return the time in seconds, from any moment on."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        """Return the time in seconds, from any moment on."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def to_stderr(line: str) -> None:
    """Say a line to the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Progress:
    """Says lines: `say` each one, `count` one every five seconds at most."""

    say: Callable[[str], None] = to_stderr
    clock: Clock = field(default_factory=SystemClock)
    _next: float = field(default=0.0, init=False)

    def count(self, line: str) -> None:
        """Say a line about work that goes on, unless the last one was said just now."""
        if self.clock.now() >= self._next:
            self._next = self.clock.now() + EVERY
            self.say(f"  {line}")


def number(count: int, word: str) -> str:
    """Return the count with its word, such as `1 run` or `2 runs`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
