"""Amazon ECS: registers and deregisters task definitions, and stops tasks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.table.table import is_error
from functions.jobs.model.errors import InvalidError, Problem

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient


class EcsTaskDefinitions:
    """Implements functions.jobs.ports.definitions.TaskDefinitions."""

    def __init__(self, client: Callable[[], "ECSClient"]) -> None:
        self._client = client

    def register(self, request: Mapping[str, Any]) -> str:
        """Register a revision and return its ARN. Raises InvalidError with the message of ECS if ECS refuses it."""
        try:
            answer = self._client().register_task_definition(**request)
        except ClientError as error:
            if not is_error(error, "ClientException", "InvalidParameterException"):
                raise
            raise InvalidError([Problem("/run", error.response["Error"]["Message"])]) from error
        return answer["taskDefinition"]["taskDefinitionArn"]

    def deregister(self, arn: str) -> None:
        """Deregister one revision. Tasks that run it continue."""
        self._client().deregister_task_definition(taskDefinition=arn)

    def deregister_family(self, family: str) -> None:
        """Deregister all revisions of a family."""
        pages = self._client().get_paginator("list_task_definitions").paginate(familyPrefix=family, status="ACTIVE")
        for arn in [arn for page in pages for arn in page["taskDefinitionArns"]]:
            self.deregister(arn)


class EcsTasks:
    """Implements functions.jobs.ports.runs.TaskStopper."""

    def __init__(self, client: "Callable[[], ECSClient]", cluster: str) -> None:
        self._client = client
        self._cluster = cluster

    def stop(self, task_arn: str, reason: str) -> None:
        """Stop a task, if ECS still knows it.

        Source: ECS API Reference, StopTask: an unknown task is an InvalidParameterException.
        """
        try:
            self._client().stop_task(cluster=self._cluster, task=task_arn, reason=reason)
        except ClientError as error:
            if not is_error(error, "InvalidParameterException"):
                raise
