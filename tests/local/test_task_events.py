"""Each change of a task is an event on the default bus."""

import json
from typing import Any

from tests.local.workbench import Workbench, until


def test_events_tell_the_whole_life_of_a_task(workbench: Workbench) -> None:
    queue = _queue_of_task_events(workbench)
    arn = workbench.run_task("exit 4")
    workbench.stopped(arn)
    seen: list[dict[str, Any]] = []

    def look() -> bool:
        messages = workbench.aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        seen.extend(json.loads(message["Body"]) for message in messages.get("Messages", []))
        return len([event for event in seen if event["detail"]["taskArn"] == arn]) >= 4

    assert until(look)
    mine = sorted(
        (event for event in seen if event["detail"]["taskArn"] == arn), key=lambda one: one["detail"]["version"]
    )
    details = [event["detail"] for event in mine]
    assert [detail["lastStatus"] for detail in details] == ["PROVISIONING", "PENDING", "RUNNING", "STOPPED"]
    assert [detail["version"] for detail in details] == sorted({detail["version"] for detail in details})
    last = details[-1]
    assert last["containers"][0]["exitCode"] == 4
    assert (last["stopCode"], last["desiredStatus"]) == ("EssentialContainerExited", "STOPPED")
    assert last["clusterArn"] == workbench.cluster
    assert last["startedAt"].endswith("Z")
    assert last["updatedAt"].endswith("Z")
    assert {event["source"] for event in mine} == {"aws.ecs"}
    assert {event["detail-type"] for event in mine} == {"ECS Task State Change"}
    assert {tuple(event["resources"]) for event in mine} == {(arn,)}


def _queue_of_task_events(workbench: Workbench) -> str:
    queues, events = workbench.aws.client("sqs"), workbench.aws.client("events")
    url: str = queues.create_queue(QueueName="task-events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="task-events", EventPattern=json.dumps({"source": ["aws.ecs"]}))
    events.put_targets(Rule="task-events", Targets=[{"Id": "queue", "Arn": arn}])
    return url
