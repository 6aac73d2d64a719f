"""Executions of the state machine: one per run, named after it."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table import is_error
from functions.jobs.outcome import STOPPED, Ending
from functions.jobs.run import Run
from functions.settings import Network

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StateMachine:
    """Implements functions.jobs.ports.Executions."""

    def __init__(self, client: "SFNClient", arn: str, cluster: str, network: Network) -> None:
        self._client = client
        self._arn = arn
        self._cluster = cluster
        self._network = network

    def start(self, run: Run) -> None:
        """Start the run's execution. Starting it again changes nothing: its name and input are the same.

        Source: Step Functions API Reference, StartExecution: idempotent for STANDARD workflows while the execution
        is open; ExecutionAlreadyExists afterwards, and where the name is another job's: that remains an error.
        """
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=run.id, input=json.dumps(self._input(run)))
        except ClientError as error:
            if not is_error(error, "ExecutionAlreadyExists"):
                raise
            there = self._client.describe_execution(executionArn=self._execution(run.id))
            if json.loads(there["input"])["jobId"] != run.job_id:
                raise

    def stop(self, run_id: str, cause: str) -> None:
        """Abort the run's execution, which stops its task; nothing to do if it has ended or was never started."""
        try:
            self._client.stop_execution(executionArn=self._execution(run_id), error=STOPPED, cause=cause)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist", "ValidationException"):
                raise

    def ending(self, run_id: str) -> Ending | None:
        """How the run's execution ended; None if it goes on or was never started."""
        try:
            answer = self._client.describe_execution(executionArn=self._execution(run_id))
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist"):
                raise
            return None
        if answer["status"] in ("RUNNING", "PENDING_REDRIVE"):
            return None
        return Ending(
            status=answer["status"],
            output=answer.get("output"),
            error=answer.get("error"),
            cause=answer.get("cause"),
        )

    def _execution(self, run_id: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{run_id}"

    def _input(self, run: Run) -> dict[str, Any]:
        return {
            "jobId": run.job_id,
            "runId": run.id,
            "scheduledTime": run.scheduled_at.isoformat() if run.scheduled_at else "",
            "cluster": self._cluster,
            "taskDefinition": run.task_definition,
            "subnets": self._network.subnets,
            "securityGroups": self._network.security_groups,
            "assignPublicIp": self._network.public_ip,
        }
