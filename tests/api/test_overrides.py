"""What one run may have otherwise than its job: what is passed on, and what is refused."""

from typing import Any

import pytest

from tests.api.conftest import JOB, RUNS, Call
from tests.api.overriding import OPEN, RUN, job, refused, started, told

__all__ = ["job"]


def test_a_run_has_what_came_with_the_call(call: Call, job: dict[str, Any]) -> None:
    given = {
        "parameters": {"LEVEL": "debug", "DAY": "friday"},
        "env": {"TRACE": "1"},
        "cmd": "echo once",
        "cpus": 1,
        "timeoutSeconds": 3600,
        "attemptTimeoutSeconds": 600,
    }
    run = started(call, given)
    assert run["parameters"] == {"LEVEL": "debug", "DAY": "friday"}
    assert run["overrides"] == {name: value for name, value in given.items() if name != "parameters"}
    assert run["allocated"] == {"cpus": 1, "mem": 2048}, "memory is the job's, in the smallest size with so many vCPUs"
    assert (run["cause"], run["causeId"], run["rerunOf"], run["labels"]) == ("CALL", None, None, {})
    assert call("GET", f"{RUNS}/{run['id']}").json == run
    execution = told(run)
    variables = {one["Name"]: one["Value"] for one in execution["environment"]}
    assert variables == {"LEVEL": "debug", "DAY": "friday", "TRACE": "1"}
    assert (execution["command"], execution["cpu"], execution["memory"]) == (["echo once"], "1024", "2048")
    assert execution["attemptTimeout"] == 600


def test_memory_alone_may_be_otherwise(call: Call, job: dict[str, Any]) -> None:
    assert started(call, {"mem": 1000})["allocated"] == {"cpus": 0.25, "mem": 1024}


def test_args_replace_those_of_the_image(call: Call) -> None:
    run = {name: value for name, value in RUN.items() if name != "cmd"} | {"args": ["--all"]}
    assert call("POST", "/v1/jobs", JOB | {"run": run, "overrides": ["args"]}).status == 201
    again = started(call, {"args": ["--day", "friday"]})
    assert (again["overrides"], told(again)["command"]) == ({"args": ["--day", "friday"]}, ["--day", "friday"])


@pytest.mark.parametrize(
    ("name", "value", "override"),
    [
        ("env", {"A": "1"}, "env"),
        ("cmd", "true", "cmd"),
        ("args", ["--all"], "args"),
        ("cpus", 1, "cpus"),
        ("mem", 512, "mem"),
        ("timeoutSeconds", 60, "timeout"),
        ("attemptTimeoutSeconds", 60, "timeout"),
        ("imageTag", "2", "imageTag"),
    ],
)
def test_what_the_job_does_not_allow_is_refused_with_the_way_out(
    call: Call, run: dict[str, Any], name: str, value: Any, override: str
) -> None:
    assert refused(call, {name: value}) == {
        f"/{name}": f"is not allowed by the job. Add {override} to the job's overrides."
    }


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        ({"parameters": {"NOBODY": "x"}}, "/parameters/NOBODY", "Declare it in the job's parameters"),
        ({"parameters": {"DAY": "sunday"}}, "/parameters/DAY", "Use one of monday, friday"),
        ({"parameters": {"LEVEL": "a\0b"}}, "/parameters/LEVEL", "NUL"),
        ({"env": {"A": "a\0b"}}, "/env/A", "NUL"),
        ({"cmd": "a\0b"}, "/cmd", "NUL"),
        ({"env": {"SHIFTWORK_RUN_ID": "1"}}, "/env/SHIFTWORK_RUN_ID", "set by Shiftwork"),
        ({"env": {"MESOS_SANDBOX": "1"}}, "/env/MESOS_SANDBOX", "set by Shiftwork"),
        ({"env": {"LEVEL": "1"}, "parameters": {"LEVEL": "2"}}, "/env/LEVEL", "Give it in parameters"),
        ({"env": {"A=B": "1"}}, "/env/A=B", "neither '=' nor NUL"),
        ({"cpus": 17}, "/cpus", "at most 16 vCPUs"),
        ({"mem": 200_000}, "/mem", "at most 122880 MiB"),
        ({"cpus": 0}, "/cpus", "greater than or equal to 0.01"),
        ({"timeoutSeconds": 0}, "/timeoutSeconds", "greater than or equal to 1"),
        ({"attemptTimeoutSeconds": 31_536_001}, "/attemptTimeoutSeconds", "less than or equal to 31536000"),
        ({"imageTag": ".2"}, "/imageTag", "is not a tag"),
        ({"imageTag": "2" * 129}, "/imageTag", "is not a tag"),
        ({"cmd": ""}, "/cmd", "at least 1 character"),
        ({"env": {"A": "x" * 8000}}, "/env", "ECS takes 8192. Put long values into the payload"),
        ({"labels": {"a": "x" * 5000}}, "/labels", "at most 4096 characters"),
        ({"labels": {"": "x"}}, "/labels/", "at least 1 character"),
    ],
)
def test_what_no_run_can_have_is_refused(
    call: Call, job: dict[str, Any], body: dict[str, Any], path: str, words: str
) -> None:
    assert words in refused(call, body)[path]


def test_a_secret_of_the_job_is_not_replaced_by_a_variable(call: Call) -> None:
    secret = {"env": {"WORD": {"secret": "word"}}, "secrets": {"word": {"source": "/shiftwork/test/word"}}}
    assert call("POST", "/v1/jobs", OPEN | {"run": RUN | secret}).status == 201
    assert refused(call, {"env": {"WORD": "x"}}) == {"/env/WORD": "WORD is a secret of the job. Use another name."}
    assert "Declare it" in refused(call, {"parameters": {"WORD": "x"}})["/parameters/WORD"]


def test_the_length_counts_what_ecs_counts(call: Call, job: dict[str, Any]) -> None:
    """The state machine sends our own variables, names and JSON with it."""
    room = 8192 - 424
    assert "/cmd" in refused(call, {"cmd": "x" * (room + 1)})
    started(call, {"cmd": "x" * room})
    assert "/cmd" in refused(call, {"cmd": '"' * (room // 2 + 1)}), "a quotation mark takes two characters in JSON"
    started(call, {"cmd": '"' * (room // 2)})


def test_inputs_for_a_job_that_is_not_there(call: Call) -> None:
    answer = call("POST", "/v1/jobs/gone/runs", {"parameters": {"A": "1"}})
    assert (answer.status, answer.json) == (404, {"id": "gone", "message": "Job not found"})


def test_the_same_key_gives_the_same_run_whatever_the_job_allows_by_now(call: Call, job: dict[str, Any]) -> None:
    key = {"headers": {"idempotency-key": "k"}}
    first = started(call, {"cmd": "true"}, **key)
    assert call("PUT", "/v1/jobs/team.job", OPEN | {"overrides": []}).status == 200
    assert started(call, {"cmd": "true"}, **key) == first
    other = call("POST", RUNS, {"cmd": "false"}, **key)
    assert (other.status, other.json["message"][:20]) == (409, "This Idempotency-Key")


def test_inputs_cost_one_more_call_than_none(call: Call, job: dict[str, Any], aws_calls: list[str]) -> None:
    started(call, {"parameters": {"LEVEL": "debug"}})
    assert aws_calls == ["GetItem", "TransactWriteItems", "StartExecution"]
    aws_calls.clear()
    started(call, {"labels": {"a": "b"}})
    assert aws_calls == ["TransactWriteItems", "StartExecution"]
