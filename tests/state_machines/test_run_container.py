"""The state machine's real file: its structure, and what its expressions make of an execution's input."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.api.documents.schedule import MAX_PARAMETERS
from functions.aws.executions import StateMachine
from functions.jobs.job import MAX_ID
from functions.jobs.run import Run
from functions.settings import Settings
from tests.aws.conftest import NOW, make_run
from tests.state_machines.machine import evaluate

FILE = Path(__file__).parents[2] / "state_machines" / "run_container.asl.json"
LARGEST = {"PARAMETER": "x" * (MAX_PARAMETERS - 40)}  # about what a schedule may have
DEFINITION: dict[str, Any] = json.loads(FILE.read_text())


def camel(value: Any) -> Any:
    """PascalCase keys as the service's own API has them."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def arguments_for(run: Run) -> dict[str, Any]:
    """What RunTask gets for a run that our own code starts."""
    started: dict[str, Any] = {}

    class Client:
        """Takes note of the execution's input."""

        def start_execution(self, **request: Any) -> None:
            started.update(json.loads(request["input"]))

    settings = Settings.from_env()
    machine = StateMachine(Client(), settings.state_machine_arn, settings.cluster_arn, settings.network)  # type: ignore[arg-type]
    machine.start(run)
    return dict(camel(evaluate(DEFINITION["States"]["RunTask"]["Arguments"], {"input": started})))


@pytest.fixture
def arguments() -> dict[str, Any]:
    """What RunTask gets for a run without peculiarities."""
    return arguments_for(make_run())


def test_the_longest_names_fit_into_the_overrides_that_ecs_takes() -> None:
    longest = replace(make_run("9" * 80, job_id="a" * MAX_ID), scheduled_at=NOW, parameters=LARGEST)
    assert len(json.dumps(arguments_for(longest)["overrides"])) < 8192  # ECS API Reference, RunTask: overrides


def test_run_task_gets_a_request_that_ecs_accepts(arguments: dict[str, Any]) -> None:
    shape = botocore.session.get_session().get_service_model("ecs").shape_for("RunTaskRequest")
    validate_parameters(arguments, shape)
    assert arguments["taskDefinition"] == "arn:definition:1"
    assert arguments["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}], "0 if left out"
    assert "launchType" not in arguments, "ECS refuses both"
    assert arguments["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "ENABLED",
    }


def test_the_container_learns_whose_run_it_is(arguments: dict[str, Any]) -> None:
    (override,) = arguments["overrides"]["containerOverrides"]
    assert {pair["name"]: pair["value"] for pair in override["environment"]} == {
        "SHIFTWORK_JOB_ID": "team.job",
        "SHIFTWORK_RUN_ID": "20260102030405aaaaaaaaaa",
        "SHIFTWORK_ATTEMPT": "1",
        "SHIFTWORK_SCHEDULED_TIME": "",
        "SHIFTWORK_TASK_INDEX": "0",
        "SHIFTWORK_TASK_COUNT": "1",
    }


def test_a_schedules_parameters_reach_the_container_after_what_is_ours() -> None:
    arguments = arguments_for(replace(make_run(), parameters={"LEVEL": "debug"}))
    assert arguments["overrides"]["containerOverrides"][0]["environment"][-1] == {"name": "LEVEL", "value": "debug"}


def test_a_run_that_succeeds_at_once_enters_one_state() -> None:
    first = DEFINITION["States"][DEFINITION["StartAt"]]
    assert first["Type"] == "Task"
    assert first["End"] is True


def test_every_state_can_be_reached_and_every_target_exists() -> None:
    states = DEFINITION["States"]
    targets = {DEFINITION["StartAt"]}
    for state in states.values():
        steps = [state, *state.get("Catch", []), *state.get("Choices", [])]
        targets |= {step["Next"] for step in steps if "Next" in step} | {
            state[key] for key in ("Default",) if key in state
        }
    assert targets == set(states)


def test_the_static_retry_is_for_aws_not_for_the_task() -> None:
    for retry in DEFINITION["States"]["RunTask"]["Retry"]:
        assert not {"States.ALL", "States.TaskFailed", "States.Timeout"} & set(retry["ErrorEquals"])
        assert retry["JitterStrategy"] == "FULL"
