"""Executions that wait with a task token, as those of fleet runs do; moto has none.

Source: Step Functions API Reference, SendTaskSuccess and SendTaskFailure.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.models import Execution, stepfunctions_backends

from tests.conftest import ACCOUNT, REGION

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_ASKED = "asked of the execution"
_OPERATIONS = ("SendTaskSuccess", "SendTaskFailure")


class Waiting:
    """Task tokens for moto's executions.

    `entered`: how often each has begun to wait. `asking`: those whose function has not answered. `closing`: those that
    have reached their time limit.
    """

    def __init__(self, client: "SFNClient", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.entered: dict[str, int] = {}
        self.asking: set[str] = set()
        self.closing: set[str] = set()
        for operation in _OPERATIONS:
            client.meta.events.register(f"before-parameter-build.stepfunctions.{operation}", _keep)
        client.meta.events.register_last("before-call", self.call)  # type: ignore[arg-type] # after all handlers that watch calls
        client.meta.events.register("before-parameter-build.stepfunctions.StopExecution", _why)

    def enter(self, run_id: str) -> str:
        """Let the run's execution wait, perhaps again, and return its new token. Earlier tokens are no longer valid."""
        self.entered[run_id] = self.entered.get(run_id, 0) + 1
        self.asking.add(run_id)
        return f"{run_id} {self.entered[run_id]}"

    def close(self, run_id: str) -> None:
        """Let the run reach its time limit: it no longer waits."""
        self.entered[run_id] = self.entered.get(run_id, 0) + 1
        self.closing.add(run_id)
        self.asking.add(run_id)

    def answered(self, run_id: str) -> None:
        """Note that the function has answered: it is not called again."""
        self.asking.discard(run_id)

    def call(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[SimpleNamespace, dict[str, Any]] | None:
        """Answer a call with a token. moto answers the others."""
        if model.name not in _OPERATIONS:
            return None
        asked = context[_ASKED]
        run_id, _, number = asked["taskToken"].partition(" ")
        execution = execution_of(run_id)
        if execution.status != "RUNNING" or number != str(self.entered.get(run_id)):
            error = {"Code": "TaskTimedOut", "Message": "Task Timed Out: the token's task is over"}
            return SimpleNamespace(status_code=400), {"Error": error}
        if "error" in asked:
            self.end(run_id, "FAILED", error=asked["error"], cause=asked["cause"])
        else:
            self.end(run_id, "SUCCEEDED", output=asked["output"])
        return SimpleNamespace(status_code=200), {}

    def end(self, run_id: str, status: str, **texts: str) -> None:
        """End the execution."""
        execution = execution_of(run_id)
        execution.status, execution.stop_date = status, self.now()
        for name in ("output", "error", "cause"):
            setattr(execution, name, texts.get(name))


def execution_of(run_id: str) -> Execution:
    """The execution of a run."""
    return next(one for one in _executions() if one.name == run_id)


def _executions() -> Iterator[Execution]:
    for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines:
        yield from machine.executions


def _why(params: dict[str, Any], **_: Any) -> None:
    """Keep the error and the cause of StopExecution, which moto does not keep."""
    run_id = params["executionArn"].rpartition(":")[2]
    for one in (one for one in _executions() if one.name == run_id and one.status == "RUNNING"):
        one.error, one.cause = params["error"], params["cause"]


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_ASKED] = params
