"""What the dcos client sends, byte for byte, and that it can read what it is answered.

The bodies were recorded from the Go client of DC/OS (docs/dcos.md); tests/local runs the client itself.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from functions.events import settle, track
from tests.api.conftest import CONTEXT, Answer, Call, task_of

# A field that its file leaves out is sent as "", 0 or false, and `timezone` as `timeZone`.
NAP = (
    '{"id":"team.job","description":"","run":'
    '{"cmd":"sleep 30","cpus":0.1,"gpus":0,"disk":0,"mem":32,"taskKillGracePeriodSeconds":0}}'
)
IMAGE = (
    '{"id":"team.image","description":"","run":{"cmd":"","cpus":0.1,"gpus":0,"disk":0,'
    '"docker":{"image":"alpine","forcePullImage":false,"privileged":false},"mem":32,"taskKillGracePeriodSeconds":0}}'
)
ARGS = (
    '{"id":"team.args","description":"","run":{"args":["--once"],"cmd":"","cpus":0.1,"gpus":0,"disk":0,'
    '"docker":{"image":"alpine","forcePullImage":true,"privileged":false},"mem":32,"taskKillGracePeriodSeconds":0}}'
)
UCR = (
    '{"id":"team.ucr","description":"","run":{"cmd":"","cpus":0.1,"gpus":0,"disk":0,"mem":32,'
    '"taskKillGracePeriodSeconds":0,"ucr":{"image":{"id":"alpine","kind":"docker"},"privileged":false}}}'
)
FULL = (
    '{"id":"team.full","description":"All that the client keeps","labels":{"owner":"team"},"run":{"artifacts":'
    '[{"uri":"https://example.com/data.csv","executable":false,"extract":false,"cache":false}],"cmd":"env",'
    '"cpus":1.5,"gpus":0,"disk":100,"env":{"KEY":{"secret":"key"},"LEVEL":"info"},"maxLaunchDelay":60,"mem":2048,'
    '"placement":{"constraints":[]},"secrets":{"key":{"source":"/shiftwork/test/key"}},'
    '"taskKillGracePeriodSeconds":5,"user":"nobody","restart":{"policy":"ON_FAILURE","activeDeadlineSeconds":60}}}'
)
LARGE = NAP.replace("team.job", "team.large").replace('"cpus":0.1', '"cpus":100')
NIGHTLY = '{"id":"nightly","cron":"0 2 * * *","concurrencyPolicy":"","enabled":false,"nextRunAt":""}'
HOURLY = (
    '{"id":"hourly","cron":"0 * * * *","timeZone":"Asia/Tokyo","startingDeadlineSeconds":120,'
    '"concurrencyPolicy":"FORBID","enabled":true,"nextRunAt":""}'
)
HOURLY_UPDATED = '{"id":"hourly","cron":"30 * * * *","concurrencyPolicy":"","enabled":false,"nextRunAt":""}'
LIST = "/v1/jobs?embed=activeRuns&embed=schedules&embed=historySummary"
HISTORY = "/v1/jobs/team.job?embed=activeRuns&embed=schedules&embed=history"
RUNS = "/v1/jobs/team.job/runs"
SCHEDULES = "/v1/jobs/team.job/schedules"

# The client's structs: int, float, str, bool, TIME, [item], {field: kind}; {"*": kind} is a map.
Kind = Any
TIME: Kind = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")  # Go's layout 2006-01-02T15:04:05.000-0700
TASK: Kind = {"id": str, "status": str, "startedAt": TIME, "completedAt": TIME}
RUN: Kind = {"id": str, "jobId": str, "status": str, "createdAt": TIME, "completedAt": TIME, "tasks": [TASK]}
SUMMARY: Kind = {
    "successCount": int,
    "failureCount": int,
    "skipCount": int,
    "lastSuccessAt": TIME,
    "lastFailureAt": TIME,
}
FINISHED: Kind = {"id": str, "createdAt": TIME, "finishedAt": TIME, "tasks": [str]}
SCHEDULE: Kind = {"id": str, "cron": str, "timeZone": str, "startingDeadlineSeconds": int, "concurrencyPolicy": str}
SCHEDULE |= {"enabled": bool, "nextRunAt": TIME}
SPEC: Kind = {"args": [str], "cmd": str, "cpus": float, "gpus": float, "disk": int, "mem": int, "maxLaunchDelay": int}
SPEC |= {"user": str, "taskKillGracePeriodSeconds": float, "env": {}, "secrets": {}}
SPEC |= {"docker": {"image": str, "forcePullImage": bool, "privileged": bool}, "ucr": {"privileged": bool}}
SPEC |= {"restart": {"policy": str, "activeDeadlineSeconds": int}, "placement": {"constraints": [{}]}}
SPEC |= {"artifacts": [{"uri": str, "executable": bool, "extract": bool, "cache": bool}]}
JOB: Kind = {
    "id": str,
    "description": str,
    "labels": {"*": str},
    "run": SPEC,
    "activeRuns": [RUN],
    "schedules": [SCHEDULE],
}
JOB |= {"historySummary": SUMMARY}
JOB |= {"history": SUMMARY | {"successfulFinishedRuns": [FINISHED], "failedFinishedRuns": [FINISHED]}}
QUEUE = [{"jobId": str, "runs": [{"runId": str}]}]
ERROR = {"code": int, "message": str, "details": [{"path": str, "errors": [str]}]}


def readable(kind: Kind, value: Any) -> bool:
    """Whether Go's encoding/json reads it: null is no value, names match in any case, unknown ones are skipped.

    A number with a fraction, even 32.0, is no int. Python's json makes the same difference.
    """
    if value is None:
        return True
    if isinstance(kind, list):
        return isinstance(value, list) and all(readable(kind[0], item) for item in value)
    if isinstance(kind, dict):
        return isinstance(value, dict) and all(readable(_field(kind, name), item) for name, item in value.items())
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and bool(kind.fullmatch(value))
    return type(value) is kind or (kind is float and type(value) is int) or kind is object


def _field(struct: dict[str, Kind], name: str) -> Kind:
    return struct.get("*") or next((kind for field, kind in struct.items() if field.lower() == name.lower()), object)


Client = Callable[..., Answer]


@pytest.fixture
def client(call: Call) -> Client:
    """The requests of the client: below /service/metronome, with its headers."""
    headers = {"authorization": "token=T", "user-agent": "dcos-cli/SNAPSHOT linux"}
    return lambda method, path, body=None: call(method, f"/service/metronome{path}", raw=body, headers=headers)


@pytest.fixture
def nap(client: Client) -> Client:
    """The client, with the job team.job."""
    assert client("POST", "/v1/jobs", NAP).status == 201
    return client


def end(run: dict[str, Any], status: str, milliseconds: int) -> None:
    """The run's execution has ended."""
    detail = {"name": run["id"], "status": status, "stopDate": milliseconds, "input": '{"jobId": "team.job"}'}
    settle.handler({"detail": detail | {"error": "AmazonECS.Unknown", "cause": "x", "output": "{}"}}, CONTEXT)


