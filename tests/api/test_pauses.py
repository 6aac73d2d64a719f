"""Pausing a job, a group or the deployment: by one call each, and shown."""

import pytest

from functions.events import dispatch
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, SCHEDULES, Call

PLACES = [
    (PATH, "Job team.job"),
    ("/v1/groups/team", "Group team"),
    ("/v1/deployment", "The deployment"),
]


@pytest.fixture(autouse=True)
def scheduled(call: Call) -> None:
    daily = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": 10**9, "concurrencyPolicy": "QUEUE"}
    assert call("POST", "/v1/jobs", JOB).status == 201
    assert call("POST", SCHEDULES, daily).status == 201


def fire(minute: int) -> dict[str, str]:
    at = f"2026-01-02T12:{minute:02d}:00Z"
    return dispatch.handler({"jobId": "team.job", "scheduleId": "daily", "scheduledTime": at}, CONTEXT)


@pytest.mark.parametrize(("place", "words"), PLACES)
def test_what_is_paused_starts_no_run_by_itself_until_it_is_resumed(call: Call, place: str, words: str) -> None:
    paused = call("POST", f"{place}/actions/pause")
    assert paused.status == 200
    assert paused.json["pausedAt"] == call("GET", place).json["pausedAt"]
    assert fire(0)["result"] == "skipped"
    (skip,) = call("GET", f"{PATH}/skips").json
    assert (skip["reason"], skip["message"]) == ("PAUSED", f"{words} is paused.")
    manual = call("POST", RUNS)
    assert manual.status == 201, "a call still starts it"
    call("POST", f"{RUNS}/{manual.json['id']}/actions/stop")
    resumed = call("POST", f"{place}/actions/resume")
    assert "pausedAt" not in resumed.json
    assert fire(1)["result"] == "run"


def test_a_paused_job_stays_so_when_its_document_is_replaced(call: Call) -> None:
    etag = call("GET", PATH).headers["ETag"]
    paused = call("POST", f"{PATH}/actions/pause")
    assert paused.headers["ETag"] != etag
    read = call("GET", PATH).json
    assert call("PUT", PATH, read).status == 200, "what was read can be sent back"
    assert call("GET", PATH).json["pausedAt"] == read["pausedAt"]


def test_only_what_exists_can_be_paused(call: Call) -> None:
    for place in ("/v1/jobs/gone", "/v1/groups/gone"):
        for action in ("pause", "resume"):
            assert call("POST", f"{place}/actions/{action}").status == 404
    assert call("GET", "/v1/deployment").json == {"stage": "test"}


def test_a_group_is_listed_with_its_pause_also_when_its_jobs_are_gone(call: Call) -> None:
    call("POST", "/v1/groups/team/actions/pause")
    call("DELETE", PATH)
    (group,) = call("GET", "/v1/groups").json
    assert (group["id"], group["jobCount"]) == ("team", 0)
    assert "pausedAt" in group
    assert call("POST", "/v1/groups/team/actions/resume").json["jobCount"] == 0
    assert call("GET", "/v1/groups").json == []
