"""Step Functions: what the history of an execution says about the request for its ECS task."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.run import Run
from functions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# Between two requests run_container adds nine events, at most: the newest events hold the last request.
_EVENTS, _PAGES = 20, 5
# Step Functions API Reference, HistoryEvent. An integration with .sync names a refused request TaskSubmitFailed.
_REFUSED = {
    "TaskFailed": "taskFailedEventDetails",
    "TaskSubmitFailed": "taskSubmitFailedEventDetails",
    "TaskStartFailed": "taskStartFailedEventDetails",
}
_PLACED = ("TaskSubmitted", "TaskSucceeded")
# The run is read all the same: what it waits for is said the next time.
_NOT_NOW = ("ExecutionDoesNotExist", "ThrottlingException")


class ExecutionHistory:
    """Implements functions.jobs.ports.runs.LaunchHistory."""

    def __init__(self, client: Callable[[], "SFNClient"], settings: Settings) -> None:
        self._client = client
        self._settings = settings

    def last_refusal(self, run: Run, index: int) -> tuple[str, str] | None:
        """Return the error and the cause of the last RunTask; None if it placed a task, or nothing is known."""
        name = run.id if run.plan.task_count == 1 else f"{run.id}-{index}"
        execution = f"{self._settings.state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            for event in self._newest(execution):
                if event["type"] in _PLACED:
                    return None
                if event["type"] in _REFUSED:
                    details = event.get(_REFUSED[event["type"]], {})
                    return details.get("error", ""), details.get("cause", "")
        except ClientError as error:
            if not is_error(error, *_NOT_NOW):
                raise
        return None

    def _newest(self, execution: str) -> Iterable[Any]:
        """The newest events, the latest first. A page may be shorter than asked for, and only the token ends them."""
        more: dict[str, Any] = {}
        for _ in range(_PAGES):
            page = self._client().get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=_EVENTS, **more
            )
            yield from page["events"]
            if "nextToken" not in page:
                return
            more = {"nextToken": page["nextToken"]}
