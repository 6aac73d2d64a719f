"""The state machine's real file: its structure, and what its expressions make of an execution's input."""

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.jobs.container.task_override import MAX_CHARACTERS, override_length
from functions.jobs.model.job import MAX_ID
from functions.jobs.model.run import Overrides, Run
from tests.aws.conftest import NOW, make_run
from tests.state_machines.machine import evaluate
from tests.state_machines.runs import CONTAINER, given, overridden, planned, policy

# The longest that ECS takes with the longest names: what is longer is refused before.
LARGEST = {"PARAMETER": "x" * 7000}


def camel(value: Any) -> Any:
    """PascalCase keys as the service's own API has them."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def arguments_for(run: Run) -> dict[str, Any]:
    """What RunTask gets for a run that our own code starts; ECS's model takes it."""
    sent: dict[str, Any] = camel(evaluate(CONTAINER["States"]["RunTask"]["Arguments"], {"input": given(run)}))
    validate_parameters(sent, botocore.session.get_session().get_service_model("ecs").shape_for("RunTaskRequest"))
    return sent


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in container["environment"]}


@pytest.fixture
def arguments() -> dict[str, Any]:
    """What RunTask gets for a run without peculiarities."""
    return arguments_for(make_run())


def test_run_task_gets_a_request_that_ecs_accepts(arguments: dict[str, Any]) -> None:
    assert arguments["taskDefinition"] == "arn:definition:1"
    assert arguments["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}], "0 if left out"
    assert "launchType" not in arguments, "ECS refuses both"
    assert arguments["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "ENABLED",
    }


def test_the_container_learns_whose_run_it_is(arguments: dict[str, Any]) -> None:
    assert list(arguments["overrides"]) == ["containerOverrides"]
    (main,) = arguments["overrides"]["containerOverrides"]
    assert list(main) == ["name", "environment"]
    assert environment(main) == {
        "SHIFTWORK_JOB_ID": "team.job",
        "SHIFTWORK_RUN_ID": "20260102030405aaaaaaaaaa",
        "SHIFTWORK_ATTEMPT": "1",
        "SHIFTWORK_SCHEDULED_TIME": "",
        "SHIFTWORK_TASK_INDEX": "0",
        "SHIFTWORK_TASK_COUNT": "1",
    }


def test_parameters_reach_the_container_after_what_is_ours_and_overrides_after_them() -> None:
    run = replace(make_run(), parameters={"LEVEL": "debug", "A": "1"}, overrides=Overrides(env={"A": "2", "B": "3"}))
    pairs = arguments_for(run)["overrides"]["containerOverrides"][0]["environment"][6:]
    assert pairs == [{"name": "LEVEL", "value": "debug"}, {"name": "A", "value": "2"}, {"name": "B", "value": "3"}]


def test_a_run_may_have_another_command_and_task_definition() -> None:
    arguments = arguments_for(overridden(command=("only one word",), task_definition="arn:definition:tagged"))
    assert arguments["overrides"]["containerOverrides"][0]["command"] == ["only one word"]
    assert arguments["taskDefinition"] == "arn:definition:tagged"


def test_a_run_may_have_another_size() -> None:
    overrides = arguments_for(overridden(cpu=512, memory=2048))["overrides"]
    assert (overrides["cpu"], overrides["memory"]) == ("512", "2048")


@pytest.mark.parametrize(
    ("payload", "handed"),
    [
        ({"payload": '{"a": 1}'}, {"SHIFTWORK_PAYLOAD": '{"a": 1}'}),
        ({"payload_url": "https://bucket/key?signed"}, {"SHIFTWORK_PAYLOAD_URL": "https://bucket/key?signed"}),
    ],
)
def test_a_payload_is_handed_to_the_init_container_and_its_place_told_to_the_job(
    payload: dict[str, Any], handed: dict[str, str]
) -> None:
    main, init = arguments_for(overridden(**payload))["overrides"]["containerOverrides"]
    assert (main["name"], init["name"]) == ("main", "init")
    assert environment(main)["SHIFTWORK_PAYLOAD_FILE"] == "/mnt/mesos/sandbox/shiftwork-payload"
    assert environment(init) == handed


def test_the_overrides_are_no_longer_than_was_counted_before() -> None:
    """The longest names with a payload: functions/jobs/container/task_override.py refuses what ECS would not take."""
    run = replace(
        planned(make_run("9" * 80, job_id="a" * MAX_ID), task_count=10_000),
        scheduled_at=NOW,
        parameters=LARGEST,
        overrides=Overrides(env={"A": "b"}, command=("x",) * 9, cpu=16384, memory=122880, payload="{}"),
    )
    sent = json.dumps(arguments_for(run)["overrides"], separators=(",", ":"))
    assert len(sent) <= override_length(run)
    assert len(sent) <= MAX_CHARACTERS


def test_the_largest_input_leaves_room_for_what_the_states_add() -> None:
    rule = {"action": "IGNORE", "exitCodes": list(range(100)), "reasons": ["EXIT_CODE"] * 5, "message": "m" * 200}
    retry = policy(attempts=100, rules=[rule] * 20)
    run = planned(make_run("9" * 80, job_id="a" * MAX_ID), retry=retry, task_count=10_000)
    sent = json.dumps(given(replace(run, parameters=LARGEST, overrides=Overrides(payload_url="u" * 2000))))
    assert len(sent) < 32 * 1024


def test_a_run_that_succeeds_at_once_enters_one_state() -> None:
    first = CONTAINER["States"][CONTAINER["StartAt"]]
    assert first["Type"] == "Task"
    assert first["End"] is True


def test_the_static_retry_is_for_aws_not_for_the_task() -> None:
    for retry in CONTAINER["States"]["RunTask"]["Retry"]:
        assert not {"States.ALL", "States.TaskFailed", "States.Timeout"} & set(retry["ErrorEquals"])
        assert retry["JitterStrategy"] == "FULL"
