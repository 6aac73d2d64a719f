"""Functions that read the stream of a table, where IAM is enforced: order, failures, halves, the end of the tries."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from local import cloud as local_cloud
from local.corrections.lambda_.streams import KEPT
from tests.local.stream_rig import records
from tests.local.workbench import Workbench, until

QUEUES = "arn:aws:sqs:us-east-1:000000000000:"
DESTINATION = {"OnFailure": {"Destination": f"{QUEUES}told"}}
CODE = """
import os, time
mode = os.environ["MODE"]

def handler(event, context):
    if "body" in event["Records"][0]:
        print("saw", time.time_ns(), event["Records"][0]["body"])
        return
    seen = [(one["dynamodb"]["Keys"]["id"]["S"], one["dynamodb"]["SequenceNumber"]) for one in event["Records"]]
    print("saw", time.time_ns(), *[name for name, _ in seen])
    bad = [number for name, number in seen if name.startswith("bad")]
    if mode == "partial":
        return {"batchItemFailures": [{"itemIdentifier": number} for number in bad]}
    if mode.startswith("/"):
        open(mode, "w").close()
        time.sleep(3)
    if bad:
        raise ValueError("wanted")
"""


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    """A workbench whose functions may read all streams but those of `closed`, and send to the queue `told`."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        made = Workbench(running)
        reads = [f"dynamodb:{name}" for name in ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")]
        takes = [f"sqs:{name}" for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage")]
        statements = [
            {"Effect": "Allow", "Action": reads, "Resource": "arn:aws:dynamodb:*:*:table/open-*/stream/*"},
            {"Effect": "Allow", "Action": takes, "Resource": [f"{QUEUES}told", f"{QUEUES}quick"]},
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        running.client("iam").put_role_policy(RoleName="states", PolicyName="reads", PolicyDocument=document)
        for name in ("told", "quick"):
            running.client("sqs").create_queue(QueueName=name)
        yield made


def stream_of(bench: Workbench, table: str, *names: str) -> str:
    """A new table's stream; these items are in it."""
    tables = bench.aws.client("dynamodb")
    made = tables.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    write(bench, table, names)
    arn: str = made["TableDescription"]["LatestStreamArn"]
    return arn


def write(bench: Workbench, table: str, names: Sequence[str]) -> None:
    tables = bench.aws.client("dynamodb")
    for name in names:
        tables.put_item(TableName=table, Item={"id": {"S": name}})


def map_stream(bench: Workbench, name: str, stream: str, mode: str = "all", **settings: Any) -> None:
    """Have a new function read a stream from its beginning."""
    bench.function(name, CODE, Timeout=5, Environment={"Variables": {"MODE": mode}})
    functions = bench.aws.client("lambda")
    functions.create_event_source_mapping(
        EventSourceArn=stream, FunctionName=name, **{"StartingPosition": "TRIM_HORIZON", "BatchSize": 100, **settings}
    )


def seen(bench: Workbench, name: str) -> list[str]:
    """The batches that a function has seen, as the items' names."""
    logs, group = bench.aws.client("logs"), f"/aws/lambda/{name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    read = [logs.get_log_events(logGroupName=group, logStreamName=one["logStreamName"])["events"] for one in streams]
    said = sorted(event["message"].strip() for events in read for event in events)
    return [line.split(" ", 2)[2] for line in said if line.startswith("saw ")]


def told(bench: Workbench) -> Any:
    """What the destination was told, once it was."""
    sqs = bench.aws.client("sqs")
    url = sqs.get_queue_url(QueueName="told")["QueueUrl"]
    (message,) = until(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def test_a_function_gets_what_fits_its_filter_in_order(bench: Workbench) -> None:
    pattern = json.dumps({"dynamodb": {"Keys": {"id": {"S": ["b", {"prefix": "c"}]}}}})
    stream = stream_of(bench, "open-filter", "a", "b", "c1")
    map_stream(bench, "filters", stream, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    assert until(lambda: seen(bench, "filters")) == ["b c1"]
    write(bench, "open-filter", ["a", "c2"])
    assert until(lambda: seen(bench, "filters")[1:]) == ["c2"]


def test_from_the_first_failure_on_records_come_again_and_what_was_before_does_not(bench: Workbench) -> None:
    stream = stream_of(bench, "open-partial", "a", "b", "bad", "c")
    retry: dict[str, Any] = {"FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 1}
    map_stream(bench, "partial", stream, "partial", **retry, DestinationConfig=DESTINATION)
    record = told(bench)
    assert seen(bench, "partial") == ["a b bad c", "bad c", "bad c"]
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert (record["DDBStreamBatchInfo"]["batchSize"], record["DDBStreamBatchInfo"]["streamArn"]) == (2, stream)
    write(bench, "open-partial", ["d"])
    assert until(lambda: seen(bench, "partial")[3:]) == ["d"]


def test_a_failed_batch_is_halved_until_the_bad_record_is_alone(bench: Workbench) -> None:
    stream = stream_of(bench, "open-halves", "a", "b", "bad", "c")
    halves: dict[str, Any] = {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 0}
    map_stream(bench, "halves", stream, **halves, DestinationConfig=DESTINATION)
    assert told(bench)["DDBStreamBatchInfo"]["batchSize"] == 1
    assert until(lambda: seen(bench, "halves")[4:]) == ["c"]
    assert seen(bench, "halves")[:4] == ["a b bad c", "a b", "bad c", "bad"]


def test_without_an_end_of_tries_a_failure_comes_again(bench: Workbench) -> None:
    map_stream(bench, "again", stream_of(bench, "open-again", "bad"))
    assert until(lambda: seen(bench, "again")[1:])


def test_a_slow_reader_holds_up_nobody_else(bench: Workbench, tmp_path: Path) -> None:
    at_work = tmp_path / "at-work"
    map_stream(bench, "slow", stream_of(bench, "open-slow", "a"), str(at_work))
    assert until(at_work.exists)
    bench.function("quick", CODE, Timeout=5, Environment={"Variables": {"MODE": "all"}})
    bench.aws.client("lambda").create_event_source_mapping(EventSourceArn=f"{QUEUES}quick", FunctionName="quick")
    sqs = bench.aws.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="quick")["QueueUrl"], MessageBody="a message")
    assert until(lambda: seen(bench, "quick")) == ["a message"]
    assert seen(bench, "slow") == [], "it is still at work: its log comes with its end"
    assert until(lambda: seen(bench, "slow")) == ["a"]


def test_what_was_read_does_not_pile_up_and_nothing_is_left_out(bench: Workbench) -> None:
    names = [f"{number:03d}" for number in range(3 * KEPT)]
    stream = stream_of(bench, "open-pile")
    map_stream(bench, "pile", stream, BatchSize=40)
    write(bench, "open-pile", names)
    assert until(lambda: " ".join(seen(bench, "pile")).split()[-1:] == names[-1:])
    assert " ".join(seen(bench, "pile")).split() == names
    write(bench, "open-pile", ["last"])
    left = [record["dynamodb"]["Keys"]["id"]["S"] for record in records(bench.aws, stream)]
    assert left == [*names[1 - KEPT :], "last"]


def test_a_role_must_be_allowed_to_read_the_stream(bench: Workbench) -> None:
    functions = bench.aws.client("lambda")
    stream = stream_of(bench, "closed")
    with pytest.raises(
        functions.exceptions.InvalidParameterValueException, match=r"Cannot access stream .* GetRecords"
    ):
        map_stream(bench, "closed", stream)
