"""What a run has printed, over HTTP."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.events import track
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of
from tests.api.firings import end
from tests.conftest import ENVIRONMENT

SEVERAL = {"files": [{"path": "/app/config/a", "content": "x"}], "sidecars": [{"name": "proxy", "image": "proxy"}]}


def say(container: str, *texts: str, task: str = "0f1e2d", ago: float = 0) -> None:
    """Put lines into the stream of a task's container, a millisecond apart, the first one `ago` seconds old."""
    client = boto3.client("logs")
    stream: Any = {"logGroupName": ENVIRONMENT["JOBS_LOG_GROUP"], "logStreamName": f"team.job/{container}/{task}"}
    prefix = stream["logStreamName"]
    if not client.describe_log_streams(logGroupName=stream["logGroupName"], logStreamNamePrefix=prefix)["logStreams"]:
        client.create_log_stream(**stream)
    now = int((time.time() - ago) * 1000)
    events = [{"timestamp": now + place, "message": text} for place, text in enumerate(texts)]
    client.put_log_events(**stream, logEvents=events)  # type: ignore[arg-type]


def messages(answer: Any) -> list[str]:
    return [event["message"] for event in answer.json["events"]]


@pytest.fixture
def several(call: Call) -> dict[str, Any]:
    """A run of a job with three containers, whose task runs."""
    assert call("POST", "/v1/jobs", JOB | {"run": JOB["run"] | SEVERAL}).status == 201
    run = dict(call("POST", RUNS).json)
    track.handler({"detail": task_of(run)}, CONTEXT)
    return run


def test_the_log_is_followed_page_by_page(call: Call, run: dict[str, Any]) -> None:
    path = f"{RUNS}/{run['id']}/logs"
    empty = call("GET", path)
    assert (empty.status, empty.json["events"], empty.json["ended"]) == (200, [], False)
    track.handler({"detail": task_of(run)}, CONTEXT)
    token = empty.json["nextToken"]
    for text in ("one", "two"):
        say("main", text)
        page = call("GET", f"{path}?nextToken={token}").json
        [event] = page["events"]
        assert (event["message"], event["attempt"], event["container"], event["runId"]) == (text, 1, "main", run["id"])
        token = page["nextToken"]
    assert messages(call("GET", path)) == ["one", "two"]
    assert call("GET", f"{path}?nextToken=nonsense").status == 400


def test_the_log_of_a_run_that_has_ended_ends(call: Call, run: dict[str, Any], aws_calls: list[str]) -> None:
    say("main", "one", "two")
    track.handler({"detail": task_of(run, "STOPPED", 5, stoppedAt="2026-01-02T03:04:10Z")}, CONTEXT)
    before = call("GET", f"{RUNS}/{run['id']}/logs")
    assert (messages(before), before.json["ended"]) == (["one", "two"], False), "there may be another attempt"
    assert before.headers["Link"].startswith(f"<{RUNS}/{run['id']}/logs?nextToken=2%3A>")
    end(run)
    aws_calls.clear()
    after = call("GET", f"{RUNS}/{run['id']}/logs?nextToken={before.json['nextToken']}")
    assert (messages(after), after.json["ended"], "Link" in after.headers) == ([], True, False)
    assert aws_calls == ["GetItem"]
    whole = call("GET", f"{RUNS}/{run['id']}/logs")
    assert (messages(whole), whole.json["ended"]) == (["one", "two"], True)
    assert aws_calls == ["GetItem", "GetItem", "GetLogEvents", "GetLogEvents"], "the second says that it is the end"


def test_a_log_as_text_goes_on_where_the_link_says(call: Call, several: dict[str, Any]) -> None:
    path = f"{RUNS}/{several['id']}/logs?format=text"
    say("main", "grüße", "\x1b[0mtwo", ago=1)
    answer = call("GET", f"{path}&limit=1")
    assert (answer.content_type, answer.text) == ("text/plain; charset=utf-8", "grüße\n")
    following = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert call("GET", following).text == "\x1b[0mtwo\n"
    say("proxy", "hello")
    assert call("GET", f"{path}&container=proxy").text == "hello\n"
    assert call("GET", f"{path}&container=*").text == "main | grüße\nmain | \x1b[0mtwo\nproxy | hello\n"
    assert call("GET", f"{path}&container=init").text == ""


def test_each_container_has_a_log_of_its_own(call: Call, several: dict[str, Any], aws_calls: list[str]) -> None:
    path = f"{RUNS}/{several['id']}/logs"
    say("init", "no such file")
    aws_calls.clear()
    assert messages(call("GET", path)) == []
    assert aws_calls == ["GetItem", "GetLogEvents"]
    assert messages(call("GET", f"{path}?container=init")) == ["no such file"]
    aws_calls.clear()
    both = call("GET", f"{path}?container=main,init").json
    assert aws_calls == ["GetItem", "GetItem", "GetLogEvents", "GetLogEvents"], "the second reads the revision"
    say("main", "on")
    [event] = call("GET", f"{path}?container=main&container=init&nextToken={both['nextToken']}").json["events"]
    assert (event["message"], event["container"]) == ("on", "main")
    assert call("GET", f"{path}?container=a%2Fb").status == 400
    unknown = call("GET", f"{path}?container=main,nope")
    message = "container: the run has no container nope. Use init, main, proxy, or *."
    assert (unknown.status, unknown.json["message"]) == (400, message)


def test_the_last_lines_and_those_between_two_times(call: Call, run: dict[str, Any]) -> None:
    path = f"{RUNS}/{run['id']}/logs"
    track.handler({"detail": task_of(run)}, CONTEXT)
    for number in range(6):
        say("main", str(number), ago=600 - 100 * number)
    last = call("GET", f"{path}?tail=2").json
    assert [event["message"] for event in last["events"]] == ["4", "5"]
    assert messages(call("GET", f"{path}?tail=2&nextToken={last['nextToken']}")) == []
    since, until = ((datetime.now(UTC) - timedelta(seconds=ago)).isoformat().replace("+", "%2B") for ago in (450, 150))
    assert messages(call("GET", f"{path}?since={since}&until={until}")) == ["2", "3", "4"]
    assert messages(call("GET", f"{path}?since={since}&limit=1")) == ["2"]
    assert call("GET", f"{path}?since={until}&until={since}").status == 400
    for wrong in ("tail=0", "limit=10001", "since=yesterday", "format=html"):
        assert call("GET", f"{path}?{wrong}").status == 400


def test_a_log_of_control_characters_is_read_to_its_end(call: Call, run: dict[str, Any]) -> None:
    track.handler({"detail": task_of(run)}, CONTEXT)
    for number in range(12):
        say("main", f"{number}" + "\0" * 200_000)
    path, found = f"{RUNS}/{run['id']}/logs", []
    following: str | None = path
    for _ in range(6):
        answer = call("GET", following)
        assert answer.status == 200
        found += [message.rstrip("\0") for message in messages(answer)]
        following = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert found == [str(number) for number in range(12)]
