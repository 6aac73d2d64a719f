"""Logs of tasks in CloudWatch: one stream for each container of an attempt, in the log group of the jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.ports.logs import LogPage, LogSpan

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_MOST = 10_000  # of lines in an answer (CloudWatch Logs API Reference, GetLogEvents: limit)


class CloudWatchTaskLogs:
    """Implements functions.jobs.ports.logs.TaskLogs."""

    def __init__(self, client: Callable[[], "CloudWatchLogsClient"], group: str) -> None:
        self._client = client
        self._group = group

    def read(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        """Return the lines after `token`; a page without tokens if the task has not printed anything yet.

        Raises InvalidTokenError. At the end of the stream, the answer's nextForwardToken is the token that was sent
        (CloudWatch Logs API Reference, GetLogEvents).
        """
        return self._read(stream, token, span, forward=True)

    def read_back(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        """Return the last lines before `token`, in order. At the start of the stream, `before` is `token`."""
        return self._read(stream, token, span, forward=False)

    def _read(self, stream: str, token: str | None, span: LogSpan, *, forward: bool) -> LogPage:
        given: dict[str, Any] = {
            "nextToken": token or None,
            "startTime": _milliseconds(span.since),
            "endTime": _milliseconds(span.until),
        }
        try:
            answer = self._client().get_log_events(
                logGroupName=self._group,
                logStreamName=stream,
                startFromHead=forward,
                limit=min(span.limit, _MOST),
                **{name: value for name, value in given.items() if value is not None},
            )
        except ClientError as error:
            if is_error(error, "ResourceNotFoundException"):
                return LogPage((), token, token)
            if token and is_error(error, "InvalidParameterException"):
                raise InvalidTokenError("nextToken") from error
            raise
        lines = [
            (datetime.fromtimestamp(event["timestamp"] / 1000, UTC), event["message"]) for event in answer["events"]
        ]
        return LogPage(lines, answer["nextForwardToken"], answer["nextBackwardToken"])


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
