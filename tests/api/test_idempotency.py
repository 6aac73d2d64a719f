"""Requests that come twice."""

from tests.api.conftest import JOB, SCHEDULES, Call

KEY = {"idempotency-key": "k"}


def test_a_key_gives_the_same_job_and_refuses_another_body(call: Call, aws_calls: list[str]) -> None:
    first = call("POST", "/v1/jobs", JOB, headers=KEY)
    aws_calls.clear()
    again = call("POST", "/v1/jobs", JOB, headers=KEY)
    assert (again.status, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert aws_calls == ["GetItem", "GetItem"], "nothing is registered again"
    other = call("POST", "/v1/jobs", JOB | {"id": "other"}, headers=KEY)
    assert (other.status, other.json["message"][:20]) == (409, "This Idempotency-Key")
    assert call("GET", "/v1/jobs/other").status == 404


def test_a_key_gives_the_same_schedule(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    schedule = {"id": "daily", "cron": "0 3 * * *"}
    first = call("POST", SCHEDULES, schedule, headers=KEY)
    assert call("POST", SCHEDULES, schedule, headers=KEY).json == first.json
    assert call("POST", SCHEDULES, schedule).status == 409
    assert call("POST", SCHEDULES, schedule | {"cron": "0 4 * * *"}, headers=KEY).status == 409
    assert call("POST", SCHEDULES, schedule, headers={"idempotency-key": "l"}).status == 409
    assert len(call("GET", SCHEDULES).json) == 1


def test_a_key_belongs_to_its_path(call: Call) -> None:
    for job_id in ("a", "b"):
        call("POST", "/v1/jobs", JOB | {"id": job_id})
    first, second = (call("POST", f"/v1/jobs/{job_id}/runs", headers=KEY) for job_id in ("a", "b"))
    assert first.json["id"] != second.json["id"]
    assert call("POST", "/v1/jobs/a/runs", {}, headers=KEY).status == 409, "no body is another body than {}"
