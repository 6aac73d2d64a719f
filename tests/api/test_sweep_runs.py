"""The sweep finds what news that was lost, or a call that failed half way, has left behind."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from moto.stepfunctions.models import stepfunctions_backends

from functions.aws import clients
from functions.events import sweep
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call, job_after
from tests.api.firings import end, fire, meanwhile, refused, schedule, started
from tests.conftest import ACCOUNT, REGION

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def end_execution(run: dict[str, Any], status: str) -> None:
    """The run's execution ends, and nobody hears of it."""
    backend = stepfunctions_backends[ACCOUNT][REGION]
    (execution,) = [one for machine in backend.state_machines for one in machine.executions if one.name == run["id"]]
    execution.status, execution.output = status, "{}"
    execution.stop_date = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def swept(minutes: int = 10) -> list[str]:
    """What a sweep at a later time repairs."""
    return platform().sweeper.sweep_runs(datetime.now(UTC) + timedelta(minutes=minutes), lambda: True)


@pytest.fixture
def lost(call: Call) -> dict[str, Any]:
    """A run whose execution was never started."""
    call("POST", "/v1/jobs", JOB)
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        call("POST", RUNS)
    (run,) = call("GET", RUNS).json
    return dict(run)


def test_a_run_without_an_execution_is_started_once_its_writer_must_be_done(lost: dict[str, Any]) -> None:
    assert swept(minutes=1) == []
    assert not started(lost)
    assert swept() == [lost["id"]]
    assert started(lost)
    assert swept() == []


def test_a_run_whose_end_nobody_told_is_settled(call: Call, run: dict[str, Any]) -> None:
    assert swept() == []
    end_execution(run, "SUCCEEDED")
    assert swept() == [run["id"]]
    found = call("GET", f"{RUNS}/{run['id']}").json
    assert (found["status"], found["completedAt"]) == ("SUCCESS", "2026-01-02T03:04:05.000+0000")
    assert call("GET", RUNS).json == []


def test_runs_that_have_had_a_task_are_looked_at_in_turn(call: Call, run: dict[str, Any]) -> None:
    from functions.events import track  # noqa: PLC0415
    from tests.api.conftest import task_of  # noqa: PLC0415

    track.handler({"detail": task_of(run, "RUNNING")}, CONTEXT)
    end_execution(run, "FAILED")
    assert sum(len(swept(minutes)) for minutes in range(10, 20, 2)) == 1, "one of five sweeps"
    assert call("GET", f"{RUNS}/{run['id']}").json["status"] == "FAILED"


