"""The launch plan: the values of a job that starting a run needs, among them its retry policy."""

from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

CPU_UNITS = 1024  # of ECS, to a vCPU
# The reasons that a retry rule may name: those of a failed attempt.
RetryReason = Literal["EXIT_CODE", "TIMEOUT", "START_FAILED", "SPOT_INTERRUPTED", "ABORTED"]


class RetryRule(TypedDict):
    """What happens after a failed attempt that matches every field of the rule: exit code, reason, part of the message.

    RETRY tries again, FAIL does not, IGNORE tries again and does not count the attempt.
    """

    action: Literal["RETRY", "FAIL", "IGNORE"]
    exitCodes: NotRequired[list[int]]
    reasons: NotRequired[list[RetryReason]]
    message: NotRequired[str]


class RetryPolicy(TypedDict):
    """How often and when a failed task starts again.

    The first rule that matches a failed attempt decides; without a match the attempt counts. `attempts` of 0 means no
    limit. The wait is waitSeconds * factor ** (failures - 1), at most maxWaitSeconds; with jitter, a random part of it.
    """

    attempts: int
    waitSeconds: int
    factor: float
    maxWaitSeconds: int
    jitter: bool
    rules: list[RetryRule]


def once() -> RetryPolicy:
    """Return the policy of a job that has none: one attempt."""
    return {"attempts": 1, "waitSeconds": 0, "factor": 1, "maxWaitSeconds": 0, "jitter": False, "rules": []}


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchPlan:
    """The values that a save works out so that a trigger needs no further lookup.

    fleet               true for a fleet job: it has no ECS task, and its revision holds what is rolled out
    task_definition     an ARN, or for a fleet job a name that no other revision has
    cpu, memory         the allocated size: CPU units (1024 to a vCPU) and MiB
    subnets, security_groups, assign_public_ip      None: the deployment's
    attempt_timeout     seconds that one attempt may take; None: no limit
    timeout             seconds that the run may take with all its attempts and waits; None: no limit
    active_deadline     seconds after the run's creation in which failed tasks start again; None: no limit
    required            the parameters that each run must be given
    needs_payload       whether each run must be given a payload
    keep_seconds        how long a finished run is kept; None: as the deployment says
    keep_successes, keep_failures       how many finished runs are kept; None: all
    """

    revision: int
    task_definition: str
    cpu: int
    memory: int
    capacity_providers: tuple[str, ...] = ("FARGATE",)
    subnets: tuple[str, ...] | None = None
    security_groups: tuple[str, ...] | None = None
    assign_public_ip: bool | None = None
    retry: RetryPolicy = field(default_factory=once)
    attempt_timeout: int | None = None
    timeout: int | None = None
    active_deadline: int | None = None
    task_count: int = 1
    parallelism: int | None = None
    tolerated_failures: int = 0
    required: tuple[str, ...] = ()
    needs_payload: bool = False
    keep_seconds: int | None = None
    keep_successes: int | None = None
    keep_failures: int | None = None
    fleet: bool = False
