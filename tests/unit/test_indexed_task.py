"""Why attempts and tasks failed: what ECS says of them, and what their run knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import (
    Attempt,
    IndexedTask,
    Overrides,
    Reason,
    Run,
    RunStatus,
    TaskStatus,
    attempt_reason,
    only_task,
    task_reason,
)

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = LaunchPlan(revision=1, task_definition="arn:definition:1", cpu=256, memory=512, attempt_timeout=60)
RUN = Run(id="r", job_id="team.job", status=RunStatus.ACTIVE, created_at=START, plan=PLAN)


def killed(number: int = 1, *, seconds: float = 10, reason: Reason = Reason.STOPPED) -> Attempt:
    return Attempt(
        number=number,
        version=5,
        task_arn="arn:task/1",
        status=TaskStatus.KILLED,
        started_at=START,
        stopped_at=START + timedelta(seconds=seconds),
        reason=reason,
    )


def reason_of(run: Run, *attempts: Attempt) -> Reason | None:
    """Why the first of these attempts failed."""
    run = replace(run, attempts={attempt.number: attempt for attempt in attempts})
    return attempt_reason(run, only_task(run), attempts[0])


def ended(reason: Reason | None) -> Run:
    return replace(RUN, status=RunStatus.FAILED if reason else RunStatus.SUCCESS, reason=reason, completed_at=START)


@pytest.mark.parametrize("reason", [Reason.EXIT_CODE, Reason.SPOT_INTERRUPTED, Reason.START_FAILED])
def test_what_ecs_knows_is_so(reason: Reason) -> None:
    assert reason_of(ended(Reason.TIMEOUT), killed(reason=reason, seconds=100)) is reason


def test_while_nothing_has_followed_the_clock_tells_a_time_limit_from_a_person() -> None:
    assert reason_of(RUN, killed(seconds=60)) is Reason.TIMEOUT
    assert reason_of(RUN, killed(seconds=59.9)) is Reason.STOPPED
    assert reason_of(replace(RUN, plan=replace(PLAN, attempt_timeout=None)), killed(seconds=100)) is Reason.STOPPED
    assert reason_of(replace(RUN, overrides=Overrides(attempt_timeout=5)), killed(seconds=10)) is Reason.TIMEOUT
    assert reason_of(RUN, replace(killed(seconds=100), started_at=None)) is Reason.STOPPED


def test_what_a_person_stopped_is_not_tried_again() -> None:
    assert reason_of(RUN, killed(1, seconds=10), killed(2)) is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("run_reason", "reason"),
    [
        (Reason.STOPPED, Reason.STOPPED),
        (Reason.TIMEOUT, Reason.TIMEOUT),
        (Reason.DEADLINE, Reason.DEADLINE),
        (Reason.ABORTED, Reason.ABORTED),
        (Reason.START_FAILED, Reason.TIMEOUT),  # the next attempt did not start: there was to be one
        (None, Reason.TIMEOUT),
    ],
)
def test_the_last_attempt_ended_as_its_run_did(run_reason: Reason | None, reason: Reason) -> None:
    assert reason_of(ended(run_reason), killed(seconds=100)) is reason
    assert reason_of(ended(run_reason), killed(seconds=10)) is reason


def test_a_task_that_is_aborted_with_its_run_has_the_reason_of_the_run() -> None:
    task = IndexedTask(index=3, status=RunStatus.FAILED, attempts={1: killed()}, reason=Reason.ABORTED)
    assert task_reason(ended(Reason.STOPPED), task) is Reason.STOPPED
    assert attempt_reason(ended(Reason.DEADLINE), task, killed()) is Reason.DEADLINE
    assert task_reason(ended(Reason.EXIT_CODE), task) is Reason.ABORTED, "the others failed, this one was aborted"
    assert task_reason(ended(Reason.STOPPED), replace(task, reason=Reason.EXIT_CODE)) is Reason.EXIT_CODE
