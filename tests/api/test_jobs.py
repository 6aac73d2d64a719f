"""Jobs over HTTP."""

from typing import Any

import boto3
import pytest

from tests.api.conftest import Call

RUN = {"cpus": 1, "mem": 128, "disk": 0, "cmd": "sleep 300"}
JOB: dict[str, Any] = {"id": "spec", "run": RUN}
SAVED = {
    "id": "spec",
    "labels": {},
    "dependencies": [],
    "schedules": [],
    "run": RUN
    | {
        "gpus": 0,
        "env": {},
        "secrets": {},
        "placement": {"constraints": []},
        "artifacts": [],
        "maxLaunchDelay": 3600,
        "volumes": [],
        "restart": {"policy": "NEVER"},
        "networks": [],
    },
}


def test_a_job_is_echoed_with_its_defaults_and_kept(call: Call) -> None:
    created = call("POST", "/v1/jobs", JOB)
    assert (created.status, created.content_type, created.json) == (201, "application/json", SAVED)
    assert call("GET", "/v1/jobs/spec").json == SAVED
    assert call("GET", "/v1/jobs").json == [SAVED]


def test_whole_numbers_stay_whole(call: Call) -> None:
    created = call("POST", "/v1/jobs", {"id": "n", "run": RUN | {"cpus": 1.0, "mem": 32.0, "disk": 0.5}})
    assert '"cpus": 1,' in created.text
    assert '"mem": 32,' in created.text
    assert '"disk": 0.5,' in created.text


def test_an_id_is_taken_once_and_its_definition_is_not_left_behind(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    again = call("POST", "/v1/jobs", JOB)
    assert (again.status, again.json) == (409, {"message": "Job with this id already exists"})
    assert len(boto3.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"]) == 1


def test_an_update_registers_a_revision_and_keeps_what_is_not_the_documents(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("POST", "/v1/jobs/spec/schedules", {"id": "daily", "cron": "0 3 * * *"})
    updated = call("PUT", "/v1/jobs/spec", JOB | {"description": "new"})
    assert (updated.status, updated.json["description"]) == (200, "new")
    assert [schedule["id"] for schedule in updated.json["schedules"]] == ["daily"]
    assert call("POST", "/v1/jobs/spec/runs").json["revision"] == 2


def test_an_update_does_not_rename(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    updated = call("PUT", "/v1/jobs/spec", JOB | {"id": "other"})
    assert (updated.status, updated.json["id"]) == (200, "spec"), "the id in the path holds, as Metronome has it"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_job(call: Call, method: str) -> None:
    answer = call(method, "/v1/jobs/gone", JOB | {"id": "gone"} if method == "PUT" else None)
    assert (answer.status, answer.json) == (404, {"id": "gone", "message": "Job not found"})


def test_deleting_a_job_answers_it_and_takes_its_definitions_out_of_use(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("PUT", "/v1/jobs/spec", JOB)
    assert call("DELETE", "/v1/jobs/spec").json == SAVED
    assert call("GET", "/v1/jobs").json == []
    assert boto3.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"] == []


def test_active_runs_protect_a_job_unless_they_are_to_be_stopped(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("POST", "/v1/jobs/spec/runs")
    refused = call("DELETE", "/v1/jobs/spec?stopCurrentJobRuns=false")
    message = "There are active job runs. Override with stopCurrentJobRuns=true"
    assert (refused.status, refused.json) == (409, {"message": message})
    assert call("DELETE", "/v1/jobs/spec?stopCurrentJobRuns=True").status == 400
    assert call("DELETE", "/v1/jobs/spec?stopCurrentJobRuns=1").status == 200


def test_embeds(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    idle = call("GET", "/v1/jobs/spec?embed=activeRuns,history,historySummary").json
    summary = {"successCount": 0, "failureCount": 0, "skipCount": 0, "lastSuccessAt": None, "lastFailureAt": None}
    assert idle["activeRuns"] == []
    assert idle["historySummary"] == summary
    assert idle["history"] == summary | {"successfulFinishedRuns": [], "failedFinishedRuns": []}
    assert "activeRuns" not in call("GET", "/v1/jobs?embed=activeRuns").json[0]
    run = call("POST", "/v1/jobs/spec/runs").json
    assert call("GET", "/v1/jobs?embed=activeRuns").json[0]["activeRuns"] == [run]
    call("POST", f"/v1/jobs/spec/runs/{run['id']}/actions/stop")
    history = call("GET", "/v1/jobs/spec?embed=history").json["history"]
    assert (history["failureCount"], [each["id"] for each in history["failedFinishedRuns"]]) == (1, [run["id"]])
    unknown = call("GET", "/v1/jobs/spec?embed=secrets")
    assert unknown.status == 400
    assert unknown.json["message"].startswith("Unknown embed options. Valid options are: ")


def test_schedules_are_kept_and_shown(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    created = call("POST", "/v1/jobs/spec/schedules", {"id": "daily", "cron": "0 3 * * *", "timezone": "Europe/Rome"})
    assert (created.status, created.json["concurrencyPolicy"]) == (201, "ALLOW")
    assert call("GET", "/v1/jobs/spec/schedules").json == [created.json]
    assert call("POST", "/v1/jobs/spec/schedules", {"id": "daily", "cron": "0 4 * * *"}).status == 409
    assert call("POST", "/v1/jobs/gone/schedules", {"id": "daily", "cron": "0 4 * * *"}).status == 404
    assert call("POST", "/v1/jobs/spec/schedules", {"id": "x.y", "cron": "0 4 * * *"}).status == 422
    for zone in ("Europe", "Mars/Olympus", "../etc/passwd", ""):
        refused = call("POST", "/v1/jobs/spec/schedules", {"id": "ab", "cron": "0 4 * * *", "timezone": zone})
        assert (refused.status, refused.json["details"][0]["path"]) == (422, "/timezone")
