"""A world for each test, and the record of what was tried in it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED

from functions.aws import clients
from functions.aws.table.table import Table
from tests.engine import quick_moto
from tests.engine.clock import Clock
from tests.engine.tally import PROPERTY, Tally
from tests.engine.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def tally(record_property: Callable[[str, Any], None]) -> Tally:
    """What the test counts in, for the line at the end of the tests' output."""
    tally = Tally()
    record_property(PROPERTY, tally.told)
    return tally


@pytest.fixture
def world(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which nothing has happened."""
    for name in ("runs", "runs-of-several-tasks", "runs-of-a-fleet"):
        boto3.client("stepfunctions").create_state_machine(
            name=name,
            definition='{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/r",
        )
    for client in (
        clients.dynamodb(),
        clients.stepfunctions(),
        clients.iot(),
    ):  # moto does not look at it, and it takes time
        client.meta.events.register("choose-signer", lambda **_: UNSIGNED)
    # moto's ECS knows no task that was not run in it: here each one is stopped.
    clients.ecs().meta.events.register("before-call.ecs.StopTask", _stopped)  # type: ignore[arg-type]
    clock = Clock()
    quick_moto.install(monkeypatch, lambda: clock.now)
    monkeypatch.setattr(Table.__init__, "__defaults__", (clock.time,))
    return World(clock)


def _stopped(**_: Any) -> tuple[SimpleNamespace, dict[str, Any]]:
    return SimpleNamespace(status_code=200), {}
