"""What an execution is started with: state_machines/README.md says what each field is for.

All of it comes from the run and from the deployment, so that starting a run again gives the same.
"""

from datetime import timedelta
from typing import Any

from functions.jobs.model.run import Run
from functions.settings import Settings

# A limit that no task and no run reaches: TimeoutSeconds goes no further (Amazon States Language, "Task"), and a
# moment must be one that JSONata's $fromMillis can write.
NO_SECONDS = 99_999_999
NO_MOMENT = 253_402_300_799_000  # the end of the year 9999, in milliseconds

# ECS's own words
_PUBLIC_IP = {True: "ENABLED", False: "DISABLED"}


def execution_input(run: Run, settings: Settings) -> dict[str, Any]:
    """The input of the run's execution."""
    if run.plan.fleet:
        return _roll_out(run, settings)
    return _what(run) | _where(run, settings) | _limits(run) | _tasks(run, settings)


def _what(run: Run) -> dict[str, Any]:
    given = run.overrides
    return {
        "jobId": run.job_id,
        "runId": run.id,
        "scheduledTime": run.scheduled_at.isoformat() if run.scheduled_at else "",
        "environment": [{"Name": name, "Value": value} for name, value in {**run.parameters, **given.env}.items()],
        "command": list(given.command or ()),
        "cpu": str(given.cpu or ""),
        "memory": str(given.memory or ""),
        "payload": given.payload or "",
        "payloadUrl": given.payload_url or "",
        "taskDefinition": given.task_definition or run.plan.task_definition,
    }


def _where(run: Run, settings: Settings) -> dict[str, Any]:
    plan, network = run.plan, settings.network
    return {
        "cluster": settings.cluster_arn,
        "capacityProviders": plan.capacity_providers,
        "subnets": plan.subnets or network.subnets,
        "securityGroups": plan.security_groups or network.security_groups,
        "assignPublicIp": network.public_ip if plan.assign_public_ip is None else _PUBLIC_IP[plan.assign_public_ip],
    }


def _limits(run: Run) -> dict[str, Any]:
    plan, given = run.plan, run.overrides
    return {
        "retry": plan.retry,
        "restartDeadline": _moment(run, plan.active_deadline),
        "attemptTimeout": given.attempt_timeout or plan.attempt_timeout or NO_SECONDS,
        "deadline": _moment(run, given.timeout or plan.timeout),
    }


def _tasks(run: Run, settings: Settings) -> dict[str, Any]:
    plan = run.plan
    one: dict[str, Any] = {"taskIndex": 0, "taskCount": plan.task_count}
    if plan.task_count == 1:
        return one
    return one | {
        "parallelism": plan.parallelism or plan.task_count,
        "toleratedFailures": plan.tolerated_failures,
        "runContainer": settings.state_machine_arn,
    }


def _roll_out(run: Run, settings: Settings) -> dict[str, Any]:
    """Of a fleet run: what is rolled out, the function knows by the run."""
    deadline = _moment(run, run.overrides.timeout or run.plan.timeout)
    return {"jobId": run.job_id, "runId": run.id, "deadline": deadline, "rollOut": settings.roll_out_function_arn}


def _moment(run: Run, seconds: int | None) -> int:
    """So many seconds after the run's creation, in milliseconds."""
    if seconds is None:
        return NO_MOMENT
    return int((run.created_at + timedelta(seconds=seconds)).timestamp() * 1000)
