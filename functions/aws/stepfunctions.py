"""Executions of Step Functions: what they are started with, how they ended, and the tokens they wait with."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.outcome import STOPPED, Ending
from functions.jobs.model.run import Run
from functions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

# A limit that no task and no run reaches: TimeoutSeconds goes no further (Amazon States Language, "Task"), and a
# moment must be one that JSONata's $fromMillis can write.
NO_SECONDS = 99_999_999
NO_MOMENT = 253_402_300_799_000  # the end of the year 9999, in milliseconds

# ECS's own words
_PUBLIC_IP = {True: "ENABLED", False: "DISABLED"}


def execution_input(run: Run, settings: Settings) -> dict[str, Any]:
    """The input of the run's execution."""
    if run.plan.fleet:
        return _roll_out(run, settings)
    return _what(run) | _where(run, settings) | _limits(run) | _tasks(run, settings)


def _what(run: Run) -> dict[str, Any]:
    given = run.overrides
    return {
        "jobId": run.job_id,
        "runId": run.id,
        "scheduledTime": run.scheduled_at.isoformat() if run.scheduled_at else "",
        "environment": [{"Name": name, "Value": value} for name, value in {**run.parameters, **given.env}.items()],
        "command": list(given.command or ()),
        "cpu": str(given.cpu or ""),
        "memory": str(given.memory or ""),
        "payload": given.payload or "",
        "payloadUrl": given.payload_url or "",
        "taskDefinition": given.task_definition or run.plan.task_definition,
    }


def _where(run: Run, settings: Settings) -> dict[str, Any]:
    plan, network = run.plan, settings.network
    return {
        "cluster": settings.cluster_arn,
        "capacityProviders": plan.capacity_providers,
        "subnets": plan.subnets or network.subnets,
        "securityGroups": plan.security_groups or network.security_groups,
        "assignPublicIp": network.public_ip if plan.assign_public_ip is None else _PUBLIC_IP[plan.assign_public_ip],
    }


def _limits(run: Run) -> dict[str, Any]:
    plan, given = run.plan, run.overrides
    return {
        "retry": plan.retry,
        "restartDeadline": _moment(run, plan.active_deadline),
        "attemptTimeout": given.attempt_timeout or plan.attempt_timeout or NO_SECONDS,
        "deadline": _moment(run, given.timeout or plan.timeout),
    }


def _tasks(run: Run, settings: Settings) -> dict[str, Any]:
    plan = run.plan
    one: dict[str, Any] = {"taskIndex": 0, "taskCount": plan.task_count}
    if plan.task_count == 1:
        return one
    return one | {
        "parallelism": plan.parallelism or plan.task_count,
        "toleratedFailures": plan.tolerated_failures,
        "runContainer": settings.state_machine_arn,
    }


def _roll_out(run: Run, settings: Settings) -> dict[str, Any]:
    """Of a fleet run: what is rolled out, the function knows by the run."""
    deadline = _moment(run, run.overrides.timeout or run.plan.timeout)
    return {"jobId": run.job_id, "runId": run.id, "deadline": deadline, "rollOut": settings.roll_out_function_arn}


def _moment(run: Run, seconds: int | None) -> int:
    """So many seconds after the run's creation, in milliseconds."""
    if seconds is None:
        return NO_MOMENT
    return int((run.created_at + timedelta(seconds=seconds)).timestamp() * 1000)


class StateMachine:
    """Implements functions.jobs.ports.runs.Executions.

    run_container carries a run of one task, run_tasks one of several, run_fleet the rollout of a fleet run.
    """

    def __init__(self, client: Callable[[], "SFNClient"], settings: Settings) -> None:
        self._client = client
        self._settings = settings

    def start(self, run: Run) -> None:
        """Start the run's execution. Starting it again changes nothing: its name and input are the same.

        Source: Step Functions API Reference, StartExecution: idempotent for STANDARD workflows while the execution
        is open; ExecutionAlreadyExists afterwards, and where the name is another job's: that remains an error.
        """
        given = json.dumps(execution_input(run, self._settings), ensure_ascii=False)
        try:
            self._client().start_execution(stateMachineArn=self._arn(run), name=run.id, input=given)
        except ClientError as error:
            if not is_error(error, "ExecutionAlreadyExists"):
                raise
            there = self._client().describe_execution(executionArn=self._execution(run))
            if json.loads(there["input"])["jobId"] != run.job_id:
                raise

    def stop(self, run: Run, cause: str) -> None:
        """Abort the run's execution, which stops its task, or its tasks; nothing to do if it has ended.

        The IoT job of a fleet run goes on: functions/jobs/fleet cancels it.

        Step Functions stops what a state waits for: the ECS task, or the executions of several tasks, which stop theirs
        (Developer Guide, "Run a Job (.sync)": "if a Step Functions states:startExecution.sync task is aborted, it will
        call the Step Functions StopExecution API action").

        One that was never started is started and aborted: its name is used up then, and whoever is about to start it
        finds it ended.
        """
        if not self._stopped(run, cause):
            self.start(run)
            self._stopped(run, cause)

    def _stopped(self, run: Run, cause: str) -> bool:
        """Whether there is an execution to stop."""
        try:
            self._client().stop_execution(executionArn=self._execution(run), error=STOPPED, cause=cause)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist", "ValidationException"):
                raise
            return not is_error(error, "ExecutionDoesNotExist")
        return True

    def exists(self, run: Run) -> bool:
        """Whether the run's execution was started."""
        return self._describe(self._execution(run)) is not None

    def ending(self, run: Run) -> Ending | None:
        """How the run's execution ended; None if it goes on or was never started."""
        return self.ending_of(self._execution(run))

    def ending_of(self, execution: str) -> Ending | None:
        """The same of any execution, by its ARN."""
        answer = self._describe(execution)
        if answer is None or answer["status"] in ("RUNNING", "PENDING_REDRIVE"):
            return None
        return Ending(
            status=answer["status"],
            output=answer.get("output"),
            error=answer.get("error"),
            cause=answer.get("cause"),
            at=answer.get("stopDate"),
        )

    def _describe(self, execution: str) -> "DescribeExecutionOutputTypeDef | None":
        try:
            return self._client().describe_execution(executionArn=execution)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist"):
                raise
            return None

    def _arn(self, run: Run) -> str:
        if run.plan.fleet:
            return self._settings.fleet_state_machine_arn
        return self._settings.state_machine_arn if run.plan.task_count == 1 else self._settings.tasks_state_machine_arn

    def _execution(self, run: Run) -> str:
        return f"{self._arn(run).replace(':stateMachine:', ':execution:')}:{run.id}"


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
