"""Lists whose items are large or many: each answer fits into what Lambda can return, and the pages have everything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.api.answers.run import LAST_ATTEMPTS
from functions.api.http import MAX_ANSWER
from functions.aws import clients
from functions.aws.table.run_items import attempt_values, item_of
from functions.aws.table.table import pack
from functions.jobs.model.run import Attempt, RunStatus, TaskStatus
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform
from tests.api.conftest import JOB, PATH, RUNS, Call, walk
from tests.conftest import ENVIRONMENT

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LONG = "é" * 32_768  # a cause of Step Functions at its longest, each character two bytes


def save_run(number: int, attempts: int = 0, message: str | None = None) -> None:
    """Save a run that has ended."""
    job = platform().jobs.get("team.job")
    assert job
    run = Trigger(job_id="team.job", run_id=f"20260102030405{number:05d}", now=NOW).run(job.plan)
    item = item_of(replace(run, status=RunStatus.FAILED)) | {"message": message, "completedAt": NOW.isoformat()}
    item["attempts"] = {str(attempt): attempt_values(_attempt(attempt)) for attempt in range(1, attempts + 1)}
    clients.dynamodb().put_item(TableName=ENVIRONMENT["TABLE_NAME"], Item=pack(item))


def _attempt(number: int) -> Attempt:
    arn = f"arn:aws:ecs:eu-central-1:123456789012:task/shiftwork-test/{number:032d}"
    return Attempt(number=number, version=1, task_arn=arn, status=TaskStatus.FAILED, message="x" * 1000)


@pytest.fixture(autouse=True)
def _job(call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201


def test_a_list_has_the_last_attempts_of_a_run_and_the_run_has_all(call: Call) -> None:
    save_run(1, attempts=LAST_ATTEMPTS + 2)
    (listed,) = call("GET", "/v1/runs?limit=1").json
    assert [task["attempt"] for task in listed["tasks"]] == [3, 4, 5, 6, 7]
    assert listed["attemptCount"] == 7
    whole = call("GET", f"{RUNS}/{listed['id']}").json
    assert len(whole["tasks"]) == 7
    assert "attemptCount" not in whole


def test_a_page_of_large_runs_is_short_and_the_pages_have_each_of_them_once(call: Call) -> None:
    for number in range(90):
        save_run(number, message=LONG)
    first = call("GET", f"{RUNS}?limit=100")
    assert first.status == 200
    assert 0 < len(first.json) < 90
    assert len(first.text.encode()) <= MAX_ANSWER
    ids = [run["id"] for run in walk(call, "/v1/runs?limit=100")]
    assert len(ids) == len(set(ids)) == 90


def test_of_many_active_runs_the_newest_come_first_and_a_link_leads_to_the_others(call: Call) -> None:
    for second in range(103):
        trigger = Trigger(job_id="team.job", run_id=f"20260102{second:06d}abc", now=NOW + timedelta(seconds=second))
        platform().starter.trigger_run(trigger)
    save_run(1)
    assert len(call("GET", RUNS).json) == 100
    ids = [run["id"] for run in walk(call, RUNS)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(set(ids)) == 103
    assert len(call("GET", f"{PATH}?embed=activeRuns").json["activeRuns"]) == 100
