"""Scheduler has what the table has: also after any single AWS call has failed, and after two writers at once."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.aws import clients
from functions.events import sweep
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, NIGHTLY, Call, walk
from tests.api.faults import FaultError, attempt, fault, later

GROUP = "shiftwork-test"
TWO = [NIGHTLY, {"id": "weekly", "expression": "@weekly", "timezone": "Europe/Rome"}]
V0 = {"run": JOB["run"], "labels": {}}
Change = Callable[[Call, str], Any]
CHANGES: dict[str, Change] = {
    "create a job": lambda call, job: call("POST", "/v1/jobs", JOB | {"id": f"{job}.new", "schedules": TWO}),
    "add": lambda call, job: call("POST", f"/v1/jobs/{job}/schedules", {"id": "third", "expression": "@every 5m"}),
    "replace": lambda call, job: call("PUT", f"/v1/jobs/{job}/schedules/nightly", NIGHTLY | {"cron": "5 5 * * 0"}),
    "disable": lambda call, job: call("PUT", f"/v1/jobs/{job}/schedules/nightly", NIGHTLY | {"enabled": False}),
    "end": lambda call, job: call("PUT", f"/v1/jobs/{job}/schedules/weekly", {"expression": "none", "id": "weekly"}),
    "delete": lambda call, job: call("DELETE", f"/v1/jobs/{job}/schedules/weekly"),
    "replace all": lambda call, job: call("PUT", f"/v0/scheduled-jobs/{job}", V0 | {"id": job, "schedules": TWO[1:]}),
    "delete the job": lambda call, job: call("DELETE", f"/v1/jobs/{job}"),
}


def in_scheduler() -> dict[str, tuple[str, str, str]]:
    scheduler = clients.scheduler()
    names = [found["Name"] for found in scheduler.list_schedules(GroupName=GROUP)["Schedules"]]
    held = [scheduler.get_schedule(GroupName=GROUP, Name=name) for name in names]
    return {one["Name"]: (one["ScheduleExpression"], one["ScheduleExpressionTimezone"], one["State"]) for one in held}


def in_table(call: Call) -> dict[str, tuple[str, str, str]]:
    return {
        f"{job['id']}_{one['id']}": (
            one["awsExpressions"][0],
            one["timezone"],
            "ENABLED" if one["enabled"] else "DISABLED",
        )
        for job in walk(call, "/v1/jobs")
        for one in job["schedules"]
        if one["awsExpressions"]
    }


@pytest.mark.parametrize("event", ["before-call", "after-call"])
@pytest.mark.parametrize("change", CHANGES)
def test_after_a_failed_call_and_a_sweep_scheduler_has_what_the_table_has(call: Call, change: str, event: str) -> None:
    made, number = ["?"], 0
    while len(made) >= number:
        number += 1
        job = f"job{number}"
        call("POST", "/v1/jobs", JOB | {"id": job, "schedules": TWO})
        with fault(number, event) as made:
            attempt(lambda job=job: CHANGES[change](call, job))  # type: ignore[misc]
        with fault(1 + number % 3, event):  # the sweep may fail too: the next one goes on
            attempt(lambda: platform().syncer.sweep_marks(later()))
        platform().syncer.sweep_marks(later())
        assert in_scheduler() == in_table(call), f"call {number} of {made}"
    assert number > 4, f"{change} needs more calls than {made}"
    assert platform().syncer.sweep_marks(later()) == [], "no mark is left"


def test_a_job_whose_schedules_cannot_be_brought_over_does_not_hold_up_the_others(call: Call) -> None:
    for job in ("one", "two"):
        call("POST", "/v1/jobs", JOB | {"id": job})
        with fault(3, "before-call"), pytest.raises(FaultError):
            call("POST", f"/v1/jobs/{job}/schedules", NIGHTLY)
    assert in_scheduler() == {}
    with fault(3, "before-call"), pytest.raises(ExceptionGroup):
        platform().syncer.sweep_marks(later())
    assert list(in_scheduler()) == ["two_nightly"]
    assert sweep.handler({}, CONTEXT)["repaired"] == [], "a moment ago: its writer may still be at work"
    assert [mark.job_id for mark in platform().syncer.sweep_marks(later())] == ["one"]


@pytest.mark.parametrize("dies", [False, True])
def test_of_two_writers_at_once_the_later_one_prevails(call: Call, dies: bool) -> None:
    """The first is about to tell Scheduler when the second writes and tells it all of its own."""
    call("POST", "/v1/jobs", JOB | {"schedules": TWO})
    path, calls = "/v1/jobs/team.job/schedules/nightly", []

    def overtaken(model: Any, **_: Any) -> None:
        calls.append(model.name)
        if len(calls) == 1:
            assert call("PUT", path, NIGHTLY | {"cron": "2 2 2 2 *"}).status == 200

    def dead(**_: Any) -> None:
        raise FaultError

    events = clients.scheduler().meta.events
    events.register("before-call.scheduler.UpdateSchedule", overtaken)
    if dies:
        clients.dynamodb().meta.events.register("before-call.dynamodb.DeleteItem", dead)
    attempt(lambda: call("PUT", path, NIGHTLY | {"cron": "1 1 1 1 *"}))
    if dies:
        clients.dynamodb().meta.events.unregister("before-call.dynamodb.DeleteItem", dead)
        platform().syncer.sweep_marks(later())
    assert in_scheduler() == in_table(call)
    assert in_scheduler()["team.job_nightly"][0] == "cron(2 2 2 2 ? *)"
    assert platform().syncer.sweep_marks(later()) == []
