"""EventBridge Scheduler.

MiniStack looks every ten seconds for what is due, in UTC, and knows neither context attributes nor retries, dead-letter
queues and flexible windows; it takes any expression, and lists all in one page. AWS: EventBridge Scheduler User Guide,
"Schedule types", "Configuring flexible time windows", "Adding context attributes", "Configuring a schedule's
dead-letter queue", "Deleting a schedule"; API reference. Here the scheduler of local/schedules fires, requests are
checked, and MiniStack keeps the records.
"""

import functools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import scheduler as service

from local.corrections.scheduler import access as schedule_access
from local.corrections.scheduler import templates as schedule_templates
from local.corrections.scheduler.targets import Targets
from local.schedules.clock import SystemClock
from local.schedules.requests import RefusedError, name_of, number, one_of, read
from local.schedules.scheduler import Scheduler

Answer = tuple[int, dict[str, str], bytes]


def install() -> Scheduler:
    """Put the scheduler in place of MiniStack's; it starts when MiniStack would start its own."""
    scheduler = Scheduler(SystemClock(), Targets())
    for operation in ("create", "update"):
        name = f"_{operation}_schedule"
        setattr(service, name, _refusing(functools.partial(_save, scheduler, getattr(service, name), operation)))
    for name in ("_delete_schedule", "_delete_schedule_group", "reset"):
        setattr(service, name, _forgetting(scheduler, getattr(service, name)))
    service._create_schedule_group = _refusing(functools.partial(_create_group, service._create_schedule_group))
    service._list_schedules = _refusing(functools.partial(_list, _schedules, "Schedules"))
    service._list_schedule_groups = _refusing(functools.partial(_list, _groups, "ScheduleGroups"))
    service.start_scheduler = scheduler.start
    schedule_access.install()
    schedule_templates.install(lambda: _forget(scheduler))
    return scheduler


def _save(scheduler: Scheduler, save: Callable[..., Answer], operation: str, name: str, body: Mapping[str, Any]) -> Any:
    group = name_of(body.get("GroupName") or "default")
    schedule = read(service._schedule_arn(group, name), body, datetime.now(UTC))
    if group != "default" and group not in service._schedule_groups:
        raise _missing(f"Schedule group {group} does not exist.")
    schedule_access.check_role(schedule.target["RoleArn"])
    held = service._schedules.get(f"{group}/{name}")
    token = body.get("ClientToken")
    if operation == "create" and held and token and held.get("ClientToken") == token:  # a client that heard no answer
        return service._json_resp(200, {"ScheduleArn": schedule.arn})
    answer = save(name, {**body, "GroupName": group, "Target": schedule.target})
    if answer[0] == 200:
        record = service._schedules[f"{group}/{name}"]
        record["Description"] = body.get("Description")  # MiniStack: an empty one
        record["ClientToken"] = token
        scheduler.put((get_account_id(), get_region(), f"{group}/{name}"), schedule)
    return answer


def _create_group(create: Callable[..., Answer], name: str, body: Mapping[str, Any]) -> Answer:
    return create(name_of(name), body)


def _refusing(operation: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer with the error that the operation raises."""

    def answer(*arguments: Any) -> Any:
        try:
            return operation(*arguments)
        except RefusedError as error:
            return service._error(error.status, error.code, str(error))

    return answer


def _forgetting(scheduler: Scheduler, delete: Callable[..., Any]) -> Callable[..., Any]:
    def answer(*arguments: Any) -> Any:
        answered = delete(*arguments)
        _forget(scheduler)
        return answered

    return answer


def _forget(scheduler: Scheduler) -> None:
    """What MiniStack has no record of any more does not fire."""
    for key in set(scheduler.keys()) - set(service._schedules._data):
        scheduler.remove(key)


def _list(rows: Callable[[Mapping[str, str]], list[dict[str, Any]]], field: str, query: Mapping[str, str]) -> Any:
    """One page of them, by name; the token is the last name of the page before."""
    size = number({"MaxResults": int(query.get("MaxResults", 100))}, "MaxResults", 1, 100)
    token = json.loads(query.get("NextToken", '["", ""]'))
    prefix = query.get("NamePrefix", "")
    found = [(_place(row), row) for row in rows(query) if row["Name"].startswith(prefix)]
    left = sorted(((place, row) for place, row in found if place > token), key=lambda pair: pair[0])
    answer: dict[str, Any] = {field: [row for _, row in left[:size]]}
    if len(left) > size:
        answer["NextToken"] = json.dumps(left[size - 1][0])
    return service._json_resp(200, answer)


def _place(row: Mapping[str, Any]) -> list[str]:
    return [row.get("GroupName", ""), row["Name"]]


def _groups(_: Mapping[str, str]) -> list[dict[str, Any]]:
    service._ensure_default_group()
    return list(service._schedule_groups.values())


def _schedules(query: Mapping[str, str]) -> list[dict[str, Any]]:
    service._ensure_default_group()
    group, state = query.get("ScheduleGroup"), query.get("State")
    one_of(query, "State", "ENABLED", "DISABLED")
    if group and group not in service._schedule_groups:
        raise _missing(f"Schedule group {group} does not exist.")
    shown = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
    return [
        {**{field: record[field] for field in shown}, "Target": {"Arn": record["Target"]["Arn"]}}
        for record in service._schedules.values()
        if group in (None, record["GroupName"]) and state in (None, record["State"])
    ]


def _missing(message: str) -> RefusedError:
    return RefusedError(message, code="ResourceNotFoundException", status=404)
