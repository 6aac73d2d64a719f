"""Rules of EventBridge where IAM is enforced: who may make them, what they may invoke, and where an event ends then."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import cloud as local_cloud
from local.cloud import Aws
from tests.local.test_async_failures import messages
from tests.local.workbench import Workbench, until

ACCOUNT = "us-east-1:000000000000"
RULES = f"arn:aws:events:{ACCOUNT}:rule/"
QUEUES = f"arn:aws:sqs:{ACCOUNT}:"
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:heard"
CODE = """
def handler(event, context):
    raise ValueError(event)
"""
PATTERN = json.dumps({"source": ["tests"]})


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """A local AWS that enforces IAM, with a function that `ours_*` may invoke, and queues."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        bench = Workbench(running)
        grant = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"{QUEUES}heard"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
        running.client("iam").put_role_policy(RoleName="states", PolicyName="sends", PolicyDocument=document)
        functions = running.client("lambda")
        bench.function("heard", CODE)
        # What it could not process tells that it was invoked.
        destination = {"OnFailure": {"Destination": f"{QUEUES}heard"}}
        functions.put_function_event_invoke_config(
            FunctionName="heard", MaximumRetryAttempts=0, DestinationConfig=destination
        )
        for number, source in enumerate((f"{RULES}ours_*", f"{RULES}*/ours_*")):
            functions.add_permission(
                FunctionName="heard",
                StatementId=str(number),
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
                SourceArn=source,
            )
        for name, rules in (("heard", []), ("dead", [f"{RULES}theirs"]), ("closed", [])):
            running.client("sqs").create_queue(QueueName=name, Attributes={"Policy": admitting(name, rules)})
        running.client("events").create_event_bus(Name="orders")
        yield running


def admitting(queue: str, rules: list[str]) -> str:
    """A queue's policy that admits rules, and refuses what does not come over TLS."""
    statements = [
        {
            **{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": QUEUES + queue},
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            **{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"},
            **{"Resource": QUEUES + queue, "Condition": {"ArnLike": {"aws:SourceArn": rules}}},
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def user(aws: Aws, name: str, resource: str, **condition: Any) -> Any:
    """EventBridge's client with the keys of a user who may do all to these rules."""
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": "events:*", "Resource": resource, **condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    return aws.client("events", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])


def code(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error; empty if there is none."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@pytest.mark.parametrize(
    ("name", "resource", "bus", "denied"),
    [
        ("plain", f"{RULES}ours_*", "default", False),
        ("elsewhere", f"{RULES}ours_*", "orders", True),
        ("on-buses", f"{RULES}*/ours_*", "orders", False),
        ("not-default", f"{RULES}*/ours_*", "default", True),
        ("named-default", f"{RULES}default/ours_*", "default", True),
    ],
)
def test_a_grant_names_the_rule_and_its_bus(aws: Aws, name: str, resource: str, bus: str, denied: bool) -> None:
    events = user(aws, name, resource)
    rule = {"EventBusName": bus}
    expected = "AccessDeniedException" if denied else ""
    calls: list[tuple[Any, dict[str, Any]]] = [
        (events.put_rule, {"Name": "ours_a", "EventPattern": PATTERN}),
        (events.put_targets, {"Rule": "ours_a", "Targets": [{"Id": "1", "Arn": FUNCTION}]}),
        (events.remove_targets, {"Rule": "ours_a", "Ids": ["1"]}),
        (events.delete_rule, {"Name": "ours_a"}),
    ]
    assert [code(call, **rule, **arguments) for call, arguments in calls] == [expected] * 4
    assert code(events.put_rule, Name="theirs", EventPattern=PATTERN, **rule) == "AccessDeniedException"


def test_a_grant_may_be_for_one_target_only(aws: Aws) -> None:
    condition = {"ForAllValues:ArnEquals": {"events:TargetArn": FUNCTION}, "Null": {"events:TargetArn": "false"}}
    events = user(aws, "aims", f"{RULES}ours_*", Condition=condition)
    aws.client("events").put_rule(Name="ours_aimed", EventPattern=json.dumps({"source": ["nobody"]}))
    for target, expected in ((FUNCTION, ""), (f"{FUNCTION}-other", "AccessDeniedException")):
        assert code(events.put_targets, Rule="ours_aimed", Targets=[{"Id": "1", "Arn": target}]) == expected


def test_a_rule_with_a_target_is_not_deleted(aws: Aws) -> None:
    rule(aws, "ours_kept", "kept")
    events = aws.client("events")
    assert code(events.delete_rule, Name="ours_kept") == "ValidationException"
    events.remove_targets(Rule="ours_kept", Ids=["1"])
    assert code(events.delete_rule, Name="ours_kept") == ""


def rule(aws: Aws, name: str, source: str, **where: Any) -> None:
    """A rule that hands events of a source to the function."""
    bus, queue = where.get("bus", "default"), where.get("queue", "dead")
    target = {"Id": "1", "Arn": FUNCTION, "DeadLetterConfig": {"Arn": QUEUES + queue}}
    aws.client("events").put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [source]}))
    aws.client("events").put_targets(Rule=name, EventBusName=bus, Targets=[target])


def send(aws: Aws, source: str, bus: str = "default") -> None:
    """Put an event."""
    entry = {"Source": source, "DetailType": "t", "Detail": json.dumps({"of": source}), "EventBusName": bus}
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


@pytest.mark.parametrize("bus", ["default", "orders"])
def test_a_rule_that_the_functions_policy_admits_invokes_it(aws: Aws, bus: str) -> None:
    rule(aws, "ours_heard", f"heard-{bus}", bus=bus)
    send(aws, f"heard-{bus}", bus)
    (message,) = until(lambda: messages(aws, "heard"))
    assert json.loads(message["Body"])["requestPayload"]["detail"] == {"of": f"heard-{bus}"}
    aws.client("sqs").delete_message(
        QueueUrl=aws.client("sqs").get_queue_url(QueueName="heard")["QueueUrl"], ReceiptHandle=message["ReceiptHandle"]
    )


def test_what_another_rule_cannot_deliver_is_a_dead_letter_where_the_queues_policy_admits_it(aws: Aws) -> None:
    rule(aws, "theirs", "buried")
    rule(aws, "theirs_too", "buried")  # the queue does not admit it
    rule(aws, "theirs_closed", "buried", queue="closed")
    send(aws, "buried")
    (message,) = until(lambda: messages(aws, "dead"))
    assert json.loads(message["Body"])["detail"] == {"of": "buried"}
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert told | {"RULE_ARN": f"{RULES}theirs", "TARGET_ARN": FUNCTION, "ERROR_CODE": "NO_PERMISSIONS"} == told
    assert messages(aws, "closed") == messages(aws, "heard") == []
