"""What functions create is found by its prefix and deleted on an AWS that throttles, cuts pages and loses answers."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from functions.aws.iot import things
from infra.destroy import created
from tests.harsh.clock import CALL, MovedClock
from tests.harsh.pages import Pages
from tests.harsh.wire import Wire

PREFIX = "shiftwork-test-"
RETRIES: Any = {"mode": "standard", "total_max_attempts": 12}


def quiet(_: str) -> None:
    """Say nothing."""


class Harsh:
    """Clients whose first pages are empty, and AWS with its published limits; `seen` counts what befell them."""

    def __init__(self, clock: MovedClock, patch: pytest.MonkeyPatch) -> None:
        self.wire = Wire(clock.now, lambda: clock.sleep(CALL))
        self.seen = self.wire.seen
        self._patch = patch

    def client(self, service: str) -> Any:
        """A client as `make destroy` makes it."""
        make: Any = boto3.client
        client = make(service, config=Config(retries=RETRIES))
        Pages(self.seen).install(client)
        return client

    def begin(self, losses: float = 0.2) -> None:
        """Be harsh from now on."""
        self.wire.losses = losses
        self.wire.install(self._patch)


@pytest.fixture
def harsh(aws: None, clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> Harsh:
    """The harsher AWS, which does not act yet."""
    return Harsh(clock, monkeypatch)


def test_task_definitions_go_with_those_that_are_deregistered_already(harsh: Harsh) -> None:
    ecs = boto3.client("ecs")
    for family, count in (("shiftwork-test-a", 33), ("shiftwork-test-b", 1), ("shiftwork-test2-c", 1)):
        for _ in range(count):
            ecs.register_task_definition(
                family=family, containerDefinitions=[{"name": "main", "image": "x", "memory": 512}]
            )
    ecs.deregister_task_definition(taskDefinition="shiftwork-test-a:1")
    client = harsh.client("ecs")
    harsh.begin()
    assert created.delete_definitions(client, PREFIX, quiet) == 34
    assert harsh.seen["throttled"] > 0
    assert harsh.seen["empty pages"] > 0
    assert harsh.seen["answers lost"] > 0
    left = [arn for status in ("ACTIVE", "INACTIVE") for arn in created.definitions(client, "shiftwork-", status)]
    assert [arn.rpartition("/")[2] for arn in left] == ["shiftwork-test2-c:1"]


def test_temporary_groups_go_and_a_group_of_somebody_else_stays(harsh: Harsh) -> None:
    """The groups are those that the functions make: the description says so."""
    iot: Any = boto3.client("iot")
    iot.create_thing(thingName="pump")
    for number in range(3):
        things.make_group(iot, f"{PREFIX}{number}", ["pump"])
    iot.create_thing_group(thingGroupName=f"{PREFIX}mine")
    things.make_group(iot, "shiftwork-test2-1", [])
    client = harsh.client("iot")
    harsh.begin()
    assert created.delete_groups(client, PREFIX, quiet) == 3
    assert harsh.seen["empty pages"] > 0
    left = [group["groupName"] for group in iot.list_thing_groups()["thingGroups"]]
    assert left == [f"{PREFIX}mine", "shiftwork-test2-1"]
    assert created.delete_groups(client, PREFIX, quiet) == 0


def test_rules_go_from_each_bus_with_their_targets(harsh: Harsh) -> None:
    events = boto3.client("events")
    events.create_event_bus(Name="orders")
    rules = [("default", "shiftwork-test_a_b"), ("orders", "shiftwork-test_a_c"), ("orders", "shiftwork-test2_a_b")]
    for bus, name in rules:
        events.put_rule(Name=name, EventBusName=bus, EventPattern='{"source": ["shop"]}')
        target = {"Id": "shiftwork", "Arn": "arn:aws:lambda:eu-central-1:123456789012:function:react"}
        events.put_targets(Rule=name, EventBusName=bus, Targets=[target])  # type: ignore[list-item]
    client = harsh.client("events")
    harsh.begin(losses=0.5)
    assert created.delete_rules(client, "shiftwork-test_", quiet) == 2
    assert created.rules(client, "shiftwork") == [rules[2]]


def test_schedules_and_payloads_go(harsh: Harsh) -> None:
    scheduler, s3 = boto3.client("scheduler"), boto3.client("s3")
    location: Any = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="payloads", CreateBucketConfiguration=location)
    target: Any = {
        "Arn": "arn:aws:lambda:eu-central-1:123456789012:function:dispatch",
        "RoleArn": "arn:aws:iam::1:role/r",
    }
    for number in range(3):
        scheduler.create_schedule(
            GroupName="shiftwork-test",
            Name=f"job_{number}",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        )
        s3.put_object(Bucket="payloads", Key=f"payloads/job/{number}.json", Body=b"{}")
    client = harsh.client("scheduler")
    harsh.begin()
    assert created.delete_schedules(client, "shiftwork-test", quiet) == 3
    assert created.delete_schedules(client, "shiftwork-test", quiet) == 0
    assert created.delete_schedules(client, "gone", quiet) == 0
    assert created.empty_bucket(harsh.client("s3"), "payloads", quiet) == 3
    harsh.wire.losses = 0
    s3.delete_bucket(Bucket="payloads")
    assert created.empty_bucket(harsh.client("s3"), "payloads", quiet) == 0
