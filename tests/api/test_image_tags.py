"""Another tag of the job's image, for one run: a task definition of its own, made once."""

from typing import Any

import boto3
import pytest

from tests.api.conftest import JOB, RUNS, Call
from tests.api.overriding import OPEN, RUN, finish, job, refused, started, told
from tests.conftest import ENVIRONMENT

__all__ = ["job"]
REGISTER = "RegisterTaskDefinition"


def image(run: dict[str, Any]) -> str:
    """What the run's main container is made of."""
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=run["taskDefinition"])
    [main] = [one for one in definition["taskDefinition"]["containerDefinitions"] if one["name"] == "main"]
    return main["image"]


def in_use() -> list[str]:
    """All task definitions that are registered."""
    return list(boto3.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"])


def test_a_run_has_another_tag_and_nothing_else_otherwise(call: Call, job: dict[str, Any]) -> None:
    plain, tagged = started(call, {}), started(call, {"imageTag": "v2"})
    assert (image(plain), image(tagged)) == ("registry:5000/team/app:1", "registry:5000/team/app:v2")
    assert told(tagged)["taskDefinition"] == tagged["taskDefinition"] != plain["taskDefinition"]
    assert (tagged["overrides"], tagged["revision"]) == ({"imageTag": "v2"}, 1)
    definitions = [boto3.client("ecs").describe_task_definition(taskDefinition=one) for one in in_use()]
    assert {one["taskDefinition"]["family"] for one in definitions} == {"shiftwork-test-team_job"}


def test_the_next_run_with_the_tag_has_the_same_task_definition(
    call: Call, job: dict[str, Any], aws_calls: list[str]
) -> None:
    first = started(call, {"imageTag": "v2"})
    assert aws_calls.count(REGISTER) == 1
    aws_calls.clear()
    assert started(call, {"imageTag": "v2"})["taskDefinition"] == first["taskDefinition"]
    assert aws_calls == ["GetItem", "GetItem", "TransactWriteItems", "StartExecution"]
    assert started(call, {"imageTag": "v3"})["taskDefinition"] != first["taskDefinition"]


def test_another_revision_has_task_definitions_of_its_own(call: Call, job: dict[str, Any]) -> None:
    first = started(call, {"imageTag": "v2"})
    assert call("PUT", "/v1/jobs/team.job", OPEN | {"description": "new"}).status == 200
    second = started(call, {"imageTag": "v2"})
    assert (second["revision"], image(second)) == (2, image(first))
    assert second["taskDefinition"] != first["taskDefinition"]


def test_a_ucr_image(call: Call) -> None:
    run = {name: value for name, value in RUN.items() if name != "docker"}
    ucr = {"ucr": {"image": {"id": "busybox", "kind": "docker"}}}
    assert call("POST", "/v1/jobs", JOB | {"run": run | ucr, "overrides": ["imageTag"]}).status == 201
    assert image(started(call, {"imageTag": "1.36"})) == "busybox:1.36"


def test_they_go_with_the_job_and_do_not_come_back(call: Call, job: dict[str, Any]) -> None:
    first = started(call, {"imageTag": "v2"})
    finish(call, first)
    assert call("DELETE", "/v1/jobs/team.job").status == 200
    assert in_use() == []
    left = boto3.client("dynamodb").scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
    assert [item["SK"]["S"] for item in left if item["PK"]["S"] == "JOB#team.job"] == []
    assert call("POST", "/v1/jobs", OPEN).status == 201
    second = started(call, {"imageTag": "v2"})
    assert second["taskDefinition"] in in_use()


def test_an_image_whose_name_would_be_too_long(call: Call) -> None:
    long = RUN | {"docker": {"image": "a" * 200}}
    assert call("POST", "/v1/jobs", JOB | {"run": long, "overrides": ["imageTag"]}).status == 201
    assert "is not an image name that ECS takes" in refused(call, {"imageTag": "b" * 100})["/imageTag"]


@pytest.mark.usefixtures("job")
def test_nothing_is_registered_for_what_is_refused(call: Call) -> None:
    assert list(refused(call, {"imageTag": "v2", "parameters": {"DAY": "sunday"}})) == ["/parameters/DAY"]
    assert call("POST", RUNS, {"imageTag": "v2", "payload": "x" * 300_000}).status == 422
    assert len(in_use()) == 1
