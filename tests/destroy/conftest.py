"""Fixtures: a deployment on moto with the API in this process, and a destroy of it on a clock that is moved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from infra.destroy.api import Api
from infra.destroy.destroyer import Destroyer
from infra.destroy.progress import Progress
from infra.settings import Settings
from tests.api.conftest import Call, aws_calls, call
from tests.destroy.formation import NAME, Formation
from tests.harsh.clock import MovedClock
from tests.harsh.conftest import clock

__all__ = ["aws_calls", "call", "clock"]


class InProcess(Api):
    """The deployment's API, which answers in this process."""

    def __init__(self, call: Call, clock: MovedClock) -> None:
        super().__init__("https://api.example.com", lambda _: None, clock)
        self._call = call

    def _send(self, path: str) -> tuple[int, str]:
        answer = self._call("POST", path)
        return answer.status, answer.text


class Iot:
    """moto's IoT with the switch of job events, which moto does not have."""

    def __init__(self) -> None:
        self._real: Any = boto3.client("iot")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def describe_event_configurations(self) -> Any:
        """On, as a deployment leaves it."""
        return {"eventConfigurations": {name: {"Enabled": True} for name in ("JOB", "JOB_EXECUTION")}}


@dataclass
class Deployment:
    """A deployment to destroy. `cdk` is what `cdk destroy` does, `others` are clients in place of moto's."""

    call: Call
    clock: MovedClock
    formation: Formation = field(default_factory=Formation)
    said: list[str] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)
    cdk_calls: int = 0

    def client(self, service: str) -> Any:
        """A client of a service."""
        make: Any = boto3.client
        return self.others.get(service) or make(service)

    def destroy(self, cdk: Callable[[], int] | None = None, *, confirmed: bool = True, with_api: bool = True) -> int:
        """Destroy it, and return the status."""

        def counted() -> int:
            self.cdk_calls += 1
            return (cdk or self.succeed)()

        self.others.setdefault("cloudformation", self.formation)
        destroyer = Destroyer(
            settings=Settings(stage="test"),
            client=self.client,
            api=lambda _: InProcess(self.call, self.clock) if with_api else None,
            cdk=counted,
            progress=Progress(self.said.append, self.clock),
        )
        return destroyer.run("account 1, region eu-central-1", lambda _: confirmed)

    def succeed(self) -> int:
        """Delete the stack, which keeps its data."""
        self.formation.delete("AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::S3::Bucket")
        return 0


@pytest.fixture
def deployment(call: Call, clock: MovedClock) -> Deployment:
    """A deployment without jobs."""
    boto3.client("ecs").create_cluster(clusterName="runs")
    boto3.client("events").create_event_bus(Name=NAME)
    location: Any = {"LocationConstraint": "eu-central-1"}
    boto3.client("s3").create_bucket(Bucket="payloads", CreateBucketConfiguration=location)
    return Deployment(call, clock, others={"iot": Iot()})
