"""ecs:runTask.sync answers and fails as in AWS."""

import json
from datetime import UTC, datetime

import pytest

from local.corrections.stepfunctions.run_task import integration_names
from tests.local.workbench import Workbench, until


def test_answers_the_task_with_the_names_and_times_of_the_integration(workbench: Workbench) -> None:
    ended = workbench.ended(workbench.start(workbench.definition("true")))
    assert ended["status"] == "SUCCEEDED"
    task = json.loads(ended["output"])
    assert task["LastStatus"] == "STOPPED"
    assert task["StopCode"] == "EssentialContainerExited"
    assert [container["ExitCode"] for container in task["Containers"]] == [0]
    now = datetime.now(UTC).timestamp() * 1000
    assert now - 60_000 < task["CreatedAt"] <= task["StartedAt"] <= task["StoppedAt"] <= now
    assert task["Overrides"]["ContainerOverrides"][0]["Environment"] == [{"Name": "B", "Value": "2"}]


def test_an_exit_code_fails_the_state_with_the_task_as_cause(workbench: Workbench) -> None:
    ended = workbench.ended(workbench.start(workbench.definition("exit 3")))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(ended["cause"])
    assert cause["Containers"][0]["ExitCode"] == 3
    assert cause["StoppedReason"] == "Essential container in task exited"


def test_a_task_that_cannot_start_fails_the_state(workbench: Workbench) -> None:
    ended = workbench.ended(workbench.start(workbench.definition("true", image="registry.invalid/a:1")))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(ended["cause"])
    assert cause["StopCode"] == "TaskFailedToStart"
    assert cause["StoppedReason"].startswith("CannotPullContainerError: ")


def test_a_stopped_task_fails_the_state(workbench: Workbench) -> None:
    definition = workbench.definition("exec sleep 60")
    execution = workbench.start(definition)
    task = workbench.running(_only_task(workbench, definition))
    workbench.ecs.stop_task(cluster=workbench.cluster, task=task["taskArn"], reason="enough")
    cause = json.loads(workbench.ended(execution)["cause"])
    assert (cause["StopCode"], cause["StoppedReason"]) == ("UserInitiated", "enough")


def test_a_failing_call_raises_the_code_of_ecs(workbench: Workbench) -> None:
    ended = workbench.ended(workbench.start("no-such-definition"))
    assert (ended["status"], ended["error"]) == ("FAILED", "ECS.ClientException")


def test_the_first_state_and_the_end_of_the_task_are_seen_at_once(workbench: Workbench) -> None:
    ended = workbench.ended(workbench.start(workbench.definition("true")))
    # MiniStack waits 150 ms before the first state and a second between looks: neither may be in here.
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() < 1


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"startedAt": "1970-01-01T00:00:01.500Z"}, {"StartedAt": 1500}),
        ({"tags": [{"key": "a"}]}, {"Tags": [{"Key": "a"}]}),
        ({"containers": [{"exitCode": 0}]}, {"Containers": [{"ExitCode": 0}]}),
    ],
)
def test_names(told: object, shown: object) -> None:
    assert integration_names(told) == shown


def _only_task(workbench: Workbench, definition: str) -> str:
    (arn,) = until(lambda: workbench.tasks_of(definition))
    return arn
