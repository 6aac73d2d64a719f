"""Reading ECS's description of a task."""

import pytest

from functions.jobs.run import TaskStatus
from functions.jobs.task import read_task
from tests.unit.tasks import task_event


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
