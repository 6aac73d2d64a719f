"""Stopping all runs of a job, a group or the deployment, and a firing that waits."""

import pytest

from tests.api.conftest import JOB, PATH, RUNS, Call, walk
from tests.api.firings import end, fire, meanwhile, schedule


def test_all_runs_of_a_job_are_stopped_and_what_waits_for_them_fails_too(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    call("POST", RUNS)
    answer = call("POST", f"{PATH}/actions/stop").json
    assert (len(answer["stopped"]), answer["left"]) == (3, 0)
    runs = call("GET", f"{RUNS}?limit=10").json
    assert [(run["status"], run["reason"]) for run in runs] == [("FAILED", "STOPPED")] * 3
    job = call("GET", f"{PATH}?embed=historySummary&embed=activeRuns").json
    assert (job["historySummary"]["failureCount"], job["activeRuns"]) == (3, [])
    assert "waitingFiring" not in job
    assert call("POST", f"{PATH}/actions/stop").json == {"stopped": [], "left": 0}


def test_a_waiting_firing_is_stopped_by_the_id_of_its_run_and_started_by_nobody(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    waiting = call("GET", f"{PATH}?embed=activeRuns").json["waitingFiring"]
    for _ in range(2):
        stopped = call("POST", f"{RUNS}/{waiting['runId']}/actions/stop").json
        assert (stopped["status"], stopped["reason"]) == ("FAILED", "STOPPED")
    assert fire(1) == "run", "the delivery comes again: the run is there, and has ended"
    assert len(call("GET", RUNS).json) == 1


@pytest.mark.parametrize(("ending", "reason"), [("SUCCEEDED", None), ("FAILED", "START_FAILED")])
def test_the_end_that_a_stop_did_not_see_yet_takes_its_place(call: Call, ending: str, reason: str | None) -> None:
    """Step Functions API Reference, DescribeExecution: it is eventually consistent."""
    call("POST", "/v1/jobs", JOB)
    run = call("POST", RUNS).json
    assert call("POST", f"{RUNS}/{run['id']}/actions/stop").json["reason"] == "STOPPED"
    for _ in range(2):
        end(run, ending)
    found = call("GET", f"{RUNS}/{run['id']}").json
    assert (found["status"], found["reason"]) == ("FAILED" if reason else "SUCCESS", reason)
    assert found["message"] is None
    summary = call("GET", f"{PATH}?embed=historySummary").json["historySummary"]
    assert (summary["successCount"], summary["failureCount"]) == ((0, 1) if reason else (1, 0))


def test_the_end_of_a_stopped_execution_changes_nothing(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    run = call("POST", RUNS).json
    stopped = call("POST", f"{RUNS}/{run['id']}/actions/stop").json
    end(run, "ABORTED")
    assert call("GET", f"{RUNS}/{run['id']}").json == stopped


def test_a_group_is_stopped_with_its_subgroups_and_nothing_else(call: Call, four_jobs: None) -> None:
    for job in ("lonely", "team.a", "team.b.c", "teamster.d"):
        assert call("POST", f"/v1/jobs/{job}/runs").status == 201
    assert len(call("POST", "/v1/groups/team/actions/stop").json["stopped"]) == 2
    active = walk(call, "/v1/runs?status=INITIAL")
    assert {run["jobId"] for run in active} == {"lonely", "teamster.d"}


def test_the_deployment_is_stopped_with_the_firings_that_wait(call: Call, four_jobs: None) -> None:
    """Also the jobs without a group."""
    call("POST", "/v1/jobs", JOB)
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    for job in ("lonely", "team.b.c"):
        assert call("POST", f"/v1/jobs/{job}/runs").status == 201
    answer = call("POST", "/v1/deployment/actions/stop").json
    assert (len(answer["stopped"]), answer["left"]) == (4, 0)
    assert call("POST", "/v1/deployment/actions/stop").json == {"stopped": [], "left": 0}


def test_what_is_not_there_cannot_be_stopped(call: Call) -> None:
    for path in ("/v1/jobs/none/actions/stop", "/v1/groups/none/actions/stop"):
        assert call("POST", path).status == 404


def test_a_job_is_deleted_although_a_run_ends_and_goes_while_it_is_stopped(call: Call) -> None:
    """As of a job that keeps none of its runs."""
    call("POST", "/v1/jobs", JOB)
    run = call("POST", RUNS).json

    def ends_and_goes() -> None:
        end(run)
        assert call("DELETE", f"{RUNS}/{run['id']}").status == 200

    with meanwhile("StopExecution", ends_and_goes):
        assert call("DELETE", f"{PATH}?stopCurrentJobRuns=true").status == 200
    assert call("GET", PATH).status == 404


def test_a_stopped_run_is_shown_although_its_job_keeps_none_that_failed(call: Call) -> None:
    """Step Functions may tell of the end, and the run be let go, before the call has its answer."""
    call("POST", "/v1/jobs", JOB | {"retention": {"failures": 0}})
    run = call("POST", RUNS).json

    def is_settled_and_let_go() -> None:
        end(run, "ABORTED")
        assert call("GET", f"{RUNS}/{run['id']}").status == 404

    with meanwhile("DescribeExecution", is_settled_and_let_go):
        stopped = call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert (stopped.status, stopped.json["status"], stopped.json["reason"]) == (200, "FAILED", "STOPPED")
    assert stopped.json["completedAt"]
