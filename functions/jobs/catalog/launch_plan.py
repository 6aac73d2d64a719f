"""Work out a job's launch plan when the job is saved, so that a trigger need not read the document."""

from collections.abc import Sequence
from dataclasses import replace

from functions.jobs.container.task_definition import size_of
from functions.jobs.inputs.parameters import required
from functions.jobs.model.container_spec import RunSpec
from functions.jobs.model.job import JobSpec, container_run, fleet_of
from functions.jobs.model.launch_plan import LaunchPlan, RetryPolicy, once

# run.capacity -> the capacity providers to try, in this order.
_PROVIDERS = {
    "FARGATE": ("FARGATE",),
    "FARGATE_SPOT": ("FARGATE_SPOT",),
    "FARGATE_SPOT_WITH_FALLBACK": ("FARGATE_SPOT", "FARGATE"),
}


def launch_plan(spec: JobSpec, *, revision: int, task_definition: str) -> LaunchPlan:
    """Return the launch plan of this revision; raises InvalidError if Fargate has no size for it."""
    kept = spec.get("retention", {})
    plan = LaunchPlan(
        revision=revision,
        task_definition=task_definition,
        cpu=0,
        memory=0,
        timeout=spec["run"].get("timeoutSeconds"),
        required=required(spec),
        needs_payload=spec.get("payload") == "REQUIRED",
        keep_seconds=kept.get("seconds"),
        keep_successes=kept.get("successes"),
        keep_failures=kept.get("failures"),
        fleet=fleet_of(spec) is not None,
    )
    return plan if plan.fleet else _with_tasks(plan, spec)


def _with_tasks(plan: LaunchPlan, spec: JobSpec) -> LaunchPlan:
    run, size = container_run(spec), size_of(spec)
    placement = run["placement"]
    return replace(
        plan,
        cpu=size.cpu,
        memory=size.memory,
        capacity_providers=_PROVIDERS[run.get("capacity", "FARGATE")],
        subnets=_several(placement.get("subnets")),
        security_groups=_several(placement.get("securityGroups")),
        assign_public_ip=placement.get("assignPublicIp"),
        retry=_retry(run),
        attempt_timeout=run.get("attemptTimeoutSeconds"),
        active_deadline=run["restart"].get("activeDeadlineSeconds"),
        task_count=run.get("taskCount", 1),
        parallelism=run.get("parallelism"),
        tolerated_failures=run.get("toleratedFailures", 0),
    )


def _several(ids: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(ids) if ids else None


def _retry(run: RunSpec) -> RetryPolicy:
    """Return the policy of `retry`, where attempts may be absent; without `retry`, that of Metronome's `restart`."""
    if "retry" in run:
        return {"attempts": 0, **run["retry"]}
    return _always() if run["restart"]["policy"] == "ON_FAILURE" else once()


def _always() -> RetryPolicy:
    """Return the policy of Metronome's ON_FAILURE: retry at once, without limit."""
    return once() | {"attempts": 0}
