"""What can go wrong with a request, as one family of errors.

JobsError                    the base: a known error, whose text may be shown to the caller
├── NotFoundError            JobNotFoundError, RunNotFoundError
├── ConflictError            JobExistsError, JobChangedError, ActiveRunsError, ScheduleExistsError
├── InvalidTokenError        the `nextToken` was not given out by this API
└── InvalidError             the document breaks a rule; lists each path with what is wrong there
"""

from collections.abc import Sequence
from dataclasses import dataclass


class JobsError(Exception):
    """A known error. Anything else that is raised is a fault of ours or of AWS, and propagates."""


class NotFoundError(JobsError):
    """What the caller names does not exist."""


class JobNotFoundError(NotFoundError):
    """No job has this id."""

    def __init__(self, job_id: str) -> None:
        super().__init__("Job not found")
        self.job_id = job_id


class RunNotFoundError(NotFoundError):
    """The job has no run with this id."""

    def __init__(self, job_id: str, run_id: str) -> None:
        super().__init__("Job Run not found")
        self.job_id = job_id
        self.run_id = run_id


class ConflictError(JobsError):
    """The request is sound, but not in the state that the job is in."""


class JobExistsError(ConflictError):
    """A job with this id is there already."""

    def __init__(self) -> None:
        super().__init__("Job with this id already exists")


class JobChangedError(ConflictError):
    """Somebody saved the job between our reading and our writing it."""

    def __init__(self) -> None:
        super().__init__("The job was changed meanwhile. Read it again and repeat the request.")


class ActiveRunsError(ConflictError):
    """A job with active runs is not deleted unless the caller says so."""

    def __init__(self) -> None:
        super().__init__("There are active job runs. Override with stopCurrentJobRuns=true")


class ScheduleExistsError(ConflictError):
    """The job has a schedule with this id already."""

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"requirement failed: A schedule with id {schedule_id} already exists")


class InvalidTokenError(JobsError):
    """The page token of a request was not given out by this API."""

    def __init__(self) -> None:
        super().__init__("Not a valid nextToken: leave it out to read from the beginning.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (`/run/mem`, list items as `(0)`) and what."""

    path: str
    message: str


class InvalidError(JobsError):
    """The document breaks one or more rules."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("Object is not valid")
        self.problems = tuple(problems)
