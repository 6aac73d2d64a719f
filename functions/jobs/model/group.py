"""Groups of jobs, by the dots in their ids: `marketing.nightly.report` is in `marketing` and `marketing.nightly`."""

from dataclasses import dataclass
from datetime import datetime

DEPLOYMENT = ""  # the group of all jobs: it can be paused, but its jobs are not counted
MAX_GROUPS = 30  # creating a job counts it in each of its groups, in one transaction of at most 100 items


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its number of jobs, subgroups included. From `paused_at` on, it is paused."""

    id: str
    jobs: int
    paused_at: datetime | None = None


def groups_of(job_id: str) -> list[str]:
    """Return the groups that a job is in, outermost first."""
    segments = job_id.split(".")[:-1]
    return [".".join(segments[: depth + 1]) for depth in range(len(segments))]
