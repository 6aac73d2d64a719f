"""Working out a job's launch plan: what starting a run needs, so that a trigger need not read the document."""

from collections.abc import Sequence

from functions.jobs.container.task_definition import size_of
from functions.jobs.job import JobSpec
from functions.jobs.launch_plan import LaunchPlan, RetryPolicy, once

# What is tried, one after the other, when there is no capacity.
_PROVIDERS = {
    "FARGATE": ("FARGATE",),
    "FARGATE_SPOT": ("FARGATE_SPOT",),
    "FARGATE_SPOT_WITH_FALLBACK": ("FARGATE_SPOT", "FARGATE"),
}


def launch_plan(spec: JobSpec, *, revision: int, task_definition: str) -> LaunchPlan:
    """The plan of this revision; raises InvalidError if Fargate has no size for it."""
    run = spec["run"]
    size, placement, restart = size_of(spec), run["placement"], run["restart"]
    return LaunchPlan(
        revision=revision,
        task_definition=task_definition,
        cpu=size.cpu,
        memory=size.memory,
        capacity_providers=_PROVIDERS[run.get("capacity", "FARGATE")],
        subnets=_several(placement.get("subnets")),
        security_groups=_several(placement.get("securityGroups")),
        assign_public_ip=placement.get("assignPublicIp"),
        retry=_always() if restart["policy"] == "ON_FAILURE" else once(),
        active_deadline=restart.get("activeDeadlineSeconds"),
    )


def _several(ids: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(ids) if ids else None


def _always() -> RetryPolicy:
    """Metronome's ON_FAILURE: at once, and without end."""
    return once() | {"attempts": 0}
