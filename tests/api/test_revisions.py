"""What a job was, over HTTP."""

import pytest

from tests.api.conftest import JOB, Call

PATH = "/v1/jobs/team.job"


@pytest.fixture(autouse=True)
def three_revisions(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    for mem in (64, 128):
        call("PUT", PATH, JOB | {"run": JOB["run"] | {"mem": mem}})


def test_each_save_is_listed_newest_first(call: Call) -> None:
    revisions = call("GET", f"{PATH}/revisions").json
    assert [(one["revision"], one["job"]["run"]["mem"]) for one in revisions] == [(3, 128), (2, 64), (1, 32)]
    assert len({one["taskDefinition"] for one in revisions}) == 3
    assert call("GET", f"{PATH}/revisions/2").json == revisions[1]
    page = call("GET", f"{PATH}/revisions?limit=2")
    assert page.json == revisions[:2]
    following = page.headers["Link"].partition(">")[0].removeprefix("<")
    rest = call("GET", following)
    assert (rest.json, "Link" in rest.headers) == (revisions[2:], False)


def test_two_revisions_are_compared(call: Call) -> None:
    assert call("GET", f"{PATH}/revisions/3/diff").json == [{"path": "/run/mem", "before": 64, "after": 128}]
    changes = call("GET", f"{PATH}/revisions/1/diff?against=3").json
    assert changes == [{"path": "/run/mem", "before": 128, "after": 32}]
    assert call("GET", f"{PATH}/revisions/2/diff?against=2").json == []
    assert {"path": "/id", "after": "team.job"} in call("GET", f"{PATH}/revisions/1/diff").json


def test_rolling_back_is_a_new_revision(call: Call) -> None:
    draft = call("POST", f"{PATH}/revisions/1/actions/rollback?validate=true")
    assert draft.json["changes"] == [{"path": "/run/mem", "before": 128, "after": 32}]
    rolled = call("POST", f"{PATH}/revisions/1/actions/rollback")
    assert (rolled.status, rolled.json["run"]["mem"]) == (200, 32)
    assert [one["revision"] for one in call("GET", f"{PATH}/revisions").json] == [4, 3, 2, 1]
    assert call("POST", f"{PATH}/runs").json["revision"] == 4
    assert call("POST", f"{PATH}/revisions/1/actions/rollback", headers={"if-match": '"x"'}).status == 412


def test_unknown_revisions(call: Call) -> None:
    for path in ("9", "9/diff", "1/diff?against=9"):
        answer = call("GET", f"{PATH}/revisions/{path}")
        assert (answer.status, answer.json) == (404, {"id": "9", "message": "Revision not found"})
    for path in ("x", "0", "1.5"):
        assert call("GET", f"{PATH}/revisions/{path}").status == 400
    assert call("GET", "/v1/jobs/gone/revisions/1").json["message"] == "Job not found"
    assert call("GET", "/v1/jobs/gone/revisions").json["message"] == "Job not found"


def test_they_go_with_the_job(call: Call) -> None:
    call("DELETE", PATH)
    call("POST", "/v1/jobs", JOB)
    assert [one["revision"] for one in call("GET", f"{PATH}/revisions").json] == [1]
