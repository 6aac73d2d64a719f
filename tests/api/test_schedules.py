"""Schedules over HTTP."""

import pytest

from tests.api.conftest import JOB, NIGHTLY, SCHEDULES, Call

DEFAULTS = {
    "timezone": "UTC",
    "startingDeadlineSeconds": 900,
    "concurrencyPolicy": "ALLOW",
    "enabled": True,
}


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201


def test_a_schedule_is_echoed_with_its_defaults_and_its_next_run(call: Call) -> None:
    created = call("POST", SCHEDULES, NIGHTLY)
    assert created.status == 201
    assert created.json | NIGHTLY | DEFAULTS == created.json
    assert created.json["nextRunAt"].endswith("T03:00:00.000+0000")
    assert call("GET", SCHEDULES).json == [created.json]
    assert call("GET", f"{SCHEDULES}/nightly").json == created.json
    assert call("GET", "/v1/jobs/team.job").json["schedules"] == [created.json]


def test_a_job_has_as_many_schedules_as_it_needs(call: Call) -> None:
    for name in ("nightly", "weekly"):
        assert call("POST", SCHEDULES, NIGHTLY | {"id": name}).status == 201
    again = call("POST", SCHEDULES, NIGHTLY)
    words = "requirement failed: A schedule with id nightly already exists"
    assert (again.status, again.json) == (409, {"message": words})


def test_a_job_has_a_hundred_schedules_at_most(call: Call) -> None:
    job = JOB | {"id": "many", "schedules": [NIGHTLY | {"id": f"s{number}"} for number in range(101)]}
    refused = call("POST", "/v1/jobs", job)
    assert (refused.status, refused.json["details"][0]["path"]) == (422, "/schedules")
    assert call("POST", "/v1/jobs", job | {"schedules": job["schedules"][:100]}).status == 201


def test_a_schedule_is_replaced_disabled_and_deleted(call: Call) -> None:
    call("POST", SCHEDULES, NIGHTLY)
    replaced = call("PUT", f"{SCHEDULES}/nightly", {"id": "other", "cron": "*/1 4 * * *", "enabled": False})
    assert (replaced.status, replaced.json["id"], replaced.json["cron"]) == (200, "nightly", "* 4 * * *")
    assert "nextRunAt" in replaced.json, "also while it is disabled"
    deleted = call("DELETE", f"{SCHEDULES}/nightly")
    assert (deleted.status, deleted.text) == (200, "")
    assert call("GET", SCHEDULES).json == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_schedules_and_jobs(call: Call, method: str) -> None:
    body = NIGHTLY if method == "PUT" else None
    unknown = call(method, f"{SCHEDULES}/none", body)
    assert (unknown.status, unknown.json) == (404, {"id": "none", "message": "Schedule not found"})
    unknown = call(method, "/v1/jobs/gone/schedules/none", body)
    assert (unknown.status, unknown.json) == (404, {"id": "gone", "message": "Job not found"})
