"""Step Functions: the input of executions, starting, stopping and describing them, and the tokens they wait with."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.errors import NoFleetsError
from functions.jobs.model.outcome import STOPPED, Ending
from functions.jobs.model.run import Run
from functions.settings import FleetSettings, Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

# Values for "no limit": the largest TimeoutSeconds (Amazon States Language, "Task"), and the latest time that JSONata's
# $fromMillis can write, the end of the year 9999 in milliseconds.
NO_SECONDS = 99_999_999
NO_MOMENT = 253_402_300_799_000
# Step Functions API Reference, SendTaskFailure
_LONGEST_ERROR, _LONGEST_CAUSE = 256, 32_768
_GONE = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")
# The values of assignPublicIp in ECS
_PUBLIC_IP = {True: "ENABLED", False: "DISABLED"}


def execution_input(run: Run, settings: Settings) -> dict[str, Any]:
    """The input of the run's execution. It is the same whenever it is made, so a repeated start changes nothing."""
    if run.plan.fleet:
        return _roll_out(run, settings)
    return _command(run) | _placement(run, settings) | _limits(run) | _tasks(run, settings)


def _command(run: Run) -> dict[str, Any]:
    overrides = run.overrides
    return {
        "jobId": run.job_id,
        "runId": run.id,
        "scheduledTime": run.scheduled_at.isoformat() if run.scheduled_at else "",
        "environment": [{"Name": name, "Value": value} for name, value in {**run.parameters, **overrides.env}.items()],
        "command": list(overrides.command or ()),
        "cpu": str(overrides.cpu or ""),
        "memory": str(overrides.memory or ""),
        "payload": overrides.payload or "",
        "payloadUrl": overrides.payload_url or "",
        "taskDefinition": overrides.task_definition or run.plan.task_definition,
    }


def _placement(run: Run, settings: Settings) -> dict[str, Any]:
    plan, network = run.plan, settings.network
    return {
        "cluster": settings.cluster_arn,
        "capacityProviders": plan.capacity_providers,
        "subnets": plan.subnets or network.subnets,
        "securityGroups": plan.security_groups or network.security_groups,
        "assignPublicIp": network.public_ip if plan.assign_public_ip is None else _PUBLIC_IP[plan.assign_public_ip],
    }


def _limits(run: Run) -> dict[str, Any]:
    plan, overrides = run.plan, run.overrides
    return {
        "retry": plan.retry,
        "restartDeadline": _moment(run, plan.active_deadline),
        "attemptTimeout": overrides.attempt_timeout or plan.attempt_timeout or NO_SECONDS,
        "deadline": _moment(run, overrides.timeout or plan.timeout),
    }


def _tasks(run: Run, settings: Settings) -> dict[str, Any]:
    plan = run.plan
    tasks: dict[str, Any] = {"taskIndex": 0, "taskCount": plan.task_count}
    if plan.task_count == 1:
        return tasks
    return tasks | {
        "parallelism": plan.parallelism or plan.task_count,
        "toleratedFailures": plan.tolerated_failures,
        "runContainer": settings.state_machine_arn,
    }


def _roll_out(run: Run, settings: Settings) -> dict[str, Any]:
    """The input for a fleet run. The function `roll_out` reads the rest from the run."""
    deadline = _moment(run, run.overrides.timeout or run.plan.timeout)
    roll_out = _fleets(settings).roll_out_function_arn
    return {"jobId": run.job_id, "runId": run.id, "deadline": deadline, "rollOut": roll_out}


def _fleets(settings: Settings) -> FleetSettings:
    """The settings of fleet runs; raises NoFleetsError for a run of before the deployment was made without fleets."""
    if settings.fleets is None:
        raise NoFleetsError
    return settings.fleets


def _moment(run: Run, seconds: int | None) -> int:
    """The time `seconds` after the run's creation, in milliseconds since 1970."""
    if seconds is None:
        return NO_MOMENT
    return int((run.created_at + timedelta(seconds=seconds)).timestamp() * 1000)


