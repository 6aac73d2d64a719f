"""Executions of the state machine: one per run, named after it."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table import is_error
from functions.jobs.outcome import STOPPED, Ending
from functions.jobs.run import Run
from functions.settings import Network

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef


# ECS's own words
_PUBLIC_IP = {True: "ENABLED", False: "DISABLED"}


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

    def stop(self, run: Run, cause: str) -> None:
        """Abort the run's execution, which stops its task; nothing to do if it has ended.

        One that was never started is started and aborted: its name is used up then, and whoever is about to start it
        finds it ended.
        """
        if not self._stopped(run.id, cause):
            self.start(run)
            self._stopped(run.id, cause)

    def _stopped(self, run_id: str, cause: str) -> bool:
        """Whether there is an execution to stop."""
        try:
            self._client.stop_execution(executionArn=self._execution(run_id), error=STOPPED, cause=cause)
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist", "ValidationException"):
                raise
            return not is_error(error, "ExecutionDoesNotExist")
        return True

    def exists(self, run: Run) -> bool:
        """Whether the run's execution was started."""
        return self._describe(run.id) is not None

    def ending(self, run: Run) -> Ending | None:
        """How the run's execution ended; None if it goes on or was never started."""
        answer = self._describe(run.id)
        if answer is None or answer["status"] in ("RUNNING", "PENDING_REDRIVE"):
            return None
        return Ending(
            status=answer["status"],
            output=answer.get("output"),
            error=answer.get("error"),
            cause=answer.get("cause"),
        )

    def _describe(self, run_id: str) -> "DescribeExecutionOutputTypeDef | None":
        try:
            return self._client.describe_execution(executionArn=self._execution(run_id))
        except ClientError as error:
            if not is_error(error, "ExecutionDoesNotExist"):
                raise
            return None

    def _execution(self, run_id: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{run_id}"

    def _input(self, run: Run) -> dict[str, Any]:
        """What state_machines/README.md asks for: all from the run, so that starting it again gives the same."""
        plan, network = run.plan, self._network
        return {
            "jobId": run.job_id,
            "runId": run.id,
            "scheduledTime": run.scheduled_at.isoformat() if run.scheduled_at else "",
            "environment": [{"Name": name, "Value": value} for name, value in run.parameters.items()],
            "cluster": self._cluster,
            "taskDefinition": plan.task_definition,
            "capacityProviders": plan.capacity_providers,
            "subnets": plan.subnets or network.subnets,
            "securityGroups": plan.security_groups or network.security_groups,
            "assignPublicIp": network.public_ip if plan.assign_public_ip is None else _PUBLIC_IP[plan.assign_public_ip],
            "restart": {"policy": "NEVER" if plan.retry["attempts"] else "ON_FAILURE", "deadline": _deadline(run)},
        }


def _deadline(run: Run) -> str:
    seconds = run.plan.active_deadline
    return "" if seconds is None else (run.created_at + timedelta(seconds=seconds)).isoformat()
