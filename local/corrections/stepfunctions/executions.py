"""Corrections of executions that are stopped, and of states that take too long."""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.services import stepfunctions

from local.corrections.registry import correction, replace

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


@correction("stepfunctions.executions")
def stopping() -> None:
    """End what an execution waits for when it is stopped.

    MiniStack leaves the ECS task of a stopped or timed-out execution running, lets the failure that follows overwrite
    ABORTED, and sleeps 150 ms before the first state. AWS stops the task ("Run a Job (.sync)": "If a task using this
    pattern is aborted, Step Functions will make a best-effort attempt to cancel the task"), keeps the execution
    ABORTED, and enters the first state within tens of milliseconds.
    """
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

    replace(stepfunctions, _run_execution=run_execution, _stop_execution=stop_execution, time=_Clock())
    replace(stepfunctions, _fail_execution=fail_execution, _add_event=add_event)


# Of the state that is running, if it has one.
time_limit: ContextVar[float | None] = ContextVar("time limit", default=None)
WAITING = ("ecs:runTask", "states:startExecution")  # those that look at the limit themselves


@correction("stepfunctions.time_limits")
def time_limits() -> None:
    """Evaluate TimeoutSeconds of a Task state, and hand it to the integrations that wait.

    MiniStack evaluates it in JSONPath states only, and leaves what a late state waits for running. AWS evaluates it
    ("Transforming data with JSONata"), and others have seen it stop the task or the execution that the state waits for.
    """
    execute, invoke_within = stepfunctions._execute_task, stepfunctions._invoke_resource_with_timeout

    def execute_task(state: dict[str, Any], raw_input: Any, execution: dict[str, Any], context: dict[str, Any]) -> Any:
        if isinstance(state.get("TimeoutSeconds"), str):
            seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", raw_input, context)
            state = {**state, "TimeoutSeconds": seconds}
        return execute(state, raw_input, execution, context)

    def invoke_resource_with_timeout(resource: str, arguments: Any, seconds: float) -> Any:
        if not any(name in resource for name in WAITING):
            return invoke_within(resource, arguments, seconds)
        token = time_limit.set(seconds)
        try:
            return stepfunctions._invoke_resource(resource, arguments)
        finally:
            time_limit.reset(token)

    replace(stepfunctions, _execute_task=execute_task, _invoke_resource_with_timeout=invoke_resource_with_timeout)
