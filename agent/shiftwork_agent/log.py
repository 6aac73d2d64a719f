"""The agent's log: one line of JSON for each event, on standard output, where systemd's journal takes it up."""

import json
import sys
from datetime import UTC, datetime
from typing import Protocol, TextIO


class Log(Protocol):
    """Takes an event and what belongs to it."""

    def __call__(self, event: str, **fields: object) -> None: ...


def log_to(stream: TextIO = sys.stdout) -> Log:
    """A log that writes to `stream`, a line at a time."""

    def log(event: str, **fields: object) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}
        stream.write(json.dumps(line, default=str) + "\n")
        stream.flush()

    return log
