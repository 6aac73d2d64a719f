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
    """The execution that this thread runs; iterations of a Map state run it in threads of their own."""

    execution: dict[str, Any]
    _waiting: set[threading.Event] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def go_on(self) -> None:
        """Raise ExecutionOver if the execution was stopped."""
        if self.execution["status"] != "RUNNING":
            raise ExecutionOver

    def wait(self, seconds: float | None, tell: Callable[[Callable[[], None]], None] = lambda call: None) -> bool:
        """Wait until what `tell` was given is called (True), or for so long; raises ExecutionOver."""
        # A new event for each wait, and the status read after it: neither an old call nor a stop can be missed.
        event = threading.Event()
        with self._lock:
            self._waiting.add(event)
        try:
            tell(event.set)
            self.go_on()
            called = event.wait(seconds)
            self.go_on()
        finally:
            with self._lock:
                self._waiting.discard(event)
        return called

    def wake(self) -> None:
        """End all waiting: the execution was stopped."""
        with self._lock:
            for event in self._waiting:
                event.set()


current: ContextVar[Current] = ContextVar("current execution")
_active: dict[str, Current] = {}
_over: dict[str, list[Callable[[], None]]] = {}
_lock = threading.Lock()


def when_over(arn: str, call: Callable[[], None]) -> None:
    """Call it once the execution has ended; at once if it has."""
    with _lock:
        if stepfunctions._executions[arn]["status"] == "RUNNING":
            _over.setdefault(arn, []).append(call)
            return
    call()


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
    add = stepfunctions._add_event
    adding = threading.Lock()

    def run_execution(arn: str) -> None:
        running = _active[arn] = Current(stepfunctions._executions[arn])
        current.set(running)
        try:
            run(arn)
        except ExecutionOver:
            return
        finally:
            del _active[arn]
            with _lock:
                calls = _over.pop(arn, [])
            for call in calls:
                call()

    def stop_execution(data: dict[str, Any]) -> Any:
        answer = stop(data)
        if stopped := _active.get(data.get("executionArn", "")):
            stopped.wake()
        return answer

    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    def add_event(*event: Any) -> Any:
        with adding:  # several iterations of a Map state may add to one history: each event has its number
            return add(*event)

    stepfunctions._run_execution = run_execution
    stepfunctions._stop_execution = stop_execution
    stepfunctions._fail_execution = fail_execution
    stepfunctions._add_event = add_event
    stepfunctions.time = _Clock()
