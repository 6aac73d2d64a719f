"""Executions that are stopped, and states that take too long.

MiniStack leaves the ECS task of a stopped or timed-out execution running, lets the failure that follows overwrite
ABORTED, and sleeps 150 ms before the first state. AWS stops the task ("Run a Job (.sync)": "If a task using this
pattern is aborted, Step Functions will make a best-effort attempt to cancel the task"), keeps the execution ABORTED,
and enters the first state within tens of milliseconds.
"""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.services import stepfunctions

FIRST_STATE_DELAY = 0.15  # MiniStack's, in _run_execution


class ExecutionOver(BaseException):
    """Ends the thread of an execution that was stopped: no retry, no catcher, no other ending may follow."""


@dataclass
class Current:
    """The execution that this thread runs."""

    execution: dict[str, Any]
    wake: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Raise ExecutionOver if the execution was stopped."""
        if self.execution["status"] != "RUNNING":
            raise ExecutionOver

    def wait(self, seconds: float | None, tell: Callable[[Callable[[], None]], None] = lambda call: None) -> bool:
        """Wait until what `tell` was given is called (True), or for so long; raises ExecutionOver."""
        # A new event for each wait, and the status read after it: neither an old call nor a stop can be missed.
        self.wake = threading.Event()
        tell(self.wake.set)
        self.go_on()
        called = self.wake.wait(seconds)
        self.go_on()
        return called


current: ContextVar[Current] = ContextVar("current execution")


class _Clock:
    """The module `time` as MiniStack's Step Functions sees it: a Wait ends at once when its execution does."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Sleep, unless it is the delay before the first state."""
        running = current.get(None)
        if running is None:
            time.sleep(seconds)
        elif seconds != FIRST_STATE_DELAY:
            running.wait(seconds)


def install() -> None:
    """Put our running, stopping and failing of executions around MiniStack's."""
    run, stop, fail = stepfunctions._run_execution, stepfunctions._stop_execution, stepfunctions._fail_execution
    active: dict[str, Current] = {}

    def run_execution(arn: str) -> None:
        running = active[arn] = Current(stepfunctions._executions[arn])
        current.set(running)
        try:
            run(arn)
        except ExecutionOver:
            return
        finally:
            del active[arn]

    def stop_execution(data: dict[str, Any]) -> Any:
        answer = stop(data)
        if stopped := active.get(data.get("executionArn", "")):
            stopped.wake.set()
        return answer

    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    stepfunctions._run_execution = run_execution
    stepfunctions._stop_execution = stop_execution
    stepfunctions._fail_execution = fail_execution
    stepfunctions.time = _Clock()
