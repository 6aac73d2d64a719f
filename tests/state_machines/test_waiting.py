"""What the state machine does while ECS starts no task, and how long: the domain reads the same in ECS's words."""

import json
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import pytest

from functions.jobs.model.launch_obstacle import Obstacle, obstacle_of, waiting_for
from functions.jobs.model.outcome import Ending, outcome_of
from functions.jobs.model.run import Reason
from tests.aws.conftest import make_run
from tests.state_machines.machine import TaskError, evaluate
from tests.state_machines.runs import CONTAINER, DONE, attempts, carry, failed, given, planned, providers, retried
from tests.state_machines.test_failures import FAILURES, NO_CAPACITY, NONE_LEFT, WITH_FALLBACK, with_fallback

# Amazon ECS Developer Guide, "Service event messages".
NO_VCPUS = "You've reached the limit on the number of vCPUs you can run concurrently"
HOUR = 3600


def unplaced(reason: str) -> TaskError:
    """An answer of RunTask without a task."""
    return TaskError("AmazonECS.Unknown", json.dumps({"Failures": [{"Reason": reason}], "Tasks": []}))


PASSING = [
    (unplaced(NO_VCPUS), Obstacle.QUOTA),
    (TaskError("ECS.ClientException", NO_VCPUS), Obstacle.QUOTA),
    (TaskError("ECS.LimitExceededException", f"{NO_VCPUS}. (Service: AmazonECS; Status Code: 400)"), Obstacle.QUOTA),
    (TaskError("AmazonECS.Unknown", f'{{"Failures": [{{"Reason": "{NO_VCPUS}'), Obstacle.QUOTA),
    (FAILURES, Obstacle.CAPACITY),
    (TaskError("ECS.AmazonECSException", NONE_LEFT), Obstacle.CAPACITY),
    (TaskError("ECS.ThrottlingException", ""), Obstacle.THROTTLED),
    (TaskError("ECS.AmazonECSException", "Rate exceeded. (Service: AmazonECS; Status Code: 400)"), Obstacle.THROTTLED),
    (TaskError("ECS.InvalidParameterException", "Request limit exceeded."), Obstacle.THROTTLED),
    (TaskError("ECS.ClientException", "Throttling"), Obstacle.THROTTLED),
    (unplaced("RESOURCE:ENI"), Obstacle.UNKNOWN),
    (TaskError("ECS.AmazonECSException", "Something at AWS"), Obstacle.UNKNOWN),
]
FOR_GOOD = [
    TaskError("ECS.ClusterNotFoundException", "Cluster not found."),
    TaskError("ECS.AccessDeniedException", "not authorized to perform: ecs:RunTask"),
    TaskError("ECS.InvalidParameterException", "The capacity provider strategy is empty."),
    TaskError("ECS.ClientException", "The requested CPU configuration is above your limit"),
    TaskError("States.QueryEvaluationError", "rate exceeded"),
]
# The last error of each kind that is waited for without end.
LASTING = list({obstacle: error for error, obstacle in PASSING if obstacle is not Obstacle.UNKNOWN}.values())


def found(error: TaskError, **plan: Any) -> dict[str, Any]:
    """What the machine finds for the first error of an execution."""
    (catch,) = CONTAINER["States"]["RunTask"]["Catch"]
    told = {"Error": error.args[0], "Cause": error.args[1]}
    states = {"input": given(planned(**plan)), "errorOutput": told, "context": {"State": {"RetryCount": 0}}}
    return dict(evaluate(catch["Output"]["found"], states))


@pytest.mark.parametrize(("error", "obstacle"), PASSING)
def test_the_machine_waits_for_what_a_run_shows(error: TaskError, obstacle: Obstacle) -> None:
    assert found(error)["next"] == obstacle_of(*error.args) == obstacle


@pytest.mark.parametrize("error", FOR_GOOD)
def test_what_never_passes_fails_at_once_and_is_not_shown(error: TaskError) -> None:
    assert carry(make_run(), [error]).entered == ["RunTask", "Judge", "Failed"]
    assert waiting_for(*error.args) is None


