"""Task logs on moto."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from functions.aws.task_logs import CloudWatchTaskLogs
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.ports.logs import LogSpan


@pytest.mark.usefixtures("aws")
def test_a_log_continues_where_the_last_page_ended() -> None:
    client = boto3.client("logs")
    logs = CloudWatchTaskLogs(lambda: client, "group")
    client.create_log_group(logGroupName="group")
    assert logs.read("job/main/1", None, LogSpan()).lines == (), "a task that has printed nothing has no stream yet"
    client.create_log_stream(logGroupName="group", logStreamName="job/main/1")
    moment = datetime.now(UTC).replace(microsecond=0)
    token = None
    for text in ("one", "two"):
        event = {"timestamp": int(moment.timestamp() * 1000), "message": text}
        client.put_log_events(logGroupName="group", logStreamName="job/main/1", logEvents=[event])  # type: ignore[list-item]
        page = logs.read("job/main/1", token, LogSpan())
        token = page.token
        assert page.lines == [(moment, text)]
    end = logs.read("job/main/1", token, LogSpan())
    assert (end.lines, end.token) == ([], token)
    last = logs.read_back("job/main/1", None, LogSpan(limit=1))
    assert (last.lines, last.token) == ([(moment, "two")], token)
    assert logs.read_back("job/main/1", last.before, LogSpan()).lines == [(moment, "one")]
    later = LogSpan(since=moment + timedelta(milliseconds=1))
    assert logs.read("job/main/1", None, later).lines == []


@pytest.mark.usefixtures("aws")
def test_an_invalid_token_is_the_callers_mistake() -> None:
    client = boto3.client("logs")
    client.create_log_group(logGroupName="group")
    client.create_log_stream(logGroupName="group", logStreamName="s")
    with pytest.raises(InvalidTokenError):
        CloudWatchTaskLogs(lambda: client, "group").read("s", "nonsense", LogSpan())
