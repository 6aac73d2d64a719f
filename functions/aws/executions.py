"""Executions of the state machines: one per run, named after it."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.aws.execution_input import execution_input
from functions.aws.table import is_error
from functions.jobs.model.outcome import STOPPED, Ending
from functions.jobs.model.run import Run
from functions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef


class StateMachine:
    """Implements functions.jobs.ports.runs.Executions.

    run_container carries a run of one task, run_tasks one of several, run_fleet the rollout of a fleet run.
    """

    def __init__(self, client: "SFNClient", settings: Settings) -> None:
        self._client = client
        self._settings = settings

    def start(self, run: Run) -> None:
        """Start the run's execution. Starting it again changes nothing: its name and input are the same.

        Source: Step Functions API Reference, StartExecution: idempotent for STANDARD workflows while the execution
        is open; ExecutionAlreadyExists afterwards, and where the name is another job's: that remains an error.
        """
        given = json.dumps(execution_input(run, self._settings), ensure_ascii=False)
        try:
            self._client.start_execution(stateMachineArn=self._arn(run), name=run.id, input=given)
        except ClientError as error:
            if not is_error(error, "ExecutionAlreadyExists"):
                raise
            there = self._client.describe_execution(executionArn=self._execution(run))
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
            self._client.stop_execution(executionArn=self._execution(run), error=STOPPED, cause=cause)
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
            return self._client.describe_execution(executionArn=execution)
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
