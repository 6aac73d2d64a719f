"""Read the log of a task of a run, attempt by attempt, in pages that can be followed while it goes on."""

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
    """Whose lines: those that a container has printed in these attempts of a job's task."""

    job_id: str
    attempts: Mapping[int, Attempt]
    container: str


def read_log(source: LogSource, token: str | None, logs: TaskLogs) -> tuple[list[LogLine], str]:
    """The lines that follow `token` (None: from the first one) and the token to go on with.

    A page without lines means: nothing more yet. Raises InvalidTokenError for a token that is not of this log.
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
