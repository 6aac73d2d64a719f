"""The invariants that must hold after every call of AWS that changed something, whatever failed before."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from functions.aws.table.table import Item
from tests.engine.picture import ACTIVE, JobPicture, Picture, ended, moment

_OPEN = ("QUEUED", "IN_PROGRESS")
_KEPT_OUT = "The run was deleted."  # the message of skips that are not counted


@dataclass(slots=True)
class Book:
    """What was seen of a job since it was created.

    Its runs as they were last, the active ones, the waiting firing, the runs that were ever active, and the devices.
    """

    born: str
    runs: dict[str, Item] = field(default_factory=dict)
    active: frozenset[str] = frozenset()
    waiting: str | None = None
    entered: set[str] = field(default_factory=set)
    devices: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """Keeps all runs, also deleted ones. `wrong` has a message for each violation."""

    books: dict[str, Book] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def observe(self, picture: Picture) -> None:
        """Check the present picture against the earlier ones."""
        for job_id in self.books.keys() - picture.jobs.keys():
            gone = self.books.pop(job_id)
            self.wrong += [f"{job_id} was deleted while {run} was active" for run in gone.active]
        for job_id, job in picture.jobs.items():
            book = self.books.get(job_id)
            if book is None or book.born != job.created_at:
                book = self.books[job_id] = Book(job.created_at)
            messages = [*_moves(book, job), *_sums(book, job), *_tasks(job), *_devices(book, job)]
            self.wrong += [f"{job_id}: {message}" for message in messages]
        self.wrong += _executions(picture)


def _moves(book: Book, job: JobPicture) -> Iterator[str]:
    """Violations by the change from the last picture to this one."""
    for run_id, run in book.runs.items():
        now = job.runs.get(run_id)
        if run["status"] in ACTIVE and now is None:
            yield f"the active run {run_id} is gone"
        if run["status"] not in ACTIVE and now and now["status"] != run["status"]:
            yield f"run {run_id} had ended, {run['status']}, and is {now['status']}"
    new = job.active - book.active
    for run_id in new & job.runs.keys():
        policy = job.policies.get(job.runs[run_id].get("scheduleId", ""), "ALLOW")
        if policy != "ALLOW" and (book.active or len(new) > 1):
            yield f"run {run_id} of a {policy} schedule started beside {sorted(book.active | new - {run_id})}"
        if policy == "QUEUE" and book.waiting not in (None, run_id):
            yield f"run {run_id} started before {book.waiting}, which waits"
    book.runs.update(job.runs)
    book.active, book.waiting = job.active, job.waiting
    book.entered |= new


def _sums(book: Book, job: JobPicture) -> Iterator[str]:
    """Differences between the job's state and its runs."""
    active = {run_id for run_id, run in job.runs.items() if run["status"] in ACTIVE}
    listed = {run_id for run_id, run in job.runs.items() if run["GSI1PK"] == "ACTIVE"}
    if not active == job.active == listed:
        yield f"active are {sorted(active)}, its state says {sorted(job.active)}, the index {sorted(listed)}"
    ends = Counter(run["status"] for run in book.runs.values())
    state = job.state
    if (state["successes"], state["failures"]) != (ends["SUCCESS"], ends["FAILED"]):
        yield f"counted are {state['successes']} successes and {state['failures']} failures of {dict(ends)}"
    for status, last in (("SUCCESS", "lastSuccessRun"), ("FAILED", "lastFailureRun")):
        latest = max((run["completedAt"] for run in book.runs.values() if run["status"] == status), default=None)
        if latest and latest != book.runs[state[last]].get("completedAt"):
            yield f"the {last} is {state[last]}, and another one ended later, at {latest}"
    skips = [run_id for run_id, skip in job.skips.items() if skip["message"] != _KEPT_OUT]
    if state.get("skips", 0) != len(skips):
        yield f"counted are {state.get('skips', 0)} skips of {len(skips)}"
    if (state.get("GSI1PK") == "WAITING") != (job.waiting is not None):
        yield f"the waiting firing is {job.waiting}, and the index has {state.get('GSI1PK')}"
    fates = Counter([*job.runs, *job.skips, *([job.waiting] if job.waiting else [])])
    yield from (f"{run_id} is two of: a run, a skip, waiting" for run_id, count in fates.items() if count > 1)


def _tasks(job: JobPicture) -> Iterator[str]:
    """Differences between the numbers of a run and its tasks, until its own end reports the numbers."""
    for run_id, run in job.runs.items():
        if "tasksCounted" in run:
            continue
        over = {index: status for (one, index), status in job.tasks.items() if one == run_id and status not in ACTIVE}
        failed = {index for index, status in over.items() if status == "FAILED"}
        counted = run.get("succeededTasks", 0), set(map(int, run.get("failedTasks", ())))
        if counted != (len(over) - len(failed), failed):
            yield f"run {run_id} counts {counted} of its tasks {over}"


def _devices(book: Book, job: JobPicture) -> Iterator[str]:
    """Wrong numbers of devices, devices that left a final status, and attempts that follow a later one."""
    for run_id, run in job.runs.items():
        devices = job.devices.get(run_id, {})
        there = Counter(status for _, status in devices.values())
        if there != +Counter(run.get("devices", {})):
            yield f"run {run_id} counts {run.get('devices')} of its devices {devices}"
        for thing, (number, status) in devices.items():
            before = book.devices.get((run_id, thing), (0, "QUEUED"))
            if number < before[0] or (number == before[0] and before[1] not in (*_OPEN, status)):
                yield f"{thing} of run {run_id} was {before}, and is {(number, status)}"
            book.devices[run_id, thing] = (number, status)


def _executions(picture: Picture) -> Iterator[str]:
    """Executions that are open without an active run."""
    active = {run_id for job in picture.jobs.values() for run_id in job.active}
    for name, execution in picture.executions.items():
        if not ended(execution) and name not in active:
            yield f"execution {name} goes on without an active run"


def last_start(book: Book) -> str:
    """When a run of the job was last put as active; empty if none was."""
    return max((book.runs[run_id]["createdAt"] for run_id in book.entered), default="")


def last_end(book: Book) -> Item | None:
    """The run of the job that ended last."""
    finished = [run for run in book.runs.values() if run["status"] not in ACTIVE]
    return max(finished, key=lambda run: moment(run["completedAt"]), default=None)
