"""The agent's log: one line of JSON per event on standard output, which systemd's journal collects."""

import json
import sys
from datetime import UTC, datetime
from typing import Protocol, TextIO


class Log(Protocol):
    """Writes an event and its fields."""

    def __call__(self, event: str, **fields: object) -> None: ...


def log_to(stream: TextIO = sys.stdout) -> Log:
    """Return a log that writes to `stream` and flushes each line."""

    def log(event: str, **fields: object) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}
        stream.write(json.dumps(line, default=str) + "\n")
        stream.flush()

    return log
