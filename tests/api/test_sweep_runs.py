"""The sweep finds what news that was lost, or a call that failed half way, has left behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.stepfunctions.models import stepfunctions_backends

from functions.events import sweep
from tests.api.conftest import JOB, PATH, RUNS, Call, job_after
from tests.api.firings import end, fire, meanwhile, refused, schedule, started
from tests.conftest import ACCOUNT, REGION


def end_execution(run: dict[str, Any], status: str) -> None:
    """The run's execution ends, and nobody hears of it."""
    backend = stepfunctions_backends[ACCOUNT][REGION]
    (execution,) = [one for machine in backend.state_machines for one in machine.executions if one.name == run["id"]]
    execution.status, execution.output = status, "{}"
    execution.stop_date = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def swept(minutes: int = 10) -> list[str]:
    """What a sweep at a later time repairs."""
    return sweep.sweeping()(datetime.now(UTC) + timedelta(minutes=minutes), lambda: True)


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
    from tests.api.conftest import CONTEXT, task_of  # noqa: PLC0415

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


def test_children_of_a_settled_run_are_started(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("POST", "/v1/jobs", job_after("child", "team.job"))
    with meanwhile("BatchGetItem", refused), pytest.raises(ConnectionError):
        end(call("POST", RUNS).json | {"at": "now"})
    assert len(swept()) == 1
    assert len(call("GET", "/v1/jobs/child/runs").json) == 1
    assert swept() == []


def test_what_fails_holds_up_no_other_and_the_place_stays(call: Call, lost: dict[str, Any]) -> None:
    call("POST", "/v1/jobs", JOB | {"id": "other"})
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        call("POST", "/v1/jobs/other/runs")
    with meanwhile("StartExecution", refused), pytest.raises(ExceptionGroup):
        swept()
    (other,) = call("GET", "/v1/jobs/other/runs").json
    assert sorted([started(lost), started(other)]) == [False, True]
    assert sweep.sweeping().place.get() is None
    assert len(swept()) == 1
    assert sweep.sweeping().place.get()


def test_without_time_nothing_is_begun(lost: dict[str, Any]) -> None:
    assert sweep.sweeping()(datetime.now(UTC) + timedelta(minutes=10), lambda: False) == []
    assert sweep.sweeping().place.get() is None
