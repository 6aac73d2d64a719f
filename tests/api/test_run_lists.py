"""Lists of runs over HTTP, and deleting one."""

import pytest

from tests.api.conftest import JOB, RUNS, Call, walk


@pytest.mark.usefixtures("four_jobs")
def test_runs_of_all_jobs_of_a_group_and_of_a_job(call: Call) -> None:
    ran = ["lonely", "team.a", "team.a", "team.b.c"]
    runs = [call("POST", f"/v1/jobs/{job_id}/runs").json for job_id in ran]
    stopped = call("POST", f"/v1/jobs/team.a/runs/{runs[1]['id']}/actions/stop").json

    def ids(path: str) -> set[str]:
        return {run["id"] for run in walk(call, path)}

    everything = {run["id"] for run in runs}
    assert ids("/v1/runs?limit=1") == everything
    assert ids("/v1/runs?group=team") == everything - {runs[0]["id"]}
    assert walk(call, "/v1/runs?status=FAILED") == [stopped]
    assert walk(call, "/v1/jobs/team.a/runs?status=FAILED,SUCCESS") == [stopped]
    assert walk(call, "/v1/runs?status=FAILED,FAILED,FAILED,FAILED&status=FAILED") == [stopped]
    assert ids("/v1/jobs/team.a/runs?limit=1") == {runs[1]["id"], runs[2]["id"]}
    assert ids("/v1/jobs/team.a/runs") == {runs[2]["id"]}, "without a parameter the active ones, as Metronome"
    assert ids("/v1/runs?since=2020-01-01T00:00:00Z") == everything
    assert ids("/v1/runs?until=2020-01-01T00:00:00Z") == set()


def test_a_finished_run_is_deleted_and_an_active_one_is_not(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    run = call("POST", RUNS).json
    active = call("DELETE", f"{RUNS}/{run['id']}")
    assert (active.status, active.json) == (409, {"message": f"Run {run['id']} is active. Stop it first."})
    stopped = call("POST", f"{RUNS}/{run['id']}/actions/stop").json
    assert call("DELETE", f"{RUNS}/{run['id']}").json == stopped
    assert call("GET", f"{RUNS}/{run['id']}").status == 404
    assert call("DELETE", f"{RUNS}/{run['id']}").status == 404
    assert call("GET", "/v1/jobs/team.job?embed=historySummary").json["historySummary"]["failureCount"] == 1
