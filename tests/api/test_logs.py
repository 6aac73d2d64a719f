"""What a run has printed, over HTTP."""

import time
from typing import Any

import boto3

from functions.events import track
from tests.api.conftest import CONTEXT, RUNS, Call, task_of
from tests.conftest import ENVIRONMENT


def test_the_log_is_followed_page_by_page(call: Call, run: dict[str, Any]) -> None:
    path = f"{RUNS}/{run['id']}/logs"
    empty = call("GET", path)
    assert (empty.status, empty.json["events"]) == (200, [])
    track.handler({"detail": task_of(run)}, CONTEXT)
    client = boto3.client("logs")
    stream = {"logGroupName": ENVIRONMENT["JOBS_LOG_GROUP"], "logStreamName": "team.job/main/0f1e2d"}
    client.create_log_stream(**stream)
    token = empty.json["nextToken"]
    for text in ("one", "two"):
        client.put_log_events(**stream, logEvents=[{"timestamp": int(time.time() * 1000), "message": text}])  # type: ignore[arg-type]
        page = call("GET", f"{path}?nextToken={token}").json
        assert [(event["message"], event["attempt"]) for event in page["events"]] == [(text, 1)]
        token = page["nextToken"]
    assert [event["message"] for event in call("GET", path).json["events"]] == ["one", "two"]
    assert call("GET", f"{path}?nextToken=nonsense").status == 400


def test_each_container_has_a_log_of_its_own(call: Call, run: dict[str, Any]) -> None:
    path = f"{RUNS}/{run['id']}/logs"
    track.handler({"detail": task_of(run)}, CONTEXT)
    client = boto3.client("logs")
    stream = {"logGroupName": ENVIRONMENT["JOBS_LOG_GROUP"], "logStreamName": "team.job/init/0f1e2d"}
    client.create_log_stream(**stream)
    client.put_log_events(**stream, logEvents=[{"timestamp": int(time.time() * 1000), "message": "no such file"}])  # type: ignore[arg-type]
    assert call("GET", path).json["events"] == []
    assert [one["message"] for one in call("GET", f"{path}?container=init").json["events"]] == ["no such file"]
    assert call("GET", f"{path}?container=a%2Fb").status == 400
