"""The JobsService that the agent uses: calls of AWS IoT Jobs over MQTT, by the client of AWS's SDK."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import awsiot
from awscrt.exceptions import AwsCrtError
from awsiot import iotjobs

from shiftwork_agent.errors import ExecutionState, LaterError, RejectedError
from shiftwork_agent.jobs.execution import Execution

if TYPE_CHECKING:
    from concurrent.futures import Future

_GRACE = 5.0  # seconds; the SDK ends calls by itself before


class UnreadableError(LaterError):
    """An answer came that is not understood."""


class Calls:
    """Jobs of one thing, by an IotJobsClientV2."""

    def __init__(self, client: iotjobs.IotJobsClientV2, thing: str, seconds: float) -> None:
        self._client = client
        self._thing = thing
        self._seconds = seconds

    def start_next(self) -> Execution | None:
        """StartNextPendingJobExecution."""
        request = iotjobs.StartNextPendingJobExecutionRequest(thing_name=self._thing)
        try:
            return _execution(self._answer(self._client.start_next_pending_job_execution(request)))
        except UnreadableError:
            return self._next_without_document()

    def _next_without_document(self) -> Execution | None:
        """DescribeJobExecution: of a job whose document cannot be read, so that it can be refused."""
        request = iotjobs.DescribeJobExecutionRequest(
            thing_name=self._thing, job_id="$next", include_job_document=False
        )
        return _execution(self._answer(self._client.describe_job_execution(request)))

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        """UpdateJobExecution, on condition of the version."""
        request = iotjobs.UpdateJobExecutionRequest(
            thing_name=self._thing,
            job_id=execution.job_id,
            execution_number=execution.number,
            expected_version=execution.version,
            include_job_execution_state=True,
            status=status,
            status_details=dict(details) or None,
        )
        state = self._answer(self._client.update_job_execution(request)).execution_state
        return int(state.version_number) if state and state.version_number else execution.version + 1

    def _answer(self, future: "Future[Any]") -> Any:
        try:
            return future.result(self._seconds + _GRACE)
        except awsiot.V2ServiceException as error:
            if error.modeled_error:
                raise _rejected(error.modeled_error) from error
            if isinstance(error.inner_error, AwsCrtError):
                raise LaterError(str(error.inner_error)) from error
            raise UnreadableError(str(error.inner_error)) from error
        except TimeoutError as error:
            raise LaterError("no answer") from error


def _execution(answer: Any) -> Execution | None:
    found = answer.execution
    if found is None or not found.job_id:
        return None
    return Execution(
        found.job_id, found.execution_number, found.version_number, found.job_document, found.status_details or {}
    )


def _rejected(error: iotjobs.V2ErrorResponse) -> RejectedError:
    state = error.execution_state
    known = ExecutionState(state.status, state.version_number) if state and state.version_number else None
    return RejectedError(error.code or "Unknown", error.message or "", known)
