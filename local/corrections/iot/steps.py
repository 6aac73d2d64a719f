"""Correction of step timers: how long a device wants for the next step of a job."""

import contextvars
import functools
import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import iot, iot_jobs_data

from local.corrections.registry import correction, replace

Execution = dict[str, Any]
LONGEST = 10080  # minutes
CANCELS = -1
_step: contextvars.ContextVar[Any] = contextvars.ContextVar("step", default=None)


@correction("iot.steps")
def steps() -> None:
    """Take step timers wherever AWS takes them.

    MiniStack ignores one that is given by MQTT or with StartNextPendingJobExecution. AWS (IoT Jobs Data API Reference,
    UpdateJobExecution, StartNextPendingJobExecution): each takes `stepTimeoutInMinutes`, by HTTP and by MQTT; -1
    cancels the timer.
    """
    check = iot._jobs_status_details_error
    replace(
        iot,
        _handle_jobs_publish=_hearing(iot._handle_jobs_publish),
        _jobs_status_details_error=lambda details: check(details) or _error(),
        jobs_start_next_execution=functools.partial(_start, iot.jobs_start_next_execution),
        jobs_update_execution=functools.partial(_update, iot.jobs_update_execution),
    )
    replace(
        iot_jobs_data,
        _start_next=_hearing_of(iot_jobs_data._start_next),
        _update_execution=_hearing_of(iot_jobs_data._update_execution),
    )


def _hearing(handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Note the step timer that a message gives. Every request notes its own: nothing is left of the one before."""

    async def handle_jobs_publish(*message: Any) -> None:
        try:
            asked = json.loads(message[-1] or b"{}")  # its payload
        except ValueError:
            asked = None  # MiniStack answers it
        _step.set(asked.get("stepTimeoutInMinutes") if isinstance(asked, dict) else None)
        await handle(*message)

    return handle_jobs_publish


def _hearing_of(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Note the step timer that an HTTP request gives: its last argument is the body."""

    def hearing(*arguments: Any, **more: Any) -> Any:
        _step.set(arguments[-1].get("stepTimeoutInMinutes"))
        return operation(*arguments, **more)

    return hearing


def _error() -> Any:
    step = _step.get()
    if step is None or (isinstance(step, int) and (step == CANCELS or 1 <= step <= LONGEST)):
        return None
    message = f"stepTimeoutInMinutes must be between 1 and {LONGEST}, or {CANCELS}"
    return error_response_json("InvalidRequestException", message, 400)


def _start(begin: Callable[..., Execution | None], thing: str, *, peek: bool = False, **more: Any) -> Execution | None:
    execution = begin(thing, peek=peek, **more)
    return _timed(thing, execution) if execution and not peek else execution


def _update(change: Callable[..., Any], thing: str, job_id: str, **more: Any) -> Any:
    execution, error = change(thing, job_id, **{**more, "step_timeout_minutes": None})
    return (
        (_timed(thing, execution), None) if execution and execution["status"] == "IN_PROGRESS" else (execution, error)
    )


def _timed(thing: str, execution: Execution) -> Execution:
    """The execution with the step timer that the request gives, if any."""
    kept, step = iot._job_executions[(thing, execution["jobId"])], _step.get()
    if step == CANCELS:
        kept.pop("stepTimeoutInMinutes", None)
    elif step is not None:
        kept.update(stepTimeoutInMinutes=step, timeoutStartedAt=iot._jobs_now_ms())
    return dict(kept)
