"""Samples of the events that runs of a job cause: a job whose pattern matches one of them would start itself.

Sources: ECS Developer Guide, "Amazon ECS task state change events"; Step Functions Developer Guide, "Automating Step
Functions event delivery with EventBridge". Status events are built as they are published.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from functions.aws.eventbridge.bus import SOURCE
from functions.jobs.container.task_definition import family_of
from functions.jobs.model.event import DEFAULT_BUS, Pattern, bus_of
from functions.jobs.model.job import EventSpec, Job
from functions.jobs.model.run import Cause, Reason, Run, RunStatus, new_run_id
from functions.jobs.model.status_event import Change, moment, run_event
from functions.settings import Settings

Event = Mapping[str, Any]
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def own_events(job: Job, trigger: EventSpec, status_bus: str, settings: Settings) -> Iterator[Event]:
    """Yield a sample of each kind of event that the job's runs cause on the bus of the event trigger."""
    run = Run(
        id=new_run_id(_AT),
        job_id=job.id,
        status=RunStatus.INITIAL,
        created_at=_AT,
        plan=job.plan,
        cause=Cause.EVENT,
        cause_id=trigger["id"],
    )
    if bus_of(trigger) == status_bus:
        yield from _status_events(run, settings)
    elif bus_of(trigger) == DEFAULT_BUS:
        if not run.plan.fleet:
            yield from _task_events(run, settings)
        yield from _execution_events(run, settings)


def may_match(pattern: Pattern, event: Event) -> bool:
    """Return whether EventBridge must be asked: not if the event's source or name is none of the pattern's texts."""
    for field in ("source", "detail-type"):
        texts = pattern.get(field)
        if isinstance(texts, list) and all(isinstance(one, str) for one in texts) and event[field] not in texts:
            return False
    return True


def _event(source: str, name: str, detail: Event, resources: list[str], settings: Settings) -> Event:
    """Return an event with the fields that TestEventPattern requires (API Reference)."""
    account = settings.state_machine_arn.split(":")[4]
    where = {"account": account, "region": settings.region, "time": _AT.strftime("%Y-%m-%dT%H:%M:%SZ")}
    ids = {"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103"}
    return ids | where | {"source": source, "detail-type": name, "resources": resources, "detail": detail}


def _status_events(run: Run, settings: Settings) -> Iterator[Event]:
    change = Change(event_id="0" * 32, sequence="1".zfill(40), at=_AT, stage=settings.stage)
    active = replace(run, status=RunStatus.ACTIVE)
    over = replace(run, completed_at=_AT)
    ends = (
        replace(over, status=RunStatus.SUCCESS, exit_code=0),
        replace(over, status=RunStatus.FAILED, reason=Reason.EXIT_CODE, exit_code=1, message="exited"),
    )
    for old, new in ((None, run), (run, active), *((active, end) for end in ends)):
        if event := run_event(change, old, new):
            yield _event(SOURCE, event.name, event.detail, [], settings)


def _task_events(run: Run, settings: Settings) -> Iterator[Event]:
    arn = settings.cluster_arn.replace(":cluster/", ":task/") + "/0123456789abcdef0123456789abcdef"
    family = family_of(settings.family_prefix, run.job_id)
    task = {
        "clusterArn": settings.cluster_arn,
        "taskArn": arn,
        "taskDefinitionArn": f"{settings.cluster_arn.partition(':cluster/')[0]}:task-definition/{family}:1",
        "group": run.id,
        "startedBy": "AWS Step Functions",
        "launchType": "FARGATE",
        "createdAt": moment(_AT),
    }
    stopped = {"stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited"}
    for status, exits in (("RUNNING", {}), ("STOPPED", {"exitCode": 0}), ("STOPPED", {"exitCode": 1})):
        containers = [{"name": "main", "lastStatus": status, **exits}]
        detail = task | {"lastStatus": status, "desiredStatus": status, "containers": containers}
        more = stopped if exits else {}
        yield _event("aws.ecs", "ECS Task State Change", detail | more, [arn], settings)


def _execution_events(run: Run, settings: Settings) -> Iterator[Event]:
    machines = [settings.state_machine_arn]
    if run.plan.fleet:
        machines = [settings.fleets.state_machine_arn] if settings.fleets else []
    elif run.plan.task_count > 1:
        machines.append(settings.tasks_state_machine_arn)
    for machine in machines:
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{run.id}"
        began = {"executionArn": arn, "stateMachineArn": machine, "name": run.id, "startDate": 1767225600000}
        given = {"input": json.dumps({"jobId": run.job_id, "runId": run.id})}
        for status in ("RUNNING", "SUCCEEDED", "FAILED"):
            over = {"stopDate": None if status == "RUNNING" else 1767225660000}
            detail = {**began, **given, "status": status, **over}
            yield _event("aws.states", "Step Functions Execution Status Change", detail, [arn], settings)
