"""Read the log of a task, attempt by attempt, in pages that a reader can follow while the task runs.

A call of the API starts this. It changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.container.task_definition import log_stream
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.run import Attempt
from functions.jobs.ports.runs import TaskLogs


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that an attempt printed."""

    at: datetime
    text: str
    attempt: int


@dataclass(frozen=True, slots=True)
class LogSource:
    """The source of log lines: a container in the attempts of one task."""

    job_id: str
    attempts: Mapping[int, Attempt]
    container: str


def read_log(source: LogSource, token: str | None, logs: TaskLogs) -> tuple[list[LogLine], str]:
    """Read the lines after `token` (None: from the first line); returns them and the token to continue with.

    A page without lines means that there are no more yet. Raises InvalidTokenError for a token of another log.
    """
    number, place = _parse(token, source)
    attempt = source.attempts.get(number)
    if attempt is None:
        return [], f"{number}:{place or ''}"
    page = logs.read(log_stream(source.job_id, attempt.task_id, source.container), place)
    if not page.lines and number + 1 in source.attempts:
        return read_log(source, f"{number + 1}:", logs)
    lines = [LogLine(at, text, number) for at, text in page.lines]
    return lines, f"{number}:{page.token or place or ''}"


def _parse(token: str | None, source: LogSource) -> tuple[int, str | None]:
    if token is None:
        return min(source.attempts, default=1), None
    number, colon, place = token.partition(":")
    if not colon or not number.isdecimal() or len(number) > 9:
        raise InvalidTokenError("nextToken")
    return int(number), place or None
