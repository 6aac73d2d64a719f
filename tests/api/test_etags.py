"""Requests that come between a caller's reading and writing."""

from tests.api.conftest import JOB, PATH, SCHEDULES, Call


def test_an_update_may_insist_on_what_was_read(call: Call) -> None:
    tag = call("POST", "/v1/jobs", JOB).headers["ETag"]
    assert call("GET", PATH).headers["ETag"] == tag
    updated = call("PUT", PATH, JOB | {"description": "mine"}, headers={"if-match": tag})
    assert updated.status == 200
    assert updated.headers["ETag"] != tag
    late = call("PUT", PATH, JOB | {"description": "theirs"}, headers={"if-match": tag})
    assert (late.status, late.json["message"][:22]) == (412, "If-Match does not name")
    assert call("GET", PATH).json["description"] == "mine"
    assert call("PUT", PATH, JOB, headers={"if-match": f'"x", {updated.headers["ETag"]}'}).status == 200
    assert call("PUT", PATH, JOB, headers={"if-match": "*"}).status == 200


def test_every_change_of_a_job_or_its_schedules_is_a_new_state(call: Call) -> None:
    tags = [call("POST", "/v1/jobs", JOB).headers["ETag"]]
    schedule = {"id": "daily", "cron": "0 3 * * *"}
    for method, path, body in (
        ("POST", SCHEDULES, schedule),
        ("PUT", f"{SCHEDULES}/daily", schedule),
        ("DELETE", f"{SCHEDULES}/daily", None),
        ("PUT", PATH, JOB),
    ):
        assert call(method, path, body, headers={"if-match": tags[-1]}).status < 300
        if len(tags) > 1:
            assert call(method, path, body, headers={"if-match": tags[0]}).status == 412
        tags.append(call("GET", PATH).headers["ETag"])
    assert len(set(tags)) == 5
    assert call("DELETE", PATH, headers={"if-match": tags[0]}).status == 412
    assert call("DELETE", PATH, headers={"if-match": tags[-1]}).status == 200


def test_a_job_made_anew_is_another_state(call: Call) -> None:
    tag = call("POST", "/v1/jobs", JOB).headers["ETag"]
    call("DELETE", PATH)
    assert call("POST", "/v1/jobs", JOB).headers["ETag"] != tag
