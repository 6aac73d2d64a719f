"""The retry policy of a job: how often, after what wait, and by which rules."""

from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import pytest

from tests.aws.conftest import make_run
from tests.state_machines.machine import TaskError, Took
from tests.state_machines.runs import DONE, attempts, carry, failed, planned, policy, retried, task

TIMED_OUT = TaskError("States.Timeout")
INTERRUPTED = failed(143, stop_code="SpotInterruption")
NO_IMAGE = failed(None, stop_code="TaskFailedToStart", StoppedReason="CannotPullContainerError: not found")


def test_without_end_and_without_wait_the_task_is_started_again_at_once_with_the_next_attempt() -> None:
    trace = retried([failed(1), failed(2), DONE])
    assert (trace.status, attempts(trace)) == ("SUCCEEDED", ["1", "2", "3"])
    assert trace.entered == ["RunTask", "Judge", "RunTask", "Judge", "RunTask"]
    assert [arguments["TaskDefinition"] for arguments in trace.arguments] == ["arn:definition:1"] * 3


@pytest.mark.parametrize("failures", [1, 2, 5])
def test_each_failed_attempt_enters_three_states_and_the_success_one(failures: int) -> None:
    trace = retried([failed(1)] * failures + [DONE], {"attempts": 0, "waitSeconds": 1})
    assert trace.entered == ["RunTask", "Judge", "Backoff"] * failures + ["RunTask"]


def test_attempts_count_the_first_one_and_the_last_failure_is_the_runs() -> None:
    trace = retried([failed(1), failed(2), failed(3)], {"attempts": 3, "waitSeconds": 1})
    assert (trace.status, attempts(trace)) == ("FAILED", ["1", "2", "3"])
    assert (trace.error, trace.cause) == ("States.TaskFailed", task(3))
    assert len(trace.entered) == 3 * 3


@pytest.mark.parametrize(
    ("retry", "waited"),
    [
        ({"waitSeconds": 10, "factor": 2, "maxWaitSeconds": 60}, [10, 20, 40, 60, 60]),
        ({"waitSeconds": 10, "factor": 1}, [10, 10, 10, 10, 10]),
        ({"waitSeconds": 3, "factor": 1.5}, [3, 5, 7, 11, 16]),
        ({"waitSeconds": 10, "factor": 2, "maxWaitSeconds": 0}, []),
    ],
)
def test_the_wait_grows_by_the_factor_up_to_its_cap(retry: dict[str, Any], waited: list[int]) -> None:
    assert retried([failed(1)] * 5 + [DONE], {"attempts": 0, **retry}).waited == waited


def test_the_largest_factor_breaks_no_sum() -> None:
    """JSONata refuses a number that is too large: 10 to the power of 499 is."""
    longest = policy(attempts=0, waitSeconds=86_400, factor=10, maxWaitSeconds=86_400)
    trace = carry(planned(retry=longest), repeat(failed(1)), attempt=495, failures=494)
    assert (trace.error, trace.waited) == ("Shiftwork.TooManyRestarts", [86_400] * 5)


def test_jitter_waits_a_random_part() -> None:
    retry = {"attempts": 0, "waitSeconds": 100, "factor": 1, "jitter": True}
    waited = [second for _ in range(10) for second in retried([failed(1)] * 5 + [DONE], retry).waited]
    assert all(1 <= second <= 100 for second in waited)
    assert len(set(waited)) > 10


@pytest.mark.parametrize(
    ("rule", "error", "fits"),
    [
        ({"exitCodes": [3, 4]}, failed(4), True),
        ({"exitCodes": [3]}, failed(4), False),
        ({"exitCodes": [143]}, INTERRUPTED, True),
        ({"exitCodes": [3]}, NO_IMAGE, False),
        ({"exitCodes": [3]}, TIMED_OUT, False),
        ({"reasons": ["EXIT_CODE"]}, failed(4), True),
        ({"reasons": ["SPOT_INTERRUPTED", "ABORTED"]}, INTERRUPTED, True),
        ({"reasons": ["START_FAILED"]}, NO_IMAGE, True),
        ({"reasons": ["START_FAILED"]}, failed(4), False),
        ({"reasons": ["TIMEOUT"]}, TIMED_OUT, True),
        ({"reasons": ["ABORTED"]}, failed(None, stop_code="InternalError"), True),
        ({"message": "CannotPull"}, NO_IMAGE, True),
        ({"message": "CannotPull"}, failed(4), False),
        ({"message": "CannotPull"}, TIMED_OUT, False),
        ({"message": "CannotPull", "reasons": ["EXIT_CODE"]}, NO_IMAGE, False),
        ({"exitCodes": [4], "reasons": ["EXIT_CODE"]}, failed(4), True),
    ],
)
def test_a_rule_fits_if_all_that_it_names_is_so(rule: dict[str, Any], error: TaskError, fits: bool) -> None:
    trace = retried([error, DONE], {"attempts": 0, "rules": [{"action": "FAIL", **rule}]})
    assert attempts(trace) == (["1"] if fits else ["1", "2"])


def test_the_first_rule_that_fits_decides() -> None:
    rules = [
        {"action": "RETRY", "exitCodes": [1]},
        {"action": "FAIL", "reasons": ["EXIT_CODE"]},
        {"action": "IGNORE", "exitCodes": [2]},
    ]
    assert retried([failed(1), DONE], {"attempts": 0, "rules": rules}).status == "SUCCEEDED"
    refused = retried([failed(2)], {"attempts": 0, "rules": rules})
    assert (refused.status, refused.error, refused.cause) == ("FAILED", "States.TaskFailed", task(2))


def test_an_ignored_failure_does_not_count_and_does_not_lengthen_the_wait() -> None:
    rules = [{"action": "IGNORE", "reasons": ["SPOT_INTERRUPTED"]}]
    retry = {"attempts": 2, "waitSeconds": 10, "factor": 2, "rules": rules}
    trace = retried([INTERRUPTED, INTERRUPTED, failed(1), INTERRUPTED, failed(2)], retry)
    assert (trace.status, trace.cause) == ("FAILED", task(2))
    assert (attempts(trace), trace.waited) == (["1", "2", "3", "4", "5"], [10, 10, 10, 10])


def test_an_endless_stream_of_ignored_failures_ends_at_the_limit() -> None:
    ignored = policy(attempts=1, rules=[{"action": "IGNORE", "exitCodes": [1]}])
    trace = carry(planned(retry=ignored), repeat(failed(1)), attempt=495)
    assert (trace.error, attempts(trace)[-1]) == ("Shiftwork.TooManyRestarts", "500")


@pytest.mark.parametrize(("seconds", "expected"), [(60, ["1", "2"]), (0.5, ["1", "2"]), (-60, ["1"])])
def test_no_restart_after_the_active_deadline(seconds: float, expected: list[str]) -> None:
    """It never ends a task that runs."""
    run = planned(make_run(created_at=datetime.now(UTC)), retry=policy(attempts=0), active_deadline=100)
    assert attempts(carry(run, [Took(100 - seconds, failed(1)), DONE])) == expected


def test_no_wait_beyond_the_active_deadline() -> None:
    run = planned(
        make_run(created_at=datetime.now(UTC)), retry=policy(attempts=0, waitSeconds=200), active_deadline=100
    )
    trace = carry(run, [failed(7)])
    assert (trace.status, trace.error, trace.cause) == ("FAILED", "States.TaskFailed", task(7))
