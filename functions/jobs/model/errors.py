"""The errors of a request, as one family.

JobsError                      the base: a known error, whose text may be shown to the caller
├── NotFoundError              JobNotFoundError, ScheduleNotFoundError, RunNotFoundError, and other things by name
├── ConflictError              the request is valid, but the current state does not allow it
│   └── PreconditionError      the caller's `If-Match` names another state of the job
├── TooManyCallsError          a hook's calls of this minute are used up
├── JobErasedError             the job's id is free again in some minutes
├── InvalidTokenError          the cursor or token does not come from this API
├── DependencyError            the job's dependencies are unknown, or form a cycle
└── InvalidError               the document breaks rules; lists each path with its problem
    └── NoFleetsError          the deployment has no fleets

UnavailableError               not of the family: AWS does not take a call for the moment
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_PROBLEMS = 100  # nobody reads more at once, and each path may be as long as the document


class JobsError(Exception):
    """A known error, whose text the caller may see. Every other exception is a fault of Shiftwork or of AWS."""


class UnavailableError(Exception):
    """AWS does not take a call for the moment, or does not answer. The same request may succeed in some seconds.

    It is no JobsError: the call may have taken effect, so nobody may undo what came before it. `what` names the call
    and AWS's answer.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"AWS does not take the call for the moment ({what}).")


class NotFoundError(JobsError):
    """The caller names something that does not exist; `id` is its name."""

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
    """No hook has this id and this secret. A caller cannot learn which of the two is wrong."""

    def __init__(self, hook_id: str) -> None:
        super().__init__("Hook", hook_id)


class ConflictError(JobsError):
    """The request is valid, but the current state does not allow it."""


class JobExistsError(ConflictError):
    """A job with this id exists already."""

    def __init__(self) -> None:
        super().__init__("Job with this id already exists")


class JobErasedError(JobsError):
    """The id belongs to a deleted job whose history is not erased yet. `retry_after` is in seconds."""

    retry_after = 60

    def __init__(self) -> None:
        super().__init__(
            "A job with this id was deleted, and its history is still being erased. Create the job again in some "
            "minutes, or with another id."
        )


class JobChangedError(ConflictError):
    """Another request saved the job between our read and our write."""

    def __init__(self) -> None:
        super().__init__("Another request changed the job meanwhile. Read the job again, then repeat the request.")


class PreconditionError(ConflictError):
    """The caller's `If-Match` does not name the current state of the job."""

    def __init__(self) -> None:
        super().__init__(
            "If-Match does not name the job's current state: the job was changed. "
            "Read the job again and send its new ETag."
        )


class ActiveRunsError(ConflictError):
    """The job has active runs, and the caller did not allow stopping them."""

    def __init__(self) -> None:
        super().__init__("There are active job runs. Override with stopCurrentJobRuns=true")


class ActiveRunError(ConflictError):
    """The run is active, so it can be neither deleted nor run again."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} is active. Stop it first.")


class PayloadGoneError(ConflictError):
    """The run's payload was deleted, so the run cannot be repeated with it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"The payload of run {run_id} is no longer kept. Start a new run with a payload.")


class ChildrenError(ConflictError):
    """Other jobs depend on the job, so it cannot be deleted."""

    def __init__(self, job_id: str, children: Iterable[str]) -> None:
        super().__init__(f"There are jobs with a dependency on {job_id}. children=[{','.join(sorted(children))}]")


class ScheduleExistsError(ConflictError):
    """The job has a schedule with this id already."""

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"requirement failed: A schedule with id {schedule_id} already exists")


class KeyReusedError(ConflictError):
    """The Idempotency-Key belongs to an earlier, different request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was already used with another body. Use a new key for a new request.")


class HookLimitError(ConflictError):
    """The job has reached the limit of hooks."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A job can have at most {limit} hooks. Delete one that is not used.")


class HookChangedError(ConflictError):
    """Another request rotated or deleted the hook between our read and our write."""

    def __init__(self) -> None:
        super().__init__(
            "Another request rotated or deleted the hook meanwhile. Read the hook again before you rotate it."
        )


class TooManyCallsError(JobsError):
    """The hook's calls of this minute are used up; the next minute begins in `retry_after` seconds."""

    def __init__(self, rate: int, retry_after: int) -> None:
        super().__init__(f"This hook takes {rate} calls a minute. Call again in {retry_after} seconds.")
        self.retry_after = retry_after


class RulesFullError(ConflictError):
    """An event bus has reached its limit of rules. The job is saved; the sweep creates the rule once there is room.

    `answer` is EventBridge's own message.
    """

    def __init__(self, event_id: str, bus: str, answer: str) -> None:
        super().__init__(
            f"The job is saved, but event {event_id} starts no run yet: the event bus {bus} has reached its limit of "
            f"rules ({answer}). Delete rules or raise the quota; the missing rule is then created within minutes."
        )


class InvalidTokenError(JobsError):
    """The cursor or token of a request does not come from this API."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Not a valid {name}. Leave it out to read from the beginning.")


class DependencyError(JobsError):
    """The job's dependencies are unknown, or form a cycle."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: the path of the field (`/run/mem`, list items as `(0)`) and a message.

    The message may leave out the field's name, since readers see the path beside it.
    """

    path: str
    message: str


class InvalidError(JobsError):
    """The document breaks one or more rules. The error keeps the first MAX_PROBLEMS problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("Object is not valid")
        self.problems = tuple(problems[:MAX_PROBLEMS])


class NoFleetsError(InvalidError):
    """The deployment was made without fleets, so it has no fleet jobs and no fleet runs."""

    def __init__(self) -> None:
        message = (
            "cannot be used: this deployment has no fleets (setting fleets=false). Deploy it with fleets=true in a "
            "region that has AWS IoT, or save the job in a deployment that has fleets."
        )
        super().__init__([Problem("/run/fleet", message)])
