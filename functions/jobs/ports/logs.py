"""The port for logs: what the containers of ECS tasks have printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSpan:
    """The lines that a reader wants: from `since` on and before `until`, at most `limit` in a page."""

    since: datetime | None = None
    until: datetime | None = None
    limit: int = 10_000


@dataclass(frozen=True, slots=True)
class LogPage:
    """Part of a stream: (time, line) pairs in order, and the tokens of the parts after it and before it.

    A page can be empty or short although lines follow. Only if a page's token is the one that was sent, the stream has
    no more lines at present. Both tokens are None if the stream does not exist yet.
    """

    lines: Sequence[tuple[datetime, str]]
    token: str | None
    before: str | None = None


class TaskLogs(Protocol):
    """Reads the output of ECS tasks, a page in a call."""

    def read(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        """Return the lines after `token` (None: from the first line). Raises InvalidTokenError."""

    def read_back(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        """Return the last lines before `token` (None: before the end)."""