def test_a_firing_that_waits_for_nothing_is_started(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    (first,) = call("GET", RUNS).json
    with meanwhile("BatchGetItem", refused), pytest.raises(ConnectionError):
        end(first)
    assert len(swept()) == 1
    (second,) = call("GET", RUNS).json
    assert started(second)
    assert "waitingFiring" not in call("GET", f"{PATH}?embed=activeRuns").json


@pytest.fixture
def family(call: Call) -> None:
    """A parent of which a run has ended, and a child that should have been started."""
    end_unheard(call, "parent")


def end_unheard(call: Call, parent: str) -> None:
    """A run of a new job ends, and the job `child` is not started."""
    call("POST", "/v1/jobs", JOB | {"id": parent})
    call("POST", "/v1/jobs", job_after("child" + parent.removeprefix("parent"), parent))
    with meanwhile("BatchGetItem", refused), pytest.raises(ConnectionError):
        end(call("POST", f"/v1/jobs/{parent}/runs").json, at=time.time())


def test_children_of_a_settled_run_are_started(call: Call, family: None) -> None:
    assert len(swept()) == 1
    assert len(call("GET", "/v1/jobs/child/runs").json) == 1
    assert swept() == []


def test_what_fails_holds_up_no_other(call: Call, lost: dict[str, Any]) -> None:
    call("POST", "/v1/jobs", JOB | {"id": "other"})
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        call("POST", "/v1/jobs/other/runs")
    with meanwhile("StartExecution", refused), pytest.raises(ExceptionGroup):
        swept()
    (other,) = call("GET", "/v1/jobs/other/runs").json
    assert sorted([started(lost), started(other)]) == [False, True]
    assert len(swept()) == 1


def test_an_end_whose_followers_cannot_be_started_is_kept_in_mind(call: Call, family: None) -> None:
    with meanwhile("StartExecution", refused), pytest.raises(ExceptionGroup):
        swept(minutes=10)
    (child,) = call("GET", "/v1/jobs/child/runs").json
    assert not started(child)
    first = platform().sweep_place.get()
    swept(minutes=60)
    assert started(child)
    later = platform().sweep_place.get()
    assert first and later and later > first + timedelta(minutes=40), "what was swept is not swept again for ever"


def test_without_time_nothing_is_begun(call: Call, lost: dict[str, Any], family: None) -> None:
    assert platform().sweeper.sweep_runs(datetime.now(UTC) + timedelta(minutes=10), lambda: False) == []
    assert not started(lost)
    assert len(swept(minutes=60)) == 2, "the end is not forgotten"


def sweep_with_time_for(repairs: int, minutes: int = 10) -> None:
    """A sweep that is out of time after a number of repairs."""
    left = [True] * repairs
    platform().sweeper.sweep_runs(datetime.now(UTC) + timedelta(minutes=minutes), lambda: bool(left and left.pop()))


def test_active_runs_do_not_hold_up_those_who_wait_for_an_end(call: Call, family: None) -> None:
    """However many there are: here a sweep has time for two, and there are three."""
    call("POST", "/v1/jobs", JOB)
    for _ in range(3):
        call("POST", RUNS)
    sweep_with_time_for(2)
    assert len(call("GET", "/v1/jobs/child/runs").json) == 1


def test_sweeps_that_are_out_of_time_each_time_come_through_all_ends(call: Call) -> None:
    for number in range(3):
        end_unheard(call, f"parent-{number}")
    for _ in range(5):
        sweep_with_time_for(2)
    assert [len(call("GET", f"/v1/jobs/child-{number}/runs").json) for number in range(3)] == [1, 1, 1]


def test_sweeps_that_are_out_of_time_each_time_look_at_other_runs(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    run = max((call("POST", RUNS).json for _ in range(6)), key=lambda run: str(run["id"]))
    end_execution(run, "SUCCEEDED")
    for minutes in range(10, 100, 2):
        sweep_with_time_for(2, minutes)
    assert call("GET", f"{RUNS}/{run['id']}").json["status"] == "SUCCESS"


def test_runs_come_first_since_a_scheduler_that_hangs_takes_the_rest_of_the_time(call: Call) -> None:
    asked: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.extend(value["S"] for value in params["ExpressionAttributeValues"].values())

    clients.dynamodb().meta.events.register("before-parameter-build.dynamodb.Query", note)
    sweep.handler({}, CONTEXT)
    assert asked.index("ACTIVE") < asked.index("SYNC")


def test_runs_leave_time_for_schedules(lost: dict[str, Any]) -> None:
    clients.dynamodb().update_item(
        TableName="shiftwork",
        Key={"PK": {"S": "JOB#team.job"}, "SK": {"S": f"RUN#{lost['id']}"}},
        UpdateExpression="SET createdAt = :old",
        ExpressionAttributeValues={":old": {"S": "2026-01-02T03:04:05+00:00"}},
    )
    left = [90_000, *[29_000] * 99]
    context = SimpleNamespace(**vars(CONTEXT) | {"get_remaining_time_in_millis": lambda: left.pop(0)})
    assert sweep.handler({}, cast("LambdaContext", context))["runs"] == []
    assert sweep.handler({}, CONTEXT)["runs"] == [lost["id"]]
