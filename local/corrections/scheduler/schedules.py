"""Corrections of EventBridge Scheduler's API: local/schedules fires, MiniStack keeps the records."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import scheduler as service

from local.corrections import iam
from local.corrections.registry import correction, replace
from local.schedules.requests import RefusedError, name_of, number, one_of, read
from local.schedules.scheduler import Scheduler

Answer = tuple[int, dict[str, str], bytes]
PRINCIPAL = "scheduler.amazonaws.com"
_SCHEDULE = re.compile(r"/schedules/[^/]+")


@correction("scheduler.schedules")
def schedules(scheduler: Scheduler) -> None:
    """Put the scheduler in place of MiniStack's; it starts when MiniStack would start its own.

    MiniStack looks every ten seconds for what is due, in UTC, and knows neither context attributes nor retries,
    dead-letter queues and flexible windows; it takes any expression, and lists all in one page. AWS: EventBridge
    Scheduler User Guide, "Schedule types", "Configuring flexible time windows", "Adding context attributes",
    "Configuring a schedule's dead-letter queue", "Deleting a schedule"; API reference.
    """
    replace(
        service,
        _create_schedule=_refusing(functools.partial(_save, scheduler, service._create_schedule, "create")),
        _update_schedule=_refusing(functools.partial(_save, scheduler, service._update_schedule, "update")),
        _delete_schedule=_forgetting(scheduler, service._delete_schedule),
        _delete_schedule_group=_forgetting(scheduler, service._delete_schedule_group),
        reset=_forgetting(scheduler, service.reset),
        _create_schedule_group=_refusing(functools.partial(_create_group, service._create_schedule_group)),
        _list_schedules=_refusing(functools.partial(_list, _schedules, "Schedules")),
        _list_schedule_groups=_refusing(functools.partial(_list, _groups, "ScheduleGroups")),
        start_scheduler=scheduler.start,
    )


def _save(scheduler: Scheduler, save: Callable[..., Answer], operation: str, name: str, body: Mapping[str, Any]) -> Any:
    group = name_of(body.get("GroupName") or "default")
    schedule = read(service._schedule_arn(group, name), body, datetime.now(UTC))
    if group != "default" and group not in service._schedule_groups:
        raise _missing(f"Schedule group {group} does not exist.")
    _check_role(schedule.target["RoleArn"])
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
        forget(scheduler)
        return answered

    return answer


def forget(scheduler: Scheduler) -> None:
    """Forget the schedules of which MiniStack has no record any more: they do not fire."""
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


@correction("scheduler.access")
def access() -> None:
    """Ask IAM for the schedule in its group, and for the role that is passed.

    MiniStack asks for schedule/default/<name> whatever the group, and for no role. AWS asks for schedule/<group>/<name>
    (Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge Scheduler"), for
    iam:PassRole on the execution role, and that the role can be assumed by Scheduler (User Guide, "Setting up":
    execution role; "Troubleshooting").
    """
    default_group_arn, handle = iam_actions.extract_resource_arn, service.handle_request

    def extract_resource_arn(name: str, method: str, path: str, headers: Any, *rest: Any) -> Any:
        arn = default_group_arn(name, method, path, headers, *rest)
        if name != "scheduler" or not _SCHEDULE.fullmatch(path):
            return arn
        body, query = rest[:2]
        return arn.replace("schedule/default/", f"schedule/{_group(body, query)}/")

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]) -> Any:
        role = _passed(body) if method in ("POST", "PUT") and _SCHEDULE.fullmatch(path) else ""
        return _pass_denied(role, headers, query) or await handle(method, path, headers, body, query)

    replace(iam_actions, extract_resource_arn=extract_resource_arn)
    replace(service, handle_request=handle_request)


def _check_role(role: str) -> None:
    """Raise RefusedError unless Scheduler can assume the role."""
    if not iam.trusts(role, PRINCIPAL):
        raise RefusedError("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")


def _pass_denied(role: str, headers: Any, query: dict[str, Any]) -> Any:
    message = iam.not_passed(role, PRINCIPAL, headers, query)
    return service._error(403, "AccessDeniedException", message) if message else None


def _passed(body: bytes) -> str:
    return str((_read(body).get("Target") or {}).get("RoleArn", ""))


def _group(body: bytes, query: dict[str, Any]) -> str:
    named = query.get("groupName") or _read(body).get("GroupName") or "default"
    return str(named[0] if isinstance(named, list) else named)


def _read(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
