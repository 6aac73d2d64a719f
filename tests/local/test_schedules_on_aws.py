"""Schedules of the running local AWS, through its API."""

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.cloud import Aws
from local.errors import LocalCloudError
from tests.local.schedule_box import ACCOUNT, Box, request
from tests.local.workbench import Workbench, until

CODE = "def handler(event, context):\n    print('got', event['attempt'], event['at'])\n"


@pytest.fixture(scope="module")
def client(server: Aws) -> Any:
    """Scheduler's client."""
    return server.client("scheduler")


@pytest.fixture
def box(server: Aws) -> Box:
    """A new queue."""
    return Box(server, f"box-{uuid.uuid4()}")


@pytest.fixture
def group(client: Any) -> Iterator[str]:
    """A new group, deleted afterwards with its schedules."""
    name = f"group-{uuid.uuid4()}"
    client.create_schedule_group(Name=name)
    yield name
    client.delete_schedule_group(Name=name)


def test_a_rate_fires_at_once_without_any_move_of_the_clock(client: Any, group: str, box: Box) -> None:
    client.create_schedule(**request(group, box.arn, "rate(1 hour)"))
    assert until(box.bodies)


def test_moving_the_clock_fires_what_is_due_by_then(server: Aws, client: Any, group: str, box: Box) -> None:
    client.create_schedule(**request(group, box.arn))
    server.advance(180)
    times = [json.loads(body)["at"] for body in box.bodies()]
    assert len(times) >= 3  # one more if the real clock strikes now
    assert all(time.endswith(":00Z") for time in times)
    assert times == sorted(set(times))


def test_a_function_gets_the_input(server: Aws, workbench: Workbench, client: Any, group: str) -> None:
    name = workbench.function("scheduled", CODE)
    client.create_schedule(**request(group, f"arn:aws:lambda:{ACCOUNT}:function:{name}"))
    server.advance(60)
    logs = server.client("logs")

    def lines() -> list[str]:
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]
        found = [logs.filter_log_events(logGroupName=one["logGroupName"])["events"] for one in groups]
        return [event["message"] for events in found for event in events]

    assert until(lambda: [line for line in lines() if line.startswith("got 1 20")])


def test_a_function_that_is_gone_leaves_a_dead_letter(server: Aws, client: Any, group: str, box: Box) -> None:
    target = {"DeadLetterConfig": {"Arn": box.arn}, "RetryPolicy": {"MaximumEventAgeInSeconds": 60}}
    missing = f"arn:aws:lambda:{ACCOUNT}:function:missing"
    client.create_schedule(**request(group, missing, "rate(1 day)", target=target))
    server.advance(60)
    (letter,) = until(box.messages)
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert json.loads(letter["Body"])["at"] == attributes["SCHEDULED_TIME"]
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert attributes["SCHEDULE_ARN"] == f"arn:aws:scheduler:{ACCOUNT}:schedule/{group}/tested"
    assert (attributes["TARGET_ARN"], attributes["ERROR_CODE"]) == (missing, "ResourceNotFoundException")


def test_changes_take_effect_at_once(server: Aws, client: Any, group: str, box: Box) -> None:
    client.create_schedule(**request(group, box.arn, State="DISABLED"))
    server.advance(120)
    assert box.bodies() == []
    client.update_schedule(**request(group, box.arn))
    server.advance(60)
    assert box.bodies()
    client.delete_schedule(Name="tested", GroupName=group)
    server.advance(120)
    assert box.bodies() == []


def test_a_deleted_group_fires_no_more(server: Aws, client: Any, box: Box) -> None:
    client.create_schedule_group(Name="doomed")
    client.create_schedule(**request("doomed", box.arn))
    client.delete_schedule_group(Name="doomed")
    server.advance(120)
    assert box.bodies() == []
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_schedule(Name="tested", GroupName="doomed")


def test_a_schedule_can_delete_itself(client: Any, group: str, box: Box) -> None:
    dates = {"EndDate": datetime(2190, 1, 1, tzinfo=UTC), "ActionAfterCompletion": "DELETE"}
    client.create_schedule(**request(group, box.arn, "rate(300000 days)", **dates))
    assert until(lambda: client.list_schedules(GroupName=group)["Schedules"] == [])
    assert len(box.bodies()) == 1