class StateMachine:
    """Implements functions.jobs.ports.runs.Executions.

    The state machine run_container carries a run of one task, run_tasks a run of several, run_fleet a fleet run.
    """

    def __init__(self, client: Callable[[], "SFNClient"], settings: Settings) -> None:
        self._client = client
        self._settings = settings

    def start(self, run: Run) -> None:
        """Start the run's execution. A repeated call changes nothing, because the name and the input are the same.

        StartExecution is idempotent for STANDARD workflows while the execution is open, and answers
        ExecutionAlreadyExists afterwards (Step Functions API Reference). If the name is in use for another job, that
        error propagates.
        """
        text = json.dumps(execution_input(run, self._settings), ensure_ascii=False)
        try:
            self._client().start_execution(stateMachineArn=self._arn(run), name=run.id, input=text)
        except ClientError as error:
            if not is_error(error, "ExecutionAlreadyExists"):
                raise
            existing = self._describe(self._execution(run))  # may not show it yet: the call is eventually consistent
            if existing and _job_of(existing) != run.job_id:
                raise

    def stop(self, run: Run, cause: str) -> None:
        """Abort the run's execution, and with it its ECS tasks. If it has ended, do nothing.

        Step Functions stops what a state waits for: the ECS task, or the executions of several tasks, which stop theirs
        (Developer Guide, "Run a Job (.sync)": "if a Step Functions states:startExecution.sync task is aborted, it will
        call the Step Functions StopExecution API action"). It does not cancel the IoT job of a fleet run.

        An execution that was never started is started and aborted. This uses up its name, so a function that is about
        to start it cannot.
        """
        if not self._stopped(run, cause):
            self.start(run)
            self._stopped(run, cause)

    def _stopped(self, run: Run, cause: str) -> bool:
        """Stop the execution; False if it was never started."""
        try:
            self._client().stop_execution(executionArn=self._execution(run), error=STOPPED, cause=cause)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist", "ValidationException"):
                raise
            return not is_error(error, "ExecutionDoesNotExist")
        return True

    def exists(self, run: Run) -> bool:
        """Whether the run's execution was started."""
        return self._described(run) is not None

    def ending(self, run: Run) -> Ending | None:
        """How the run's execution ended; None if it has not ended or was never started."""
        return _ending(self._described(run))

    def ending_of(self, execution: str) -> Ending | None:
        """How an execution ended, by its ARN; None if it has not ended or was never started."""
        return _ending(self._describe(execution))

    def _described(self, run: Run) -> "DescribeExecutionOutputTypeDef | None":
        """The run's execution; None if it was never started. An execution of another job is not the run's."""
        answer = self._describe(self._execution(run))
        return answer if answer and _job_of(answer) == run.job_id else None

    def _describe(self, execution: str) -> "DescribeExecutionOutputTypeDef | None":
        try:
            return self._client().describe_execution(executionArn=execution)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist"):
                raise
            return None

    def _arn(self, run: Run) -> str:
        if run.plan.fleet:
            return _fleets(self._settings).state_machine_arn
        return self._settings.state_machine_arn if run.plan.task_count == 1 else self._settings.tasks_state_machine_arn

    def _execution(self, run: Run) -> str:
        return f"{self._arn(run).replace(':stateMachine:', ':execution:')}:{run.id}"


def _ending(answer: "DescribeExecutionOutputTypeDef | None") -> Ending | None:
    if answer is None or answer["status"] in ("RUNNING", "PENDING_REDRIVE"):
        return None
    return Ending(
        status=answer["status"],
        output=answer.get("output"),
        error=answer.get("error"),
        cause=answer.get("cause"),
        at=answer.get("stopDate"),
    )


def _job_of(answer: "DescribeExecutionOutputTypeDef") -> str | None:
    """The job in an execution's input."""
    found: str | None = json.loads(answer["input"]).get("jobId")
    return found


class TaskTokens:
    """Implements functions.jobs.ports.fleet.Waiting."""

    def __init__(self, client: Callable[[], "SFNClient"]) -> None:
        self._client = client

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        """Let the waiting state succeed with this output; False if it no longer waits."""
        return _is_accepted(lambda: self._client().send_task_success(taskToken=token, output=json.dumps(output)))

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Let the waiting state fail with this error; False if it no longer waits."""
        failure = {"error": error[:_LONGEST_ERROR], "cause": cause[:_LONGEST_CAUSE]}
        return _is_accepted(lambda: self._client().send_task_failure(taskToken=token, **failure))


def _is_accepted(send: Callable[[], object]) -> bool:
    try:
        send()
    except ClientError as error:
        if not is_error(error, *_GONE):
            raise
        return False
    return True
