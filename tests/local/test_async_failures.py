"""What becomes of events that a function could not process, where IAM is enforced: destination, queues, and batches."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local import cloud as local_cloud
from local.cloud import Aws
from tests.local.workbench import Workbench, until

QUEUES = "arn:aws:sqs:us-east-1:000000000000:"
CODE = """
def handler(event, context):
    if "Records" not in event:
        raise ValueError("wanted")
    bad = [one["messageId"] for one in event["Records"] if one["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}
"""


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    """A workbench whose functions may send to `failed` and `dead`, and to no other queue."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        made = Workbench(running)
        sends = [f"{QUEUES}failed", f"{QUEUES}dead"]
        statements = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": sends}]
        takes = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        statements += [{"Effect": "Allow", "Action": takes, "Resource": f"{QUEUES}batches"}]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        running.client("iam").put_role_policy(RoleName="states", PolicyName="sends", PolicyDocument=document)
        for name in ("failed", "dead", "forbidden"):
            running.client("sqs").create_queue(QueueName=name)
        yield made


def messages(aws: Aws, queue: str) -> list[Any]:
    """What is visible in a queue."""
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    found: list[Any] = sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])
    return found


def fail(bench: Workbench, name: str, event: Any, destination: str = "", **settings: Any) -> None:
    """Invoke a new function that fails, once and asynchronously."""
    functions = bench.aws.client("lambda")
    bench.function(name, CODE, **settings)
    config = {"DestinationConfig": {"OnFailure": {"Destination": QUEUES + destination}}} if destination else {}
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0, **config)
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))


def test_a_destination_gets_a_record(bench: Workbench) -> None:
    fail(bench, "recorded", {"a": 1}, "failed")
    (message,) = until(lambda: messages(bench.aws, "failed"))
    record = json.loads(message["Body"])
    assert (record["version"], record["requestPayload"]) == ("1.0", {"a": 1})
    assert record["timestamp"].endswith("Z")
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 1)
    assert context["functionArn"].endswith(":function:recorded:$LATEST")
    response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responseContext"] == response
    assert record["responsePayload"]["errorMessage"] == "wanted"


def test_a_dead_letter_queue_gets_the_event(bench: Workbench) -> None:
    fail(bench, "buried", {"a": 2}, DeadLetterConfig={"TargetArn": f"{QUEUES}dead"})
    (message,) = until(lambda: messages(bench.aws, "dead"))
    assert json.loads(message["Body"]) == {"a": 2}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "wanted"
    assert message["MessageAttributes"]["ErrorCode"] == {"DataType": "Number", "StringValue": "200"}


def test_a_role_that_may_not_send_loses_the_record(bench: Workbench) -> None:
    fail(bench, "forbidden", {"a": 3}, "forbidden")
    log = bench.aws.home / "cloud.log"
    assert until(lambda: "a failed event of forbidden is lost" in log.read_text(encoding="utf-8"))
    assert messages(bench.aws, "forbidden") == []


def queue_of_batches(function: str) -> str:
    """A template: a queue whose batches a function takes, and where a message goes that it never handles."""
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Last", "Arn"]}, "maxReceiveCount": 2}
    source = {"QueueName": "batches", "VisibilityTimeout": 1, "RedrivePolicy": redrive}
    mapping = {
        "EventSourceArn": {"Fn::GetAtt": ["Source", "Arn"]},
        "FunctionName": function,
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    destination = {"OnFailure": {"Destination": {"Fn::GetAtt": ["Last", "Arn"]}}}
    invoke = {"FunctionName": function, "Qualifier": "$LATEST", "DestinationConfig": destination}
    resources = {
        "Source": {"Type": "AWS::SQS::Queue", "Properties": source},
        "Last": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "last"}},
        "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
        "Invoke": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": invoke},
    }
    return json.dumps({"Resources": resources})


def test_of_a_batch_only_the_failures_come_back_and_in_the_end_leave(bench: Workbench) -> None:
    bench.function("batches", CODE, Timeout=1)
    stacks, sqs = bench.aws.client("cloudformation"), bench.aws.client("sqs")
    stacks.create_stack(StackName="batches", TemplateBody=queue_of_batches("batches"))
    stacks.get_waiter("stack_create_complete").wait(StackName="batches", WaiterConfig={"Delay": 1})
    url = sqs.get_queue_url(QueueName="batches")["QueueUrl"]
    entries = [{"Id": name, "MessageBody": name} for name in ("good", "bad", "fine")]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    left = until(lambda: messages(bench.aws, "last"))
    assert [message["Body"] for message in left] == ["bad"]
    stacks.delete_stack(StackName="batches")
    stacks.get_waiter("stack_delete_complete").wait(StackName="batches", WaiterConfig={"Delay": 1})
    assert bench.aws.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


@pytest.mark.parametrize(
    ("queue", "timeout", "message"),
    [
        ("failed", 31, "visibility timeout: 30 seconds is less than Function timeout: 31 seconds"),
        ("failed", 3, "permissions to call ReceiveMessage on SQS"),
    ],
)
def test_a_mapping_that_aws_refuses(bench: Workbench, queue: str, timeout: int, message: str) -> None:
    name = bench.function(f"refused-{timeout}", CODE, Timeout=timeout)
    functions = bench.aws.client("lambda")
    with pytest.raises(functions.exceptions.InvalidParameterValueException, match=message):
        functions.create_event_source_mapping(EventSourceArn=QUEUES + queue, FunctionName=name)
