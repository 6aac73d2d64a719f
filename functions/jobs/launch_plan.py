"""What starting a run needs to know of its job."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchPlan:
    """All that starting a run needs to know of its job, worked out when the job is saved.

    `cpu` (1024 to a vCPU) and `memory` (MiB) are the allocated size; where the placement is None the deployment's
    holds; `active_deadline` is in seconds after the run's creation, and None if restarts never end.
    """

    revision: int
    task_definition: str
    cpu: int
    memory: int
    capacity_providers: tuple[str, ...] = ("FARGATE",)
    subnets: tuple[str, ...] | None = None
    security_groups: tuple[str, ...] | None = None
    assign_public_ip: bool | None = None
    restarts: bool = False
    active_deadline: int | None = None
