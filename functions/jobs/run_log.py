"""Use case: read a run's log, attempt by attempt, in pages that can be followed while the run goes on."""

from dataclasses import dataclass
from datetime import datetime

from functions.jobs.container.task_definition import log_stream
from functions.jobs.errors import InvalidTokenError
from functions.jobs.ports import TaskLogs
from functions.jobs.run import Run


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that an attempt printed."""

    at: datetime
    text: str
    attempt: int


def read_log(run: Run, container: str, token: str | None, logs: TaskLogs) -> tuple[list[LogLine], str]:
    """The lines of a container that follow `token` (None: from the first one) and the token to go on with.

    A page without lines means: nothing more yet. Raises InvalidTokenError for a token that is not of this log.
    """
    number, place = _parse(token, run)
    attempt = run.attempts.get(number)
    if attempt is None:
        return [], f"{number}:{place or ''}"
    page = logs.read(log_stream(run.job_id, attempt.task_id, container), place)
    if not page.lines and number + 1 in run.attempts:
        return read_log(run, container, f"{number + 1}:", logs)
    lines = [LogLine(at, text, number) for at, text in page.lines]
    return lines, f"{number}:{page.token or place or ''}"


def _parse(token: str | None, run: Run) -> tuple[int, str | None]:
    if token is None:
        return min(run.attempts, default=1), None
    number, colon, place = token.partition(":")
    if not colon or not number.isdecimal() or len(number) > 9:
        raise InvalidTokenError("nextToken")
    return int(number), place or None
