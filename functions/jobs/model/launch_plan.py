"""What starting a run needs to know of its job."""

from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict


class RetryRule(TypedDict):
    """What a failed attempt means, if all that the rule names is so: the exit code, the reason, words of the message.

    RETRY: try again; FAIL: do not; IGNORE: try again, and do not count the attempt.
    """

    action: Literal["RETRY", "FAIL", "IGNORE"]
    exitCodes: NotRequired[list[int]]
    reasons: NotRequired[list[str]]
    message: NotRequired[str]


class RetryPolicy(TypedDict):
    """How often and when a failed task is started again; the first rule that fits decides, without one it counts.

    `attempts`: 0 means without end. The wait is waitSeconds * factor ** (failures - 1), at most maxWaitSeconds; with
    jitter a random part of it.
    """

    attempts: int
    waitSeconds: int
    factor: float
    maxWaitSeconds: int
    jitter: bool
    rules: list[RetryRule]


def once() -> RetryPolicy:
    """The policy of a job that has none: one attempt."""
    return {"attempts": 1, "waitSeconds": 0, "factor": 1, "maxWaitSeconds": 0, "jitter": False, "rules": []}


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchPlan:
    """All that starting a run needs to know of its job, worked out when the job is saved.

    Of a fleet job (`fleet`) there is no task: `task_definition` is then a name that no other revision has, and what is
    rolled out stands in the revision.
    `cpu` (1024 to a vCPU) and `memory` (MiB) are the allocated size; where the placement is None the deployment's
    holds. In seconds: `attempt_timeout` of a task, `timeout` of the run with all its attempts and waits,
    `active_deadline` after the run's creation, until which failed tasks are started again; None: without limit.
    `required` are the parameters that each run must be given, `needs_payload` says whether it must have a payload. What
    is kept of finished runs: `keep_seconds` each (None: as the deployment says), `keep_successes` and `keep_failures`
    in number (None: all).
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
