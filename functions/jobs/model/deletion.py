"""The mark that the deletion of a job leaves: what belonged to the job is not deleted yet."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """A job that was deleted. Until its history is erased, no job can have its id.

    `stops`: active runs are to be stopped first. `containers`: a revision may have a task definition. `last_revision`
    is set once the history is erased: task definitions of ECS up to this number are still to be deregistered.
    """

    job_id: str
    deleted_at: datetime
    stops: bool = False
    containers: bool = True
    last_revision: int | None = None
