"""Task tokens: a state of an execution waits with one until it is told how what it waits for has ended."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table import is_error

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# Step Functions API Reference, SendTaskFailure
_LONGEST_ERROR, _LONGEST_CAUSE = 256, 32_768
_GONE = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class TaskTokens:
    """Implements functions.jobs.ports.fleet.Waiting."""

    def __init__(self, client: Callable[[], "SFNClient"]) -> None:
        self._client = client

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        """The state succeeds with this output; False: it does not wait any more."""
        return _is_heard(lambda: self._client().send_task_success(taskToken=token, output=json.dumps(output)))

    def fail(self, token: str, error: str, cause: str) -> bool:
        """The state fails with this error; False: it does not wait any more."""
        said = {"error": error[:_LONGEST_ERROR], "cause": cause[:_LONGEST_CAUSE]}
        return _is_heard(lambda: self._client().send_task_failure(taskToken=token, **said))


def _is_heard(send: Callable[[], object]) -> bool:
    try:
        send()
    except ClientError as error:
        if not is_error(error, *_GONE):
            raise
        return False
    return True