def test_the_sentence_has_the_words_of_ecs_without_their_wrapping() -> None:
    for error, obstacle in PASSING[:3]:
        assert obstacle is Obstacle.QUOTA
        assert (waiting_for(*error.args) or "").removesuffix(".") == f"The account's quota of Fargate: {NO_VCPUS}"
    assert waiting_for("ECS.ThrottlingException", "") == (
        "The rate at which this account may start ECS tasks: ECS.ThrottlingException"
    )
    assert waiting_for("ECS.ServerException", "Service Unavailable") == "ECS, which has an error: Service Unavailable"


@pytest.mark.parametrize("error", LASTING)
def test_it_waits_longer_and_longer_until_the_runs_time_limit(error: TaskError) -> None:
    limited = planned(make_run(created_at=datetime.now(UTC)), timeout=HOUR // 2)
    trace = carry(limited, repeat(error))
    assert (trace.error, set(attempts(trace))) == ("Shiftwork.Deadline", {"1"})
    limits = [10, 20, 40, 80, *[120] * len(trace.waited)]
    assert all(1 <= waited <= limit for waited, limit in zip(trace.waited, limits, strict=False))
    assert HOUR // 2 - 10 < sum(trace.waited) < HOUR // 2, "the last wait is cut off, and a last request follows it"
    outcome = outcome_of(Ending(status="FAILED", error=trace.error, cause=trace.cause))
    assert outcome.reason is Reason.DEADLINE
    assert (outcome.message or "").startswith("ECS started no task before the time limit of the run (timeoutSeconds), ")
    assert "It said last: " in (outcome.message or "")


def test_a_run_beyond_the_quota_starts_as_soon_as_there_is_room() -> None:
    trace = carry(make_run(), [*[unplaced(NO_VCPUS)] * 60, DONE])
    assert (trace.status, attempts(trace)[-1], len(trace.waited)) == ("SUCCEEDED", "1", 60)


@pytest.mark.parametrize("error", [unplaced(NO_VCPUS), *NO_CAPACITY])
def test_each_round_asks_both_providers(error: TaskError) -> None:
    """Fargate and Fargate Spot have quotas of their own ("Fargate service quotas")."""
    trace = with_fallback(*[error] * 14, DONE)
    assert providers(trace) == [*["FARGATE_SPOT", "FARGATE"] * 7, "FARGATE_SPOT"]
    assert (trace.status, len(trace.waited)) == ("SUCCEEDED", 7)


@pytest.mark.parametrize("error", [error for error, obstacle in PASSING if obstacle is Obstacle.UNKNOWN])
def test_words_that_nobody_knows_are_waited_for_in_seven_rounds(error: TaskError) -> None:
    trace = carry(make_run(), repeat(error))
    assert (trace.status, (trace.error, trace.cause)) == ("FAILED", error.args)
    assert len(trace.arguments) == 7


def test_throttling_uses_up_no_round_of_missing_capacity() -> None:
    unknown = unplaced("RESOURCE:ENI")
    trace = carry(make_run(), [*[LASTING[-1]] * 12, *[unknown] * 6, LASTING[-1], DONE])
    assert (trace.status, len(trace.waited)) == ("SUCCEEDED", 19)


def test_waiting_keeps_the_attempt_and_a_restart_has_all_rounds_again() -> None:
    unknown = unplaced("RESOURCE:ENI")
    trace = retried([*[unknown] * 6, failed(1), *[unknown] * 6, DONE], {"attempts": 2})
    assert attempts(trace) == ["1"] * 7 + ["2"] * 7
    assert trace.status == "SUCCEEDED"


@pytest.mark.slow
def test_a_run_without_a_time_limit_waits_for_more_than_a_day() -> None:
    """The history's limit of events ends it, with what ECS said last."""
    trace = carry(planned(capacity_providers=WITH_FALLBACK[1:]), repeat(unplaced(NO_VCPUS)))
    assert (trace.status, trace.error, trace.cause) == ("FAILED", *unplaced(NO_VCPUS).args)
    assert sum(trace.waited) > 24 * HOUR
    assert 2 + 2 * len(trace.entered) + 4 * len(trace.arguments) < 25_000
