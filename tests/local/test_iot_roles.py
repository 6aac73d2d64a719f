"""Who may: the roles of topic rules, and of those who call IoT."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.fleet_rig import TRUST, Fleet, policy, refusal
from tests.local.workbench import until

LAMBDA_TRUST = {**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}}
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"


@pytest.mark.parametrize(
    ("name", "trust", "resource"), [("elsewhere", TRUST, "other"), ("untrusting", LAMBDA_TRUST, "*")]
)
def test_an_action_needs_its_role(fleet: Fleet, name: str, trust: dict[str, Any], resource: str) -> None:
    role = fleet.make_role(name, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"{QUEUE}{resource}"})
    fleet.aws.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=policy(trust))
    queues = [fleet.sqs.create_queue(QueueName=f"{name}-{end}")["QueueUrl"] for end in ("done", "failed")]
    actions = [{"sqs": {"roleArn": arn, "queueUrl": url}} for arn, url in zip((role, fleet.role), queues, strict=True)]
    rule = {"sql": f"SELECT * FROM '{name}'", "actions": actions[:1], "errorAction": actions[1]}  # noqa: S608 (no SQL)
    fleet.iot.create_topic_rule(ruleName=name, topicRulePayload=rule)
    fleet.aws.client("iot-data").publish(topic=name, payload=b'{"a": 1}')
    assert until(lambda: fleet.received(queues[1]))["failures"][0]["failedAction"] == "SqsAction"
    assert fleet.received(queues[0]) is None


def test_who_may_not_create_jobs_does_not(fleet: Fleet) -> None:
    reads = {"Effect": "Allow", "Action": ["iot:DescribeJob", "iot:ListThings"], "Resource": "*"}
    reader = fleet.as_role("fleet-reader", reads)
    thing = fleet.thing()
    assert reader.describe_job(jobId=fleet.job(thing))["job"]["status"] == "IN_PROGRESS"
    target = f"arn:aws:iot:us-east-1:000000000000:thing/{thing}"
    with pytest.raises(ClientError, match="iot:CreateJob"):
        reader.create_job(jobId="denied", targets=[target], document="{}")
    with pytest.raises(ClientError, match="iot:CancelJob"):
        reader.cancel_job(jobId="denied")


def test_a_role_for_presigned_addresses_is_passed(fleet: Fleet) -> None:
    role = fleet.make_role("passed", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    creates = {"Effect": "Allow", "Action": "iot:CreateJob", "Resource": "*"}
    passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role}
    target = f"arn:aws:iot:us-east-1:000000000000:thing/{fleet.thing()}"
    job = {"targets": [target], "document": "{}", "presignedUrlConfig": {"roleArn": role}}
    refused = fleet.as_role("does-not-pass", creates)
    assert refusal(lambda: refused.create_job(jobId="not-passed", **job)) == "AccessDeniedException"
    assert fleet.as_role("passes", creates, passes).create_job(jobId="passed", **job)["jobId"] == "passed"


def test_what_a_role_needs_for_a_dynamic_group_and_a_search(indexed: Fleet) -> None:
    fleet, place = indexed, "arn:aws:iot:us-east-1:000000000000"
    allowed: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "iot:CreateDynamicThingGroup", "Resource": f"{place}:thinggroup/ours-*"},
        {"Effect": "Allow", "Action": "iot:SearchIndex", "Resource": f"{place}:index/AWS_Things"},
        {"Effect": "Allow", "Action": "iot:CreateJob", "Resource": [f"{place}:job/*", f"{place}:thing/thing-*"]},
    ]
    iot = fleet.as_role("grouping", *allowed)
    assert iot.search_index(queryString="thingName:nothing")["things"] == []
    assert iot.create_dynamic_thing_group(thingGroupName="ours-1", queryString="thingName:nothing")
    refused = {"thingGroupName": "theirs", "queryString": "thingName:nothing"}
    assert refusal(lambda: iot.create_dynamic_thing_group(**refused)) == "AccessDeniedException"
    job = {"jobId": "of-a-role", "targets": [f"{place}:thing/{fleet.thing()}"], "document": "{}"}
    assert iot.create_job(**job)["jobId"] == "of-a-role"
    grouped = {**job, "jobId": "of-a-group", "targets": [fleet.group()]}
    assert refusal(lambda: iot.create_job(**grouped)) == "AccessDeniedException"
