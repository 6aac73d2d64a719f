"""Logs of tasks in CloudWatch: one stream for each container of an attempt, in the log group of the jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.ports.runs import LogPage

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


class CloudWatchTaskLogs:
    """Implements functions.jobs.ports.runs.TaskLogs."""

    def __init__(self, client: Callable[[], "CloudWatchLogsClient"], group: str) -> None:
        self._client = client
        self._group = group

    def read(self, stream: str, token: str | None) -> LogPage:
        """Read the lines after `token`; an empty page if the task has not printed anything yet.

        Raises InvalidTokenError. At the end of the stream, the answer's nextForwardToken is the token that was sent
        (CloudWatch Logs API Reference, GetLogEvents).
        """
        place: dict[str, Any] = {"nextToken": token} if token else {}
        try:
            answer = self._client().get_log_events(
                logGroupName=self._group, logStreamName=stream, startFromHead=True, **place
            )
        except ClientError as error:
            if is_error(error, "ResourceNotFoundException"):
                return LogPage((), token)
            if token and is_error(error, "InvalidParameterException"):
                raise InvalidTokenError("nextToken") from error
            raise
        lines = tuple(
            (datetime.fromtimestamp(event["timestamp"] / 1000, UTC), event["message"]) for event in answer["events"]
        )
        return LogPage(lines, answer["nextForwardToken"])
