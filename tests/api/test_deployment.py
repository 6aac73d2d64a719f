"""What the deployment says of itself, and the base path under which clients of DC/OS look for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from tests.api.conftest import JOB, RUNS, Call


def test_versions_and_settings(call: Call) -> None:
    info = call("GET", "/info").json
    assert info["version"].count(".") == info["libVersion"].count(".") == 2
    assert info["config"]["stage"] == "test"
    assert f"\n## {info['version']}" in (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("headers", "leader"),
    [
        ({}, "api.example.com:443"),
        ({"host": "127.0.0.1:8123"}, "127.0.0.1:8123"),
        ({"host": "jobs.example.com", "x-forwarded-port": "443"}, "jobs.example.com:443"),
    ],
)
def test_the_api_itself_leads(call: Call, headers: dict[str, str], leader: str) -> None:
    assert call("GET", "/leader", headers=headers).json == {"leader": leader}


def test_runs_without_a_task_are_queued(call: Call) -> None:
    assert call("GET", "/v1/queue").json == []
    for job_id in ("b", "a"):
        call("POST", "/v1/jobs", JOB | {"id": job_id})
    runs = [call("POST", f"/v1/jobs/{job_id}/runs").json["id"] for job_id in ("b", "a", "b")]
    queue = call("GET", "/v1/queue").json
    assert [(one["jobId"], {run["runId"] for run in one["runs"]}) for one in queue] == [
        ("a", {runs[1]}),
        ("b", {runs[0], runs[2]}),
    ]
    assert call("GET", "/v1/metrics").json["gauges"] == {"runs.active": {"value": 3}, "runs.queued": {"value": 3}}


def test_cloudwatch_counts_the_runs_of_a_day(call: Call) -> None:
    boto3.client("cloudwatch").put_metric_data(
        Namespace="Shiftwork",
        MetricData=[
            {
                "MetricName": "RunsSucceeded",
                "Dimensions": [{"Name": "Stage", "Value": stage}],
                "Timestamp": datetime.now(UTC) - timedelta(hours=hours),
                "Value": 2,
            }
            for stage, hours in (("test", 1), ("test", 2), ("test", 30), ("another", 1))
        ],
    )
    counters = call("GET", "/v1/metrics").json["counters"]
    assert counters["runs.succeeded"] == {"count": 4}
    assert counters["runs.failed"] == {"count": 0}


def test_the_base_path_of_dcos_is_served_too(call: Call) -> None:
    assert call("GET", "/service/metronome/ping").text == "pong"
    assert call("POST", "/service/metronome/v1/jobs", JOB).status == 201
    assert call("POST", f"/service/metronome{RUNS}").status == 201
    unknown = call("GET", "/service/metronome/v2")
    assert unknown.json == {"message": "Unknown route.", "requestPath": "/service/metronome/v2"}


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v1/jobs"), ("DELETE", "/ping"), ("GET", "/v0/scheduled-jobs")]
)
def test_another_method_is_an_unknown_route(call: Call, method: str, path: str) -> None:
    answer = call(method, path)
    assert (answer.status, answer.json) == (404, {"message": "Unknown route.", "requestPath": path})
