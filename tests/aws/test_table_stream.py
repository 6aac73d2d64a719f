"""Status events from the records that the table's stream has of the adapters' writes, on moto."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.aws.table.stream import status_event
from functions.aws.table.table import Table
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Attempt, Reason, RunStatus, TaskStatus
from functions.jobs.model.status_event import StatusEvent
from tests.aws.conftest import NOW, RUN, SUCCESS, changed, delete, make_job

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def table(dynamodb: "DynamoDBClient", table: Table) -> Table:
    """The table, with its stream."""
    stream: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    dynamodb.update_table(TableName=table.name, StreamSpecification=stream)
    return table


def records(table: Table) -> Iterator[Any]:
    """All records so far, as Lambda gets them: times are numbers."""
    streams: Any = boto3.client("dynamodbstreams")
    arn = table.client().describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    begin = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    for record in streams.get_records(ShardIterator=begin["ShardIterator"])["Records"]:
        at = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
        yield {**record, "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": at}}


def status_events(table: Table) -> list[StatusEvent]:
    return [event for record in records(table) if (event := status_event(record, "prod"))]


def test_a_runs_start_and_end_are_published_and_its_deletion_is_not(table: Table, runs: RunTable) -> None:
    runs.put(RUN, None)
    attempt = Attempt(number=1, version=3, task_arn="arn:task/1", status=TaskStatus.RUNNING, started_at=NOW)
    runs.track(TaskReport("team.job", RUN.id, attempt, None))
    runs.settle("team.job", RUN.id, SUCCESS, NOW)
    ended = runs.get("team.job", RUN.id)
    assert ended is not None
    runs.delete(ended, NOW)
    events = status_events(table)
    assert [event.name for event in events] == ["job_created", "job_run_started", "job_run_updated", "job_run_finished"]
    assert [event.detail.get("status") for event in events] == [None, "INITIAL", "ACTIVE", "SUCCESS"]
    assert [event.detail.get("previousStatus") for event in events] == [None, None, "INITIAL", "ACTIVE"]
    assert {event.detail["jobId"] for event in events} == {"team.job"}
    assert {event.detail["stage"] for event in events} == {"prod"}
    sequences = [event.detail["sequence"] for event in events]
    assert sequences == sorted(sequences)
    assert {len(sequence) for sequence in sequences} == {40}
    assert len({event.detail["eventId"] for event in events}) == len(events)


def test_a_failure_is_published_with_its_reason(table: Table, runs: RunTable) -> None:
    runs.put(RUN, None)
    runs.settle("team.job", RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED, message="by me"), NOW)
    last = status_events(table)[-1]
    assert (last.name, last.detail["reason"], last.detail["message"]) == ("job_run_failed", "STOPPED", "by me")


def test_a_jobs_changes_are_published(table: Table, jobs: JobTable) -> None:
    job = make_job()
    jobs.update(changed(job), replacing=job, now=NOW)
    jobs.pause("team.job", NOW)
    jobs.pause("team.job", None)
    saved = jobs.get("team.job")
    assert saved is not None
    delete(jobs, saved)
    events = status_events(table)
    assert [event.name for event in events] == ["job_created", *["job_updated"] * 3, "job_deleted"]
    assert [event.detail["revision"] for event in events] == [1, 2, 2, 2, 2]
    assert [event.detail.get("pausedAt") for event in events] == [None, None, "2026-01-02T03:04:05.000Z", None, None]


def test_a_repeated_record_has_the_same_time_and_id(table: Table, runs: RunTable) -> None:
    runs.put(replace(RUN, labels={"owner": "me"}), None)
    *_, record = [one for one in records(table) if one["dynamodb"]["Keys"]["SK"]["S"].startswith("RUN#")]
    again = [status_event(record, "prod") for _ in range(2)]
    assert again[0] == again[1]
    assert again[0] is not None
    assert again[0].detail["eventId"] == record["eventID"]
    assert again[0].detail["at"].startswith("20")
    assert again[0].detail["labels"] == {"owner": "me"}


def test_other_items_are_not_published(table: Table, runs: RunTable) -> None:
    runs.put(RUN, None)
    others = [one for one in records(table) if one["dynamodb"]["Keys"]["SK"]["S"] in ("STATE", "REV#00000001")]
    assert others
    assert [status_event(record, "prod") for record in others] == [None] * len(others)
