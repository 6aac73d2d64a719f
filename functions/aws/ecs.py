"""Amazon ECS: registers and deregisters task definitions, and stops tasks."""

from collections.abc import Callable, Iterator, Mapping
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

    def last_revision(self, family: str) -> int:
        """Return the highest number of the family's active revisions; 0 if there are none."""
        return max(map(_number, self._arns(family)), default=0)

    def active_up_to(self, family: str, last: int) -> Iterator[str]:
        """Return the ARNs of the family's active revisions up to the number `last`."""
        return (arn for arn in self._arns(family) if _number(arn) <= last)

    def _arns(self, family: str) -> Iterator[str]:
        pages = self._client().get_paginator("list_task_definitions").paginate(familyPrefix=family, status="ACTIVE")
        return (arn for page in pages for arn in page["taskDefinitionArns"])


def _number(arn: str) -> int:
    return int(arn.rpartition(":")[2])


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
