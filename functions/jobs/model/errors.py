"""What can go wrong with a request, as one family of errors.

JobsError                      the base: a known error, whose text may be shown to the caller
├── NotFoundError              JobNotFoundError, ScheduleNotFoundError, RunNotFoundError, and other things by name
├── ConflictError              the request is sound, but not in the state that things are in
│   └── PreconditionError      the caller's `If-Match` names another state of the job
├── TooManyCallsError          a hook's calls of this minute are used up
├── InvalidTokenError          the cursor or token was not given out by this API
├── DependencyError            the job's dependencies are unknown, or go in a circle
└── InvalidError               the document breaks a rule; lists each path with what is wrong there
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_PROBLEMS = 100  # nobody reads more at once; each may have a path as long as the document


class JobsError(Exception):
    """A known error. Anything else that is raised is a fault of ours or of AWS, and propagates."""


class NotFoundError(JobsError):
    """What the caller names does not exist: `id` is its name."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"{what} not found")
        self.id = name


class JobNotFoundError(NotFoundError):
    """No job has this id."""

    def __init__(self, job_id: str) -> None:
        super().__init__("Job", job_id)


class ScheduleNotFoundError(NotFoundError):
    """The job has no schedule with this id."""

    def __init__(self, schedule_id: str) -> None:
        super().__init__("Schedule", schedule_id)


class RunNotFoundError(NotFoundError):
    """The job has no run with this id."""

    def __init__(self, job_id: str, run_id: str) -> None:
        super().__init__("Job Run", run_id)
        self.job_id = job_id


class HookNotFoundError(NotFoundError):
    """No hook has this id; or one has, and not this secret, which is for nobody to know."""

    def __init__(self, hook_id: str) -> None:
        super().__init__("Hook", hook_id)


class ConflictError(JobsError):
    """The request is sound, but not in the state that things are in."""


class JobExistsError(ConflictError):
    """A job with this id is there already."""

    def __init__(self) -> None:
        super().__init__("Job with this id already exists")


class JobChangedError(ConflictError):
    """Somebody saved the job between our reading and our writing it."""

    def __init__(self) -> None:
        super().__init__("The job was changed meanwhile. Read it again and repeat the request.")


class PreconditionError(ConflictError):
    """The caller's `If-Match` names another state of the job than the one it is in."""

    def __init__(self) -> None:
        super().__init__(
            "The job is not as If-Match says: somebody changed it. Read it again, its ETag is the new one."
        )


class ActiveRunsError(ConflictError):
    """A job with active runs is not deleted unless the caller says so."""

    def __init__(self) -> None:
        super().__init__("There are active job runs. Override with stopCurrentJobRuns=true")


class ActiveRunError(ConflictError):
    """A run is neither deleted nor run again as long as it is active."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} is active. Stop it first.")


class PayloadGoneError(ConflictError):
    """A run's payload was deleted, so it cannot be run again with the same."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"The payload of run {run_id} is no longer kept: start a new run, with a payload.")


class ChildrenError(ConflictError):
    """A job on which others depend is not deleted."""

    def __init__(self, job_id: str, children: Iterable[str]) -> None:
        super().__init__(f"There are jobs with a dependency on {job_id}. children=[{','.join(sorted(children))}]")


class ScheduleExistsError(ConflictError):
    """The job has a schedule with this id already."""

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"requirement failed: A schedule with id {schedule_id} already exists")


class KeyReusedError(ConflictError):
    """The Idempotency-Key stands for another request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another body before. Use a new key for a new request.")


class HookLimitError(ConflictError):
    """The job has as many hooks as a job may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A job has at most {limit} hooks: delete one that is not used.")


class HookChangedError(ConflictError):
    """Somebody rotated or deleted the hook between our reading and our writing it."""

    def __init__(self) -> None:
        super().__init__("The hook was rotated or deleted meanwhile. Read it again before you rotate it.")


class TooManyCallsError(JobsError):
    """A hook's calls of this minute are used up; the next minute begins in `retry_after` seconds."""

    def __init__(self, rate: int, retry_after: int) -> None:
        super().__init__(f"This hook takes {rate} calls a minute: call again in {retry_after} seconds.")
        self.retry_after = retry_after


class RulesFullError(ConflictError):
    """An event bus has as many rules as it may have. The job is saved: the sweep makes the rule once there is room."""

    def __init__(self, event_id: str, bus: str, told: str) -> None:
        super().__init__(
            f"The job is saved, but event {event_id} starts no run yet: EventBridge makes no more rules on the bus "
            f"{bus} ({told}). Delete rules there, or have the quota raised: within minutes it is made by itself."
        )


class InvalidTokenError(JobsError):
    """The cursor or token of a request was not given out by this API."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Not a valid {name}: leave it out to read from the beginning.")


class DependencyError(JobsError):
    """The job's dependencies are unknown, or go in a circle."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (`/run/mem`, list items as `(0)`) and what."""

    path: str
    message: str


class InvalidError(JobsError):
    """The document breaks one or more rules. Of very many things that are wrong it has the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("Object is not valid")
        self.problems = tuple(problems[:MAX_PROBLEMS])
