"""Correction of AWS::Scheduler::Schedule in a template."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import scheduler as service
from ministack.services.cloudformation import provisioners

from local.corrections.registry import correction, put

Properties = dict[str, Any]
Made = tuple[str, dict[str, Any]]


@correction("scheduler.templates")
def templates(deleted: Callable[[], None]) -> None:
    """Use the API's operations; `deleted` is called when a template has deleted schedules.

    MiniStack leaves out the time zone, the dates and ActionAfterCompletion, changes a record without a check, and takes
    a refused schedule for made. AWS calls CreateSchedule, UpdateSchedule and DeleteSchedule with all properties, and
    fails with what they refuse; another name or group is another schedule (CloudFormation Template Reference).
    """
    delete_group = provisioners._RESOURCE_HANDLERS["AWS::Scheduler::ScheduleGroup"]["delete"]

    def delete_with_schedules(physical_id: str, properties: Properties) -> None:
        delete_group(physical_id, properties)
        deleted()

    ours = {"create": _create, "update": _update, "delete": _delete}
    put(provisioners._RESOURCE_HANDLERS, "AWS::Scheduler::Schedule", ours)
    put(provisioners._RESOURCE_HANDLERS["AWS::Scheduler::ScheduleGroup"], "delete", delete_with_schedules)


def _create(logical_id: str, properties: Properties, stack: str) -> Made:
    name = properties.get("Name") or provisioners._physical_name(stack, logical_id, max_len=64)
    return _made(name, service._create_schedule(name, properties))


def _update(name: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> Made:
    group, name_now = new.get("GroupName", "default"), new.get("Name", name)
    if (group, name_now) == (old.get("GroupName", "default"), name):
        return _made(name, service._update_schedule(name, new))
    made = _create(logical_id or name, {**new, "Name": name_now}, stack)
    provisioners._delete_predecessor(_delete, name, old)
    return made


def _delete(name: str, properties: Properties) -> None:
    service._delete_schedule(name, {"groupName": properties.get("GroupName", "default")})


def _made(name: str, answer: tuple[int, dict[str, str], bytes]) -> Made:
    body = json.loads(answer[2])
    if answer[0] != 200:
        raise ValueError(f"{body['Message']} (Service: Scheduler, Status Code: {answer[0]})")
    return name, {"Arn": body["ScheduleArn"]}
