"""Trying what a save would do."""

import pytest

from tests.api.conftest import JOB, PATH, Call


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_dry_run_says_what_would_be_and_writes_nothing(call: Call, aws_calls: list[str], method: str) -> None:
    path = "/v1/jobs"
    if method == "PUT":
        call("POST", path, JOB)
        path = PATH
    before = call("GET", "/v1/jobs").json
    aws_calls.clear()
    job = JOB | {"run": JOB["run"] | {"mem": 2048}}
    draft = call(method, f"{path}?validate=true", job)
    assert draft.status == 200
    assert draft.json["allocated"] == {"cpus": 0.25, "mem": 2048}
    assert draft.json["taskDefinition"]["memory"] == "2048"
    wanted = [{"path": "/run/mem", "before": 32, "after": 2048}] if method == "PUT" else []
    assert draft.json["changes"] == wanted
    assert set(aws_calls) == {"GetItem" if method == "PUT" else "BatchGetItem"}
    assert call("GET", "/v1/jobs").json == before
    wrong = call(method, f"{path}?validate=true", job | {"run": {}})
    assert wrong.status == 422
