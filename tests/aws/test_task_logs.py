"""Task logs on moto."""

from datetime import UTC, datetime

import boto3
import pytest

from functions.aws.task_logs import CloudWatchTaskLogs
from functions.jobs.model.errors import InvalidTokenError


@pytest.mark.usefixtures("aws")
def test_a_log_continues_where_the_last_page_ended() -> None:
    client = boto3.client("logs")
    logs = CloudWatchTaskLogs(lambda: client, "group")
    client.create_log_group(logGroupName="group")
    assert logs.read("job/main/1", None).lines == (), "a task that has printed nothing has no stream yet"
    client.create_log_stream(logGroupName="group", logStreamName="job/main/1")
    moment = datetime.now(UTC).replace(microsecond=0)
    token = None
    for text in ("one", "two"):
        event = {"timestamp": int(moment.timestamp() * 1000), "message": text}
        client.put_log_events(logGroupName="group", logStreamName="job/main/1", logEvents=[event])  # type: ignore[list-item]
        page = logs.read("job/main/1", token)
        token = page.token
        assert page.lines == ((moment, text),)
    assert logs.read("job/main/1", token).lines == ()


@pytest.mark.usefixtures("aws")
def test_an_invalid_token_is_the_callers_mistake() -> None:
    client = boto3.client("logs")
    client.create_log_group(logGroupName="group")
    client.create_log_stream(logGroupName="group", logStreamName="s")
    with pytest.raises(InvalidTokenError):
        CloudWatchTaskLogs(lambda: client, "group").read("s", "nonsense")
