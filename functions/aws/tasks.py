"""ECS tasks: ending one."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.aws.table import is_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_ecs import ECSClient


class EcsTasks:
    """Implements functions.jobs.ports.runs.Tasks."""

    def __init__(self, client: "Callable[[], ECSClient]", cluster: str) -> None:
        self._client = client
        self._cluster = cluster

    def stop(self, task_arn: str, reason: str) -> None:
        """End a task, if it is still there.

        Source: ECS API Reference, StopTask: a task that ECS has forgotten is an InvalidParameterException.
        """
        try:
            self._client().stop_task(cluster=self._cluster, task=task_arn, reason=reason)
        except ClientError as error:
            if not is_error(error, "InvalidParameterException"):
                raise
