"""Dependencies over HTTP: Metronome's rules, without its holes."""

from tests.api.conftest import Call, job_after


def test_unknown_double_and_circular_ones_are_refused(call: Call) -> None:
    for document in (job_after("a"), job_after("b", "a"), job_after("c", "b")):
        assert call("POST", "/v1/jobs", document).status == 201
    unknown = call("POST", "/v1/jobs", job_after("d", "a", "x", "y"))
    words = "Dependencies contain unknown jobs. unknown=[x,y]"
    assert (unknown.status, unknown.json) == (422, {"message": words})
    twice = call("POST", "/v1/jobs", job_after("d", "a", "a"))
    assert twice.json["details"] == [{"path": "/dependencies", "errors": ["has double entries"]}]
    for parents in (["a"], ["c"]):
        circle = call("PUT", "/v1/jobs/a", job_after("a", *parents))
        assert (circle.status, circle.json) == (422, {"message": "Dependencies have a cycle."})
    many = call("POST", "/v1/jobs", job_after("d", *(f"p{n}" for n in range(41))))
    assert "at most 40" in many.text


def test_a_job_has_dependencies_or_schedules(call: Call) -> None:
    schedule = {"id": "daily", "cron": "0 3 * * *"}
    words = "Jobs may not have both dependencies and schedules specified"
    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("scheduled", schedules=[schedule]))
    call("POST", "/v1/jobs", job_after("b", "a"))
    for method, path, body in (
        ("POST", "/v1/jobs", job_after("c", "a", schedules=[schedule])),
        ("POST", "/v1/jobs/b/schedules", schedule),
        ("PUT", "/v1/jobs/scheduled", job_after("scheduled", "a")),
    ):
        refused = call(method, path, body)
        assert (refused.status, refused.json["details"]) == (422, [{"path": "/", "errors": [words]}])


def test_a_parent_stays_as_long_as_it_has_children_and_none_of_its_runs_is_stopped(call: Call) -> None:
    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("b", "a"))
    run = call("POST", "/v1/jobs/a/runs").json
    refused = call("DELETE", "/v1/jobs/a?stopCurrentJobRuns=true")
    assert (refused.status, refused.json) == (409, {"message": "There are jobs with a dependency on a. children=[b]"})
    assert call("GET", f"/v1/jobs/a/runs/{run['id']}").json["status"] == "INITIAL"
    assert call("DELETE", "/v1/jobs/b").status == 200
    assert call("DELETE", "/v1/jobs/a?stopCurrentJobRuns=true").status == 200
