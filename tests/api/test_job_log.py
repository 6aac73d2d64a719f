"""What the runs of a job have printed, over HTTP: the newest run first, and followed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.events import track
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call, task_of
from tests.api.firings import end
from tests.api.test_logs import messages, say

LOGS = f"{PATH}/logs"


def start(call: Call, task: str, *texts: str, **more: Any) -> dict[str, Any]:
    """Trigger a run whose task has printed these lines."""
    run = dict(call("POST", RUNS).json)
    track.handler({"detail": task_of(run, taskArn=f"arn:task/{task}", **more)}, CONTEXT)
    if texts:
        say("main", *texts, task=task)
    return run


def finish(run: dict[str, Any], task: str) -> None:
    """The run's task stops and its execution ends, long enough ago for its log to be complete."""
    moment = datetime.now(UTC) - timedelta(seconds=20)
    stopped = task_of(run, "STOPPED", 9, taskArn=f"arn:task/{task}", stoppedAt=moment.isoformat())
    track.handler({"detail": stopped}, CONTEXT)
    end(run, at=moment.timestamp())


def walk(call: Call, path: str) -> list[tuple[str, str]]:
    """The run and the text of each line, part by part, until the log has ended."""
    found, following = [], path
    while following:
        answer = call("GET", following)
        assert answer.status == 200
        found += [(event["runId"], event["message"]) for event in answer.json["events"]]
        following = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return found


@pytest.fixture
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201


@pytest.mark.usefixtures("job")
def test_the_newest_run_comes_first(call: Call, aws_calls: list[str]) -> None:
    assert (walk(call, LOGS), call("GET", "/v1/jobs/no/logs").status) == ([], 404)
    runs = [start(call, f"t{number}", f"{number}a", f"{number}b") for number in range(4)]
    for number in range(3):
        finish(runs[number], f"t{number}")
    by_id = sorted(range(4), key=lambda number: str(runs[number]["id"]), reverse=True)
    expected = [(runs[number]["id"], f"{number}{letter}") for number in by_id for letter in "ab"]
    aws_calls.clear()
    assert walk(call, LOGS) == expected
    assert aws_calls.count("GetLogEvents") == 8, "of each run one for its lines, and one to learn that they are all"
    assert walk(call, f"{LOGS}?limit=3") == expected
    text = call("GET", f"{LOGS}?format=text&limit=1")
    assert text.text == f"{expected[0][0]} | {expected[0][1]}\n"
    assert messages(call("GET", f"{LOGS}?tail=1")) == [f"{by_id[0]}b"]
    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
    assert walk(call, f"{LOGS}?since={tomorrow}") == []
    for wrong in ("nextToken=-", "nextToken=x", "follow=maybe", "follow=true&nextToken=x", "follow=true&nextToken=W10"):
        assert call("GET", f"{LOGS}?{wrong}").status == 400, wrong


@pytest.mark.usefixtures("job")
def test_a_follower_sees_runs_that_go_on_and_new_ones(call: Call, aws_calls: list[str]) -> None:
    finish(start(call, "t0", "before"), "t0")
    first, second = start(call, "t1", "1a"), start(call, "t2", "2a")
    token, path = None, f"{LOGS}?follow=true"

    def poll() -> list[str]:
        nonlocal token
        answer = call("GET", path + (f"&nextToken={token}" if token else ""))
        assert (answer.status, answer.json["ended"]) == (200, False)
        token = answer.json["nextToken"]
        return messages(answer)

    assert poll() == ["1a", "2a"]
    assert poll() == []
    say("main", "1b", task="t1")
    third = start(call, "t3", "3a")
    finish(third, "t3")
    assert sorted(poll()) == ["1b", "3a"], "a run that began and ended between two calls is not missed"
    finish(first, "t1")
    say("main", "2b", task="t2")
    assert poll() == ["2b"]
    aws_calls.clear()
    assert poll() == []
    assert aws_calls.count("GetLogEvents") == 1, "runs that have ended are read no more"
    assert len(aws_calls) <= 5
    assert call("DELETE", f"{RUNS}/{first['id']}").status == 200
    call("POST", f"{RUNS}/{second['id']}/actions/stop")
    assert call("DELETE", f"{RUNS}/{second['id']}").status == 200
    assert poll() == []


@pytest.mark.usefixtures("job")
def test_a_follower_begins_where_it_is_asked_to(call: Call) -> None:
    finish(start(call, "t0", "old"), "t0")
    start(call, "t1", "a", "b", "c")
    since = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert sorted(messages(call("GET", f"{LOGS}?follow=true&since={since}"))) == ["a", "b", "c", "old"]
    last = call("GET", f"{LOGS}?follow=true&tail=2").json
    assert [event["message"] for event in last["events"]] == ["b", "c"]
    say("main", "d", task="t1")
    assert messages(call("GET", f"{LOGS}?follow=true&tail=2&nextToken={last['nextToken']}")) == ["d"]


@pytest.mark.usefixtures("job")
def test_only_runs_that_have_the_container_or_the_index_are_read(call: Call) -> None:
    start(call, "t0", "plain")
    call("PUT", PATH, JOB | {"run": JOB["run"] | {"sidecars": [{"name": "proxy", "image": "proxy"}]}})
    start(call, "t1", "with proxy")
    say("proxy", "p", task="t1")
    lines = [text for _, text in walk(call, f"{LOGS}?container=proxy&container=main")]
    assert sorted(lines) == ["p", "plain", "with proxy"]
    assert messages(call("GET", f"{LOGS}?container=proxy")) == ["p"]
    assert messages(call("GET", f"{LOGS}?index=1")) == []
