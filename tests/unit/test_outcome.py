"""What the end of an execution means for its run."""

import json
from datetime import UTC, datetime

import pytest

from functions.jobs.model.outcome import DEADLINE, STOPPED, TASKS_FAILED, TOO_MANY_RESTARTS, Ending, outcome_of
from functions.jobs.model.run import Reason, RunStatus, TaskStatus
from tests.unit.tasks import TASK_ARN, task_cause


def failed(stop_code: str, reason: str, **container: object) -> Ending:
    cause = json.dumps(task_cause(stop_code, reason, **container))
    return Ending(status="FAILED", error="States.TaskFailed", cause=cause)


def test_success_tells_of_its_attempt() -> None:
    task = task_cause("EssentialContainerExited", "Essential container in task exited", exitCode=0)
    outcome = outcome_of(Ending(status="SUCCEEDED", output=json.dumps(task)))
    assert (outcome.status, outcome.reason, outcome.exit_code) == (RunStatus.SUCCESS, None, 0)
    assert outcome.attempt is not None
    assert (outcome.attempt.task_arn, outcome.attempt.status) == (TASK_ARN, TaskStatus.FINISHED)
    assert outcome.attempt.stopped_at == datetime(2026, 1, 2, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stop_code", "text", "exit_code", "reason"),
    [
        ("EssentialContainerExited", "Essential container in task exited", 3, Reason.EXIT_CODE),
        ("EssentialContainerExited", "CannotStartContainerError: no such file", None, Reason.START_FAILED),
        ("TaskFailedToStart", "CannotPullContainerError: not found", None, Reason.START_FAILED),
        ("SpotInterruption", "Your Spot Task was interrupted.", 137, Reason.SPOT_INTERRUPTED),
        ("UserInitiated", "Stopped in the console", 143, Reason.STOPPED),
        ("InternalError", "Something at AWS", None, Reason.ABORTED),
    ],
)
def test_a_failed_task_says_why(stop_code: str, text: str, exit_code: int | None, reason: Reason) -> None:
    container = {} if exit_code is None else {"exitCode": exit_code}
    outcome = outcome_of(failed(stop_code, text, **container))
    assert (outcome.status, outcome.reason) == (RunStatus.FAILED, reason)
    assert (outcome.message, outcome.exit_code) == (text, exit_code)


def test_a_container_whose_dependency_failed_never_ran() -> None:
    """ECS gives it an exit code that is not its own."""
    why = "CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [init ...]"
    task = task_cause("EssentialContainerExited", "Essential container in task exited", exitCode=143)
    task["Containers"][0]["Reason"] = why
    outcome = outcome_of(Ending(status="FAILED", error="States.TaskFailed", cause=json.dumps(task)))
    assert (outcome.reason, outcome.exit_code, outcome.message) == (Reason.START_FAILED, None, why)


def test_a_success_that_a_sidecar_hid_is_a_success() -> None:
    """The state machine ends such a run well: its output is the task."""
    task = task_cause("EssentialContainerExited", "Essential container in task exited", exitCode=0)
    task["Containers"].insert(0, {"Name": "proxy", "ExitCode": 143})
    outcome = outcome_of(Ending(status="SUCCEEDED", output=json.dumps(task)))
    assert (outcome.status, outcome.exit_code) == (RunStatus.SUCCESS, 0)


def test_too_many_restarts_are_said_with_the_end_of_the_last_task() -> None:
    cause = json.dumps(task_cause("EssentialContainerExited", "Essential container in task exited", exitCode=9))
    outcome = outcome_of(Ending(status="FAILED", error=TOO_MANY_RESTARTS, cause=cause))
    assert (outcome.reason, outcome.exit_code) == (Reason.EXIT_CODE, 9)
    assert (outcome.message or "").startswith("Attempt 1 was the last that one run can have")


def test_a_task_that_never_came_to_be_is_a_failed_start_with_the_text_of_aws() -> None:
    outcome = outcome_of(
        Ending(status="FAILED", error="AmazonECS.Unknown", cause='{"Failures": [{"Reason": "Capacity"}]}')
    )
    assert outcome.reason is Reason.START_FAILED
    assert "Capacity" in (outcome.message or "")


def test_a_cause_that_was_cut_off_still_fails_the_run_with_its_text() -> None:
    outcome = outcome_of(Ending(status="FAILED", error="States.TaskFailed", cause='{"Attachments": [{"De'))
    assert (outcome.status, outcome.reason) == (RunStatus.FAILED, Reason.START_FAILED)
    assert outcome.message == 'States.TaskFailed: {"Attachments": [{"De'


def test_ours_and_other_peoples_aborts_are_told_apart() -> None:
    assert outcome_of(Ending(status="ABORTED", error=STOPPED)).reason is Reason.STOPPED
    assert outcome_of(Ending(status="ABORTED", error="Console")).reason is Reason.ABORTED


def test_time_outs() -> None:
    assert outcome_of(Ending(status="TIMED_OUT")).reason is Reason.TIMEOUT
    assert outcome_of(Ending(status="FAILED", error="States.Timeout")).reason is Reason.TIMEOUT