@pytest.mark.parametrize(
    ("kind", "text", "good"),
    [
        (int, "32", True),
        (int, "32.0", False),
        (int, '"32"', False),
        (int, "true", False),
        (float, "1", True),
        (str, "null", True),
        (SUMMARY, '{"SUCCESSCOUNT": 0.5}', False),
        (SUMMARY, '{"more": 0.5}', True),
        (TIME, '"2026-01-02T00:00:00.000+0000"', True),
        (TIME, '"2026-01-02T00:00:00.000Z"', False),
    ],
)
def test_the_rules_of_go_are_told_apart(kind: Any, text: str, good: bool) -> None:
    assert readable(kind, json.loads(text)) is good


@pytest.mark.parametrize("body", [NAP, IMAGE, ARGS, UCR, FULL])
def test_every_kind_of_job_is_created_read_and_replaced(client: Client, body: str) -> None:
    name, sent = json.loads(body)["id"], json.loads(body)["run"]
    for answer, status in (
        (client("POST", "/v1/jobs", body), 201),
        (client("GET", f"/v1/jobs/{name}"), 200),
        (client("PUT", f"/v1/jobs/{name}", body), 200),
    ):
        assert (answer.status, answer.json["id"]) == (status, name), answer.text
        assert readable(JOB, answer.json), answer.text
        run = answer.json["run"]
        assert (run["cpus"], run["mem"], run["disk"]) == (sent["cpus"], sent["mem"], sent["disk"])
        assert run.get("cmd") == (sent["cmd"] or None)
        assert run.get("taskKillGracePeriodSeconds") == (sent["taskKillGracePeriodSeconds"] or None)
        assert run.get("env", {}) == sent.get("env", {})