def test_the_answer_shows_what_was_asked_for(client: Any, group: str, box: Box) -> None:
    client.create_schedule(**request(group, box.arn, ScheduleExpressionTimezone="Europe/Rome"))
    shown = client.get_schedule(Name="tested", GroupName=group)
    assert (shown["ScheduleExpressionTimezone"], shown["State"]) == ("Europe/Rome", "ENABLED")
    assert shown["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
    assert "Description" not in shown


def test_a_request_that_is_repeated_is_no_conflict(client: Any, group: str, box: Box) -> None:
    first = client.create_schedule(**request(group, box.arn), ClientToken="once")
    assert client.create_schedule(**request(group, box.arn), ClientToken="once")["ScheduleArn"] == first["ScheduleArn"]
    with pytest.raises(client.exceptions.ConflictException):
        client.create_schedule(**request(group, box.arn))


def test_unknown_schedules_and_groups(client: Any, group: str, box: Box) -> None:
    missing = client.exceptions.ResourceNotFoundException
    for call, arguments in (
        (client.create_schedule, request("nowhere", box.arn)),
        (client.update_schedule, request(group, box.arn)),
        (client.get_schedule, {"Name": "tested", "GroupName": group}),
        (client.delete_schedule, {"Name": "tested", "GroupName": group}),
        (client.list_schedules, {"GroupName": "nowhere"}),
        (client.delete_schedule_group, {"Name": "nowhere"}),
    ):
        with pytest.raises(missing):
            call(**arguments)


def test_refused_requests_change_nothing(client: Any, group: str, box: Box) -> None:
    client.create_schedule(**request(group, box.arn))
    with pytest.raises(client.exceptions.ValidationException, match="Invalid Schedule Expression"):
        client.update_schedule(**request(group, box.arn, "cron(* * * * * *)"))
    assert client.get_schedule(Name="tested", GroupName=group)["ScheduleExpression"] == "cron(* * * * ? *)"
    with pytest.raises(client.exceptions.ValidationException, match="64"):
        client.create_schedule(**{**request(group, box.arn), "Name": "x" * 65})


def test_lists_have_pages(client: Any, group: str, box: Box) -> None:
    for number in range(7):
        state = "ENABLED" if number % 2 else "DISABLED"
        client.create_schedule(**{**request(group, box.arn), "Name": f"s{number}", "State": state})

    def names(**asked: Any) -> list[str]:
        pages = client.get_paginator("list_schedules").paginate(GroupName=group, **asked)
        return [schedule["Name"] for page in pages for schedule in page["Schedules"]]

    assert names(PaginationConfig={"PageSize": 3}) == [f"s{number}" for number in range(7)]
    assert names(State="ENABLED") == ["s1", "s3", "s5"]
    assert names(NamePrefix="s6") == ["s6"]
    first = client.list_schedules(GroupName=group, MaxResults=7)
    assert "NextToken" not in first
    assert first["Schedules"][0]["Target"] == {"Arn": box.arn}
    groups = client.list_schedule_groups(NamePrefix=group)["ScheduleGroups"]
    assert [one["Name"] for one in groups] == [group]


def _post(url: str, body: bytes | None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=10) as answer:  # noqa: S310
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_clock_is_moved_on_the_aws_port_only(server: Aws) -> None:
    assert _post(f"{server.endpoint_url}/_shiftwork/clock", b'{"advanceSeconds": 0}') == 200
    assert _post(f"{server.endpoint_url}/_shiftwork/clock", None) == 405
    assert _post(f"{server.api_url}/_shiftwork/clock", b'{"advanceSeconds": 0}') != 200
    for body in (b"", b"[]", b"{}", b'{"advanceSeconds": "x"}', b'{"advanceSeconds": -1}'):
        assert _post(f"{server.endpoint_url}/_shiftwork/clock", body) == 400
    with pytest.raises(LocalCloudError, match="at most"):
        server.advance(1e9)
