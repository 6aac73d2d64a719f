"""Reports to the jobs service, each on the condition that nobody else changed the execution."""

from collections.abc import Mapping

from shiftwork_agent.errors import GoneError, LaterError, RejectedError
from shiftwork_agent.jobs.execution import TERMINAL, Execution
from shiftwork_agent.jobs.ports import JobsService
from shiftwork_agent.log import Log

_TRIES = 4
_GONE = ("ResourceNotFound", "InvalidStateTransition", "TerminalStateReached")
_NOT_OURS = TERMINAL | {"QUEUED"}  # queued: somebody deleted the job and created another one with its id
_BAD_REPORT = ("InvalidRequest", "InvalidJson")


class Updates:
    """Sends reports."""

    def __init__(self, service: JobsService, log: Log) -> None:
        self._service = service
        self._log = log

    def send(self, execution: Execution, status: str, details: Mapping[str, str]) -> None:
        """Report, and give the execution its new version.

        Raises GoneError if the execution is over, and LaterError if the report has to be sent again later.
        """
        for _ in range(_TRIES):
            try:
                execution.version = self._service.update(execution, status, details)
            except RejectedError as error:
                self._log("report refused", job=execution.job_id, status=status, error=str(error))
                details = _after_refusal(execution, details, error)
            else:
                return
        raise LaterError(f"the jobs service refused the report {_TRIES} times")


def _after_refusal(execution: Execution, details: Mapping[str, str], error: RejectedError) -> Mapping[str, str]:
    """Return the details to send next. The version differs if an answer was lost or if somebody else reports too."""
    if error.code in _GONE or (error.state and error.state.status in _NOT_OURS):
        raise GoneError(error.state.status if error.state else str(error))
    if error.code == "VersionMismatch" and error.state:
        execution.version = error.state.version
        return details
    if error.code in _BAD_REPORT:
        return {"reason": "The jobs service refused the details of this report"}
    raise LaterError(str(error))
