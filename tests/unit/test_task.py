"""Reading ECS's description of a task."""

from typing import Any

import pytest

from functions.jobs.model.ecs_task import TaskReport, read_task
from functions.jobs.model.run import Reason, TaskStatus
from tests.unit.tasks import task_cause, task_event


def read(**task: Any) -> TaskReport:
    report = read_task(task)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("last_status", "status"),
    [
        ("PROVISIONING", TaskStatus.STARTING),
        ("PENDING", TaskStatus.STARTING),
        ("RUNNING", TaskStatus.RUNNING),
        ("DEPROVISIONING", TaskStatus.RUNNING),
    ],
)
def test_status_of_a_task_that_goes_on(last_status: str, status: TaskStatus) -> None:
    report = read_task(task_event(last_status))
    assert report is not None
    assert report.attempt.status is status


def test_whose_task_it_is_and_how_it_stands() -> None:
    report = read_task(task_event("RUNNING", 3))
    assert report is not None
    assert (report.job_id, report.run_id, report.attempt.number, report.attempt.version) == ("team.job", "run-1", 1, 3)
    assert report.attempt.task_id == "0f1e2d"
    assert str(report.attempt.started_at) == "2026-01-02 03:04:05.678000+00:00"


def test_a_strangers_task_is_left_alone() -> None:
    assert read_task(task_event(overrides={"containerOverrides": [{"name": "main"}]})) is None
    assert read_task({}) is None


def test_which_of_several_tasks_it_is() -> None:
    assert (read(**task_event()).index, read(**task_event()).count) == (0, 1)
    event = task_event()
    event["overrides"]["containerOverrides"][0]["environment"] += [
        {"name": "SHIFTWORK_TASK_INDEX", "value": "3"},
        {"name": "SHIFTWORK_TASK_COUNT", "value": "10000"},
    ]
    assert (read(**event).index, read(**event).count) == (3, 10_000)


def test_the_size_that_ecs_gave_it() -> None:
    attempt = read(**task_event(cpu="256", memory="512")).attempt
    assert (attempt.cpu, attempt.memory) == (256, 512)
    assert (read(**task_event()).attempt.cpu, read(**task_event()).attempt.memory) == (None, None)


@pytest.mark.parametrize(
    ("stop_code", "container", "reason"),
    [
        ("EssentialContainerExited", {"ExitCode": 3}, Reason.EXIT_CODE),
        ("EssentialContainerExited", {"ExitCode": 0}, None),
        ("EssentialContainerExited", {"ExitCode": 143, "Reason": "CannotStartContainerError"}, Reason.START_FAILED),
        ("TaskFailedToStart", {}, Reason.START_FAILED),
        ("SpotInterruption", {"ExitCode": 143}, Reason.SPOT_INTERRUPTED),
        ("UserInitiated", {"ExitCode": 137}, Reason.STOPPED),
        ("ServiceSchedulerInitiated", {"ExitCode": 1}, Reason.ABORTED),
    ],
)
def test_why_an_attempt_failed(stop_code: str, container: dict[str, Any], reason: Reason | None) -> None:
    task = task_cause(stop_code, "in ECS's words")
    task["Containers"][0] |= container
    attempt = read(**task).attempt
    assert attempt.reason is reason
    assert attempt.exit_code == (None if reason is Reason.START_FAILED else container.get("ExitCode"))


def test_an_attempt_that_goes_on_has_no_reason() -> None:
    assert read(**task_event("RUNNING")).attempt.reason is None