def test_the_list_omits_active_runs_and_has_a_summary(nap: Client) -> None:
    (idle,) = nap("GET", LIST).json
    assert "activeRuns" not in idle  # an empty list is "Running" for the client
    assert list(idle["historySummary"].values()) == [0, 0, 0, None, None]  # without it the client crashes
    nap("POST", RUNS)
    (running,) = nap("GET", LIST).json
    assert readable(JOB, running)
    assert len(running["activeRuns"]) == 1


def test_the_history_has_both_ends_in_the_form_that_the_client_compares(nap: Client) -> None:
    for status, milliseconds in (("FAILED", 1767323050000), ("SUCCEEDED", 1767323060000)):
        end(nap("POST", RUNS).json, status, milliseconds)
    job = nap("GET", HISTORY).json
    assert readable(JOB, job)
    history = job["history"]
    last = ("2026-01-02T03:04:10.000+0000", "2026-01-02T03:04:20.000+0000")
    assert (history["lastFailureAt"], history["lastSuccessAt"]) == last
    assert [len(history[f"{how}FinishedRuns"]) for how in ("successful", "failed")] == [1, 1]
    (listed,) = nap("GET", LIST).json
    assert readable(JOB, listed)
    assert listed["historySummary"]["lastSuccessAt"] == history["lastSuccessAt"]


def test_a_run_is_triggered_with_an_empty_body_shown_queued_and_stopped(nap: Client) -> None:
    triggered = nap("POST", RUNS)
    run = triggered.json
    assert (triggered.status, run["jobId"]) == (201, "team.job")
    assert nap("GET", "/v1/queue").json == [{"jobId": "team.job", "runs": [{"runId": run["id"]}]}]
    track.handler({"detail": task_of(run)}, CONTEXT)
    assert nap("GET", "/v1/queue").json == []
    assert [each["id"] for each in nap("GET", RUNS).json] == [run["id"]]
    stopped = nap("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert stopped.status == 200  # 204 is an error for the client
    shown = nap("GET", f"{RUNS}/{run['id']}")
    assert all(readable(RUN, answer.json) for answer in (triggered, stopped, shown))
    assert shown.json["tasks"][0]["startedAt"] == "2026-01-02T03:04:05.678+0000"
    assert nap("GET", RUNS).json == []


def test_a_job_with_active_runs_is_removed_only_with_them(nap: Client) -> None:
    nap("POST", RUNS)
    assert nap("DELETE", "/v1/jobs/team.job").status == 409
    assert nap("DELETE", "/v1/jobs/team.job?stopCurrentJobRuns=true").status == 200
    assert nap("DELETE", "/v1/jobs/team.job").status == 404


def test_schedules_keep_their_zone_and_get_a_policy(nap: Client) -> None:
    nightly, hourly = (nap("POST", SCHEDULES, body) for body in (NIGHTLY, HOURLY))
    assert (nightly.status, hourly.status) == (201, 201), nightly.text + hourly.text
    kept = [
        [answer.json[name] for name in ("timezone", "concurrencyPolicy", "enabled")] for answer in (nightly, hourly)
    ]
    assert kept == [["UTC", "ALLOW", False], ["Asia/Tokyo", "FORBID", True]]
    listed = nap("GET", SCHEDULES).json
    assert readable([SCHEDULE], listed)
    assert all(schedule["nextRunAt"] for schedule in listed)
    updated = nap("PUT", f"{SCHEDULES}/hourly", HOURLY_UPDATED)
    assert (updated.status, updated.json["cron"], updated.json["enabled"]) == (200, "30 * * * *", False)
    assert readable(SCHEDULE, updated.json)
    assert nap("PUT", "/v1/jobs/team.job", NAP).json["schedules"] == nap("GET", SCHEDULES).json
    assert [nap("DELETE", f"{SCHEDULES}/hourly").status for _ in range(2)] == [200, 404]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/jobs", NAP, 409),
        ("POST", "/v1/jobs", LARGE, 422),
        ("PUT", "/v1/jobs/team.gone", NAP, 404),
        ("GET", "/v1/jobs/team.gone", None, 404),
        ("GET", "/v1/jobs/team.gone/schedules", None, 404),
        ("POST", "/v1/jobs/team.gone/runs", None, 404),
        ("GET", "/v1/jobs/Not-An-Id", None, 400),
    ],
)
def test_what_is_refused_says_why(nap: Client, method: str, path: str, body: str | None, status: int) -> None:
    answer = nap(method, path, body)
    assert (answer.status, answer.content_type) == (status, "application/json")
    assert readable(ERROR, answer.json)
    assert answer.json["message"]
