"""Fixtures: a world for each test, and the tally of what was tried in it."""

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
    """The tally of the test, for the line at the end of the tests' output."""
    tally = Tally()
    record_property(PROPERTY, tally.counts)
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
    # moto does not check signatures, and signing takes time.
    for client in (clients.dynamodb(), clients.stepfunctions(), clients.iot()):
        client.meta.events.register("choose-signer", lambda **_: UNSIGNED)
    # moto's ECS knows only tasks that it has run. Here every call of StopTask succeeds.
    clients.ecs().meta.events.register("before-call.ecs.StopTask", _stopped)  # type: ignore[arg-type]
    clock = Clock()
    quick_moto.install(monkeypatch, lambda: clock.now)
    monkeypatch.setattr(Table.__init__, "__defaults__", (clock.time,))
    return World(clock)


def _stopped(**_: Any) -> tuple[SimpleNamespace, dict[str, Any]]:
    return SimpleNamespace(status_code=200), {}