@pytest.mark.parametrize(("error", "reason"), [("States.Timeout", Reason.TIMEOUT), (DEADLINE, Reason.DEADLINE)])
def test_a_time_limit_is_said_in_the_state_machines_own_words(error: str, reason: Reason) -> None:
    outcome = outcome_of(Ending(status="FAILED", error=error, cause="It took too long."))
    assert (outcome.status, outcome.reason, outcome.message) == (RunStatus.FAILED, reason, "It took too long.")
    assert (outcome.exit_code, outcome.attempt) == (None, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("Shiftwork.DevicesFailed", Reason.DEVICES_FAILED),
        ("Shiftwork.NoDevices", Reason.NO_DEVICES),
        ("Shiftwork.Aborted", Reason.ABORTED),
        ("Shiftwork.NotRolledOut", Reason.START_FAILED),
        (STOPPED, Reason.STOPPED),
    ],
)
def test_a_failed_rollout_is_said_in_a_sentence(error: str, reason: Reason) -> None:
    outcome = outcome_of(Ending(status="FAILED", error=error, cause="48 of 50 devices succeeded."))
    assert (outcome.status, outcome.reason) == (RunStatus.FAILED, reason)
    assert (outcome.message, outcome.exit_code, outcome.attempt) == ("48 of 50 devices succeeded.", None, None)


def test_a_rollout_that_could_not_begin_says_what_its_function_failed_with() -> None:
    told = {"errorMessage": "Rate exceeded", "errorType": "ClientError", "stackTrace": ["line 1", "line 2"]}
    outcome = outcome_of(Ending(status="FAILED", error="ClientError", cause=json.dumps(told)))
    assert (outcome.reason, outcome.message) == (Reason.START_FAILED, "ClientError: Rate exceeded")


def test_a_successful_rollout_says_how_many_devices_succeeded() -> None:
    told = {"devices": {"SUCCEEDED": 48, "FAILED": 2}, "message": "48 of 50 devices succeeded."}
    outcome = outcome_of(Ending(status="SUCCEEDED", output=json.dumps(told)))
    assert (outcome.status, outcome.reason, outcome.message) == (RunStatus.SUCCESS, None, told["message"])
    assert (outcome.attempt, outcome.exit_code, outcome.succeeded_tasks) == (None, None, None)


def test_a_success_of_several_tasks_tells_which_failed() -> None:
    outcome = outcome_of(Ending(status="SUCCEEDED", output='{"failed": [3, 7], "count": 10}'))
    assert (outcome.status, outcome.attempt, outcome.exit_code) == (RunStatus.SUCCESS, None, None)
    assert (sorted(outcome.failed_tasks), outcome.succeeded_tasks) == ([3, 7], 8)


def tasks_failed(**told: object) -> Ending:
    return Ending(status="FAILED", error=TASKS_FAILED, cause=json.dumps(told))


def test_a_failure_of_several_tasks_has_the_reason_of_the_last_one() -> None:
    last = failed("EssentialContainerExited", "Essential container in task exited", exitCode=3)
    told = {"status": "FAILED", "error": last.error, "cause": last.cause}
    outcome = outcome_of(tasks_failed(count=10, tolerated=1, failed=[2, 5, 7], last=told))
    assert (outcome.status, outcome.reason, outcome.exit_code) == (RunStatus.FAILED, Reason.EXIT_CODE, 3)
    assert (sorted(outcome.failed_tasks), outcome.succeeded_tasks, outcome.attempt) == ([2, 5, 7], 7, None)
    assert outcome.message == (
        "3 of 10 tasks failed, 1 was tolerated: indexes 2, 5, 7. The last one: Essential container in task exited"
    )


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"status": "FAILED", "error": DEADLINE, "cause": "late"}, Reason.DEADLINE),
        ({"status": "FAILED", "error": "States.Timeout", "cause": "slow"}, Reason.TIMEOUT),
        ({"status": "FAILED", "error": "AmazonECS.Unknown", "cause": "full"}, Reason.START_FAILED),
        ({"status": "ABORTED", "error": "", "cause": ""}, Reason.ABORTED),
        ({"status": "TIMED_OUT"}, Reason.TIMEOUT),
    ],
)
def test_whatever_the_last_one_ended_with(last: dict[str, str], reason: Reason) -> None:
    assert outcome_of(tasks_failed(count=2, tolerated=0, failed=[1], last=last)).reason is reason


def test_where_most_failed_the_cause_lists_the_others_and_the_message_the_first() -> None:
    outcome = outcome_of(tasks_failed(count=100, tolerated=0, succeeded=[0, 99], last={"error": "E", "cause": "c"}))
    assert (sorted(outcome.failed_tasks), outcome.succeeded_tasks) == (list(range(1, 99)), 2)
    assert outcome.message == (
        "98 of 100 tasks failed, 0 were tolerated: indexes 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ... The last one: E: c"
    )


def test_a_cause_of_several_tasks_that_was_cut_off_still_fails_the_run() -> None:
    outcome = outcome_of(Ending(status="FAILED", error=TASKS_FAILED, cause='{"count": 3, "fail'))
    assert (outcome.status, outcome.succeeded_tasks) == (RunStatus.FAILED, None)
    assert outcome.message == TASKS_FAILED + ': {"count": 3, "fail'
