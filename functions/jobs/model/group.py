"""Groups: the dots in a job's id. `marketing.nightly.report` is in `marketing` and in `marketing.nightly`."""

from dataclasses import dataclass
from datetime import datetime

DEPLOYMENT = ""  # the group that all jobs are in; it is not counted, but it can be paused
MAX_GROUPS = 30  # each is counted when the job is made, in one transaction of at most 100 items


@dataclass(frozen=True, slots=True)
class Group:
    """How many jobs a group has, those of its subgroups included; from `paused_at` on their schedules start no runs."""

    id: str
    jobs: int
    paused_at: datetime | None = None


def groups_of(job_id: str) -> list[str]:
    """The groups that a job is in, outermost first."""
    segments = job_id.split(".")[:-1]
    return [".".join(segments[: depth + 1]) for depth in range(len(segments))]
