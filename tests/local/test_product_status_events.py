"""Status events on the local cloud, with IAM enforced: what a rule on the deployment's bus hears of jobs and runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

QUEUE = "arn:aws:sqs:us-east-1:000000000000:told"


@dataclass
class Listener:
    """A queue that a rule on the bus sends to: all that is told of the jobs of this module."""

    cloud: Cloud
    url: str
    heard: list[Any] = field(default_factory=list)

    def about(self, job: str) -> list[Any]:
        """The events of a job so far, in the order of what happened."""
        messages = self.cloud.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        for message in messages.get("Messages", []):
            self.heard.append(json.loads(message["Body"]))
            self.cloud.client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        found = [event for event in self.heard if event["detail"]["jobId"] == job]
        return sorted(found, key=lambda event: str(event["detail"]["sequence"]))

    def until(self, job: str, last: str) -> list[Any]:
        """The events of a job, once this one is the last."""
        seen: list[Any] = until(
            lambda: self.about(job), lambda events: bool(events) and events[-1]["detail-type"] == last
        )
        return seen


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "listener", "*")


@pytest.fixture(scope="module")
def listener(cloud: Cloud) -> Iterator[Listener]:
    """What a user of the bus makes: a rule, and a queue that takes what it sends."""
    sqs, events, bus = cloud.client("sqs"), cloud.client("events"), cloud.outputs["EventBusName"]
    pattern = {"source": ["shiftwork"], "detail": {"jobId": [{"prefix": "told."}], "stage": ["local"]}}
    rule = events.put_rule(Name="told", EventBusName=bus, EventPattern=json.dumps(pattern))["RuleArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.create_queue(QueueName="told", Attributes={"Policy": policy})["QueueUrl"]
    events.put_targets(Rule="told", EventBusName=bus, Targets=[{"Id": "queue", "Arn": QUEUE}])
    yield Listener(cloud, url)
    events.remove_targets(Rule="told", EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name="told", EventBusName=bus)


def test_a_run_is_told_from_its_start_to_its_success(call: Caller, listener: Listener) -> None:
    run = call.run("told.good", cmd="true", env={"SECRET": "hidden"})
    events = listener.until("told.good", "job_run_finished")
    names = [event["detail-type"] for event in events]
    assert names[:2] == ["job_created", "job_run_started"]
    assert set(names[2:-1]) == {"job_run_updated"}
    details = [event["detail"] for event in events[1:]]
    statuses = [detail["status"] for detail in details]
    assert (statuses[0], statuses[-1]) == ("INITIAL", "SUCCESS")
    assert [detail["previousStatus"] for detail in details[1:]] == statuses[:-1]
    assert {(detail["runId"], detail["version"], detail["cause"]) for detail in details} == {(run["id"], "1", "CALL")}
    assert (details[-1]["exitCode"], details[-1]["attempt"]) == (0, 1)
    assert len({event["detail"]["eventId"] for event in events}) == len(events)
    assert "hidden" not in json.dumps(events)


def test_a_failure_is_told_with_its_reason_and_each_attempt_before(call: Caller, listener: Listener) -> None:
    retry = {"attempts": 2, "waitSeconds": 3, "factor": 1}  # the news of the first are heard before the second begins
    call.run("told.again", cmd='test "$SHIFTWORK_ATTEMPT" = 2', retry=retry)
    details = [event["detail"] for event in listener.until("told.again", "job_run_finished")]
    seen = [(detail.get("attempt"), detail.get("attemptStatus")) for detail in details if "runId" in detail]
    assert (1, "TASK_FAILED") in seen, "an active run, whose first attempt has failed"
    assert seen[-1] == (2, "TASK_FINISHED")
    run = call.run("told.bad", cmd="exit 3")
    last = listener.until("told.bad", "job_run_failed")[-1]["detail"]
    assert (last["status"], last["reason"], last["exitCode"], last["runId"]) == ("FAILED", "EXIT_CODE", 3, run["id"])


def test_a_job_is_told_from_its_creation_to_its_deletion(call: Caller, listener: Listener) -> None:
    document = {"id": "told.job", "labels": {"owner": "me"}, "run": {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "true"}}
    assert call("POST", "/v1/jobs", document).status == 201
    assert call("PUT", "/v1/jobs/told.job", document | {"description": "another"}).status == 200
    assert call("DELETE", "/v1/jobs/told.job").status == 200
    events = listener.until("told.job", "job_deleted")
    assert [event["detail-type"] for event in events] == ["job_created", "job_updated", "job_deleted"]
    assert {event["detail"]["labels"]["owner"] for event in events} == {"me"}
    assert [event["detail"]["revision"] for event in events] == [1, 2, 2]
