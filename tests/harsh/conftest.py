"""Fixtures: the API in this process, as in tests/api, on a harsher AWS and a moved clock."""

from typing import TYPE_CHECKING

import pytest

from functions.aws import clients
from tests.api.conftest import aws_calls, call, four_jobs, run
from tests.harsh.aws import HarshAws, Harshness
from tests.harsh.clock import CALL, MovedClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["aws_calls", "call", "four_jobs", "run"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """The clock on which the code under test waits."""
    clock = MovedClock()
    clock.install(monkeypatch)
    return clock


@pytest.fixture
def harsh(dynamodb: "DynamoDBClient", clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> HarshAws:
    """The harsher AWS."""
    aws = HarshAws(clock.now, lambda: clock.sleep(CALL), Harshness())
    used = (clients.dynamodb(), clients.ecs(), clients.iot(), clients.logs())
    aws.install(monkeypatch, used)
    return aws
