"""What the functions of a deployment create while they work. No stack has it, so `cdk destroy` would leave it behind.

Each function here deletes one kind, by its prefix, and returns how many there were. A repeated call deletes what is
left. Lists are read to their end before anything is deleted, because a deletion may shift the pages behind it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

# functions/aws/iot/things.py gives its groups this description. A group with another one belongs to somebody else.
OF_A_RUN = "The targets of a fleet run of Shiftwork, which deletes it after the run."
_ABSENT = ("ResourceNotFoundException", "NoSuchBucket")
_OPEN = ("IN_PROGRESS", "SCHEDULED")
_DEFINITIONS_AT_ONCE, _OBJECTS_AT_ONCE = 10, 1000  # DeleteTaskDefinitions, DeleteObjects
Report = Callable[[str], None]


def is_absent(error: ClientError, *codes: str) -> bool:
    """Whether an error says that there is no such thing, in one of the usual codes or one of these."""
    return error.response["Error"]["Code"] in (*_ABSENT, *codes)


def pages(client: Any, operation: str, field: str, **asked: Any) -> list[Any]:
    """Read a list to its end; it is empty if AWS does not know what it is about."""
    found: list[Any] = []
    try:
        for page in client.get_paginator(operation).paginate(**asked):
            found += page.get(field) or []
    except ClientError as error:
        if not is_absent(error):
            raise
    return found


def rules(events: Any, prefix: str) -> list[tuple[str, str]]:
    """Return bus and name of each event rule with this prefix, on any bus of the region."""
    found = []
    for bus in _buses(events):
        listed = pages(events, "list_rules", "Rules", NamePrefix=prefix, EventBusName=bus)
        found += [(bus, rule["Name"]) for rule in listed if rule["Name"].startswith(prefix)]
    return found


def delete_rules(events: Any, prefix: str, report: Report) -> int:
    """Delete the event rules of jobs, with their targets: EventBridge deletes no rule that has some."""
    found = rules(events, prefix)
    for done, (bus, name) in enumerate(found):
        report(f"event rules: {done} of {len(found)} are deleted")
        try:
            targets = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
            if targets:
                events.remove_targets(Rule=name, EventBusName=bus, Ids=[target["Id"] for target in targets])
            events.delete_rule(Name=name, EventBusName=bus)
        except ClientError as error:
            if not is_absent(error):
                raise
    return len(found)


def delete_schedules(scheduler: Any, group: str, report: Report) -> int:
    """Delete the schedules of jobs. Their group is a resource of the stack."""
    found = pages(scheduler, "list_schedules", "Schedules", GroupName=group)
    for done, schedule in enumerate(found):
        report(f"schedules: {done} of {len(found)} are deleted")
        try:
            scheduler.delete_schedule(GroupName=group, Name=schedule["Name"])
        except ClientError as error:
            if not is_absent(error):
                raise
    return len(found)


def open_rollouts(iot: Any, prefix: str) -> list[str]:
    """Return the ids of the IoT jobs that may still reach devices."""
    listed = [job for status in _OPEN for job in pages(iot, "list_jobs", "jobs", status=status)]
    return sorted({job["jobId"] for job in listed if job["status"] in _OPEN and job["jobId"].startswith(prefix)})


def delete_groups(iot: Any, prefix: str, report: Report) -> int:
    """Delete the temporary thing groups of runs."""
    listed = pages(iot, "list_thing_groups", "thingGroups", namePrefixFilter=prefix)
    names = [group["groupName"] for group in listed if group["groupName"].startswith(prefix)]
    deleted = 0
    for done, name in enumerate(names):
        report(f"temporary thing groups: {done} of {len(names)} are deleted")
        try:
            group = iot.describe_thing_group(thingGroupName=name)
            if group.get("thingGroupProperties", {}).get("thingGroupDescription") != OF_A_RUN:
                continue
            delete = iot.delete_dynamic_thing_group if group.get("queryString") else iot.delete_thing_group
            delete(thingGroupName=name)
        except ClientError as error:
            if not is_absent(error):
                raise
        deleted += 1
    return deleted


def delete_definitions(ecs: Any, prefix: str, report: Report) -> int:
    """Deregister and delete the task definitions of jobs. ECS takes 20 at once, then one a second.

    Source: ECS API Reference, DeleteTaskDefinitions: only a deregistered one is deleted, ten in a call.
    """
    active = definitions(ecs, prefix, "ACTIVE")
    every = list(dict.fromkeys([*active, *definitions(ecs, prefix, "INACTIVE")]))
    for done, arn in enumerate(active):
        report(f"task definitions: {done} of {len(active)} are deregistered")
        ecs.deregister_task_definition(taskDefinition=arn)
    for done, some in _portions(every, _DEFINITIONS_AT_ONCE):
        report(f"task definitions: {done} of {len(every)} are deleted")
        ecs.delete_task_definitions(taskDefinitions=some)
    return len(every)


def empty_bucket(s3: Any, bucket: str, report: Report) -> int:
    """Delete all objects of a bucket: CloudFormation deletes no bucket that has some."""
    keys = [one["Key"] for one in pages(s3, "list_objects_v2", "Contents", Bucket=bucket)]
    for done, some in _portions(keys, _OBJECTS_AT_ONCE):
        report(f"payloads: {done} of {len(keys)} are deleted")
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True})
    return len(keys)


def _buses(events: Any) -> Iterator[str]:
    token: dict[str, str] = {}
    while True:
        answer = events.list_event_buses(**token)
        yield from (bus["Name"] for bus in answer.get("EventBuses", []))
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}


def definitions(ecs: Any, prefix: str, status: str) -> list[str]:
    """Return the ARNs of the task definitions of jobs that have this status: ACTIVE or INACTIVE."""
    families = pages(ecs, "list_task_definition_families", "families", familyPrefix=prefix, status=status)
    return [
        arn
        for family in families
        if family.startswith(prefix)
        for arn in pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=family, status=status)
    ]


def _portions(every: Sequence[str], size: int) -> Iterator[tuple[int, Sequence[str]]]:
    return ((begin, every[begin : begin + size]) for begin in range(0, len(every), size))
