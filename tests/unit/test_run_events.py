"""Status events of a run: names as Metronome has them, details as docs/operate.md says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import Attempt, Cause, Overrides, Reason, Run, RunStatus, TaskStatus
from functions.jobs.model.status_event import Change, StatusEvent, run_event

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CHANGE = Change(event_id="e1", sequence="0042", at=NOW, stage="prod")
PLAN = LaunchPlan(revision=3, task_definition="arn:definition:3", cpu=256, memory=512)
RUN = Run(
    id="20260102030405aaaaa",
    job_id="team.job",
    status=RunStatus.INITIAL,
    created_at=NOW,
    plan=PLAN,
    cause=Cause.SCHEDULE,
    schedule_id="nightly",
    scheduled_at=NOW.astimezone(timezone(timedelta(hours=1))),
    labels={"owner": "me"},
)
TASK = Attempt(number=1, version=2, task_arn="arn:task/1", status=TaskStatus.STARTING)
STARTING = replace(RUN, status=RunStatus.STARTING, attempts={1: TASK})
ACTIVE = replace(RUN, status=RunStatus.ACTIVE, attempts={1: replace(TASK, version=3, status=TaskStatus.RUNNING)})
SUCCESS = replace(ACTIVE, status=RunStatus.SUCCESS, exit_code=0, completed_at=NOW)
FAILED = replace(ACTIVE, status=RunStatus.FAILED, reason=Reason.EXIT_CODE, exit_code=3, message="!", completed_at=NOW)
MISSED = replace(RUN, status=RunStatus.FAILED, reason=Reason.MISSED, completed_at=NOW)


def told(old: Run | None, new: Run | None) -> StatusEvent | None:
    return run_event(CHANGE, old, new)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (None, RUN, "job_run_started"),
        (RUN, STARTING, "job_run_updated"),
        (STARTING, ACTIVE, "job_run_updated"),
        (ACTIVE, SUCCESS, "job_run_finished"),
        (ACTIVE, FAILED, "job_run_failed"),
        (RUN, FAILED, "job_run_failed"),
        (None, MISSED, "job_run_failed"),
        (ACTIVE, replace(ACTIVE, attempts={1: ACTIVE.attempts[1], 2: replace(TASK, number=2)}), "job_run_updated"),
        (ACTIVE, replace(ACTIVE, succeeded_tasks=1), "job_run_updated"),
        (ACTIVE, replace(ACTIVE, failed_tasks=frozenset({7})), "job_run_updated"),
    ],
)
def test_each_change_of_a_run_has_metronomes_name(old: Run | None, new: Run, name: str) -> None:
    event = told(old, new)
    assert event is not None
    assert (event.name, event.detail["status"]) == (name, new.status)
    assert event.detail.get("previousStatus") == (old.status if old else None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ACTIVE, replace(ACTIVE, attempts={1: replace(ACTIVE.attempts[1], version=9)})),
        (SUCCESS, replace(SUCCESS, attempts={1: replace(TASK, version=9, status=TaskStatus.FINISHED)})),
        (SUCCESS, None),
        (RUN, None),
        (None, None),
    ],
)
def test_what_no_consumer_could_use_is_not_told(old: Run | None, new: Run | None) -> None:
    assert told(old, new) is None


def test_all_that_is_known_of_a_run_is_told_and_what_may_be_private_is_not() -> None:
    secret = replace(
        FAILED,
        parameters={"TOKEN": "hidden"},
        overrides=Overrides(env={"A": "hidden"}, payload="hidden", payload_url="hidden", command=("hidden",)),
        inputs={"cmd": "hidden"},
        cause_id="hook1",
        rerun_of="20260101",
    )
    event = told(ACTIVE, secret)
    assert event is not None
    assert event.detail == {
        "version": "1",
        "eventId": "e1",
        "sequence": "0042",
        "at": "2026-01-02T03:04:05.000Z",
        "stage": "prod",
        "jobId": "team.job",
        "labels": {"owner": "me"},
        "revision": 3,
        "runId": RUN.id,
        "status": "FAILED",
        "previousStatus": "ACTIVE",
        "reason": "EXIT_CODE",
        "message": "!",
        "exitCode": 3,
        "attempt": 1,
        "attemptStatus": "TASK_RUNNING",
        "createdAt": "2026-01-02T03:04:05.000Z",
        "completedAt": "2026-01-02T03:04:05.000Z",
        "cause": "SCHEDULE",
        "causeId": "hook1",
        "scheduleId": "nightly",
        "scheduledAt": "2026-01-02T03:04:05.000Z",
        "rerunOf": "20260101",
    }
    assert "hidden" not in json.dumps(event.detail)


def test_the_newest_attempt_is_told_whatever_the_order_they_are_kept_in() -> None:
    attempts = {10: replace(TASK, number=10, status=TaskStatus.RUNNING), 9: replace(TASK, number=9)}
    event = told(ACTIVE, replace(ACTIVE, attempts=attempts))
    assert event is not None
    assert (event.detail["attempt"], event.detail["attemptStatus"]) == (10, "TASK_RUNNING")


def test_a_run_of_several_tasks_tells_how_many_have_ended() -> None:
    several = replace(ACTIVE, plan=replace(PLAN, task_count=10), succeeded_tasks=4, failed_tasks=frozenset({1, 5}))
    event = told(ACTIVE, several)
    assert event is not None
    assert [event.detail[name] for name in ("taskCount", "succeededTasks", "failedTasks")] == [10, 4, 2]


def test_no_text_of_a_run_makes_an_event_too_large() -> None:
    """EventBridge User Guide, "Calculating PutEvents event entry size": 256 KB, in UTF-8."""
    long = replace(FAILED, message="é\U0001f600" * 100_000, labels={"a": "\U0001f600" * 20_000})
    event = told(ACTIVE, long)
    assert event is not None
    assert len(json.dumps(event.detail)) < 64_000
    assert len(event.detail["message"]) == 2_000
    assert "labels" not in event.detail
