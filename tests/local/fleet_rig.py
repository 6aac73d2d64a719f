"""Things, jobs and their events on a local AWS whose clock is moved; devices that speak HTTP."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import Aws
from tests.local.workbench import until

MINUTE = 60
EVENTS = "SELECT *, topic() AS topic FROM '$aws/events/#'"
TRUST = {"Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}, "Action": "sts:AssumeRole"}


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def retries(**numbers: int) -> dict[str, Any]:
    """A job's retries, by the kind of failure."""
    criteria = [{"failureType": kind, "numberOfRetries": number} for kind, number in numbers.items()]
    return {"jobExecutionsRetryConfig": {"criteriaList": criteria}}


def refusal(call: Callable[[], object]) -> str:
    """The code of the error that a call is answered with."""
    with pytest.raises(ClientError) as refused:
        call()
    code: str = refused.value.response["Error"]["Code"]
    return code


@dataclass
class Fleet:
    """Job events are switched on, and go to a queue."""

    aws: Aws
    heard: list[dict[str, Any]] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.iot, self.data, self.sqs = (self.aws.client(name) for name in ("iot", "iot-jobs-data", "sqs"))
        on = {kind: {"Enabled": True} for kind in ("JOB", "JOB_EXECUTION")}
        self.iot.update_event_configurations(eventConfigurations=on)
        self.queue = self.sqs.create_queue(QueueName="job-events")["QueueUrl"]
        self.role = self.make_role("job-events", {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"})
        action = {"sqs": {"roleArn": self.role, "queueUrl": self.queue}}
        self.iot.create_topic_rule(ruleName="job_events", topicRulePayload={"sql": EVENTS, "actions": [action]})

    def make_role(self, name: str, *statements: dict[str, Any]) -> str:
        """A role that IoT may assume, which may do this; its ARN."""
        iam = self.aws.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=policy(*statements))
        return arn

    def as_role(self, name: str, *statements: dict[str, Any]) -> Any:
        """IoT's client of somebody who may do this."""
        iam = self.aws.client("iam")
        anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(anybody))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=policy(*statements))
        keys = self.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
        named = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
        given = {field: keys[key] for field, key in {**named, "aws_session_token": "SessionToken"}.items()}
        return self.aws.client("iot", **given)

    def thing(self, **attributes: str) -> str:
        """A new thing; its name."""
        name = f"thing-{next(self.numbers)}"
        self.iot.create_thing(thingName=name, attributePayload={"attributes": attributes})
        return name

    def group(self, *things: str) -> str:
        """A new group of these things; its ARN."""
        name = f"group-{next(self.numbers)}"
        arn: str = self.iot.create_thing_group(thingGroupName=name)["thingGroupArn"]
        for thing in things:
            self.iot.add_thing_to_thing_group(thingGroupName=name, thingName=thing)
        return arn

    def index(self, mode: str) -> None:
        """Switch fleet indexing to REGISTRY or OFF."""
        self.iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": mode})

    def dynamic_group(self, query: str) -> dict[str, str]:
        """A new group of what matches."""
        name = f"dynamic-{next(self.numbers)}"
        made: dict[str, str] = self.iot.create_dynamic_thing_group(thingGroupName=name, queryString=query)
        return made

    def job(self, *targets: str, **more: Any) -> str:
        """Create a job for these things, or ARNs; its id."""
        job_id = f"job-{next(self.numbers)}"
        arns = [name if ":" in name else f"arn:aws:iot:us-east-1:000000000000:thing/{name}" for name in targets]
        self.iot.create_job(jobId=job_id, targets=arns, **{"document": '{"operation": "x"}', **more})
        return job_id

    def status(self, job_id: str) -> str:
        """The job's status."""
        status: str = self.iot.describe_job(jobId=job_id)["job"]["status"]
        return status

    def executions(self, job_id: str, thing: str) -> list[tuple[int, str]]:
        """Number and status of each execution on a device, the first one first."""
        listed = self.iot.list_job_executions_for_thing(thingName=thing)["executionSummaries"]
        mine = [one["jobExecutionSummary"] for one in listed if one["jobId"] == job_id]
        return sorted((one["executionNumber"], one["status"]) for one in mine)

    def start(self, thing: str, **more: Any) -> Any:
        """What a device gets that asks for its next job; None if there is nothing."""
        return self.data.start_next_pending_job_execution(thingName=thing, **more).get("execution")

    def report(self, thing: str, job_id: str, status: str, **more: Any) -> None:
        """A device tells of its job."""
        self.data.update_job_execution(thingName=thing, jobId=job_id, status=status, **more)

    def events(self, job_id: str, *wanted: str) -> list[str]:
        """The kinds of events of a job and its executions so far, once all that are wanted have come."""
        until(lambda: set(wanted) <= set(self._kinds(job_id)))
        return self._kinds(job_id)

    def received(self, queue: str) -> Any:
        """The next message of a queue, by its URL; None if there is none now."""
        messages = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1).get("Messages", [])
        return json.loads(messages[0]["Body"]) if messages else None

    def _kinds(self, job_id: str) -> list[str]:
        received = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in received:
            self.heard.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [event["topic"].rsplit("/", 1)[-1] for event in self.heard if event.get("jobId") == job_id]
