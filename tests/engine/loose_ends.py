"""What must hold once everything was delivered or swept: nothing is left to do."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.aws.table.table import Item
from tests.engine.ledger import Book, Ledger, last_end, last_start
from tests.engine.picture import ACTIVE, JobPicture, Picture, ended, moment
from tests.engine.story import Notes

_WANTED = {"SUCCESS": ("SUCCESS",), "FAILURE": ("FAILED",), "ANY": ("SUCCESS", "FAILED")}


def loose_ends(picture: Picture, notes: Notes) -> list[str]:
    """A message for each thing that was left undone."""
    found = [f"key {key} gave the runs {sorted(runs)}" for key, runs in notes.keys.items() if len(runs) > 1]
    for job_id, job in picture.jobs.items():
        messages = [*_runs(job, picture), *_waiting(job), *_chain(job_id, job, notes.ledger)]
        messages += [*_triggers(job_id, notes), *_known(job_id, job, notes)]
        found += [f"{job_id}: {message}" for message in messages]
    return found


def _triggers(job_id: str, notes: Notes) -> Iterator[str]:
    """Each trigger of a caller starts at most one run."""
    runs = [run_id for run_id, run in notes.ledger.books[job_id].runs.items() if run["cause"] == "CALL"]
    if len(runs) > len(notes.triggers[job_id]):
        yield f"{len(notes.triggers[job_id])} triggers started the runs {sorted(runs)}"


def _known(job_id: str, job: JobPicture, notes: Notes) -> Iterator[str]:
    """A run that a caller got exists. A firing that was accepted is a run, a skip, or waits."""
    book = notes.ledger.books[job_id]
    for run_id, at in notes.known[job_id].items():
        if at >= moment(book.born) and run_id not in {*book.runs, *job.skips, job.waiting}:
            yield f"{run_id} came to nothing"
    yield from (f"{run_id} was stopped, and is active" for run_id in sorted(notes.stopped & job.active))


def _runs(job: JobPicture, picture: Picture) -> Iterator[str]:
    """An active run has an open execution. A run that has ended did so as its execution did."""
    for run_id, run in job.runs.items():
        execution = picture.executions.get(run_id)
        if run["status"] in ACTIVE and execution is None:
            yield f"run {run_id} was never started"
        elif run["status"] in ACTIVE and execution and ended(execution):
            yield f"the execution of run {run_id} has ended, the run has not"
        elif run["status"] not in ACTIVE and execution:
            if (run["status"] == "SUCCESS") != (execution.status == "SUCCEEDED"):
                yield f"run {run_id} is {run['status']}, its execution {execution.status}"
        elif run["status"] == "SUCCESS":
            yield f"run {run_id} succeeded without an execution"


def _waiting(job: JobPicture) -> Iterator[str]:
    if job.waiting and not job.active:
        yield f"firing {job.waiting} waits for nothing"


def _chain(job_id: str, job: JobPicture, ledger: Ledger) -> Iterator[str]:
    """No job is left due.

    A job is due if the latest end of each parent fits its rule and is later than its own last start. A run that ended
    before the job was created does not count.
    """
    parents: list[dict[str, Any]] = job.spec["dependencies"]
    if not parents:
        return
    book = ledger.books[job_id]
    since = last_start(book)
    books = [(parent, ledger.books[parent["id"]]) for parent in parents if parent["id"] in ledger.books]
    ends = [_wanted(last_end(other), parent.get("on", "SUCCESS"), since) for parent, other in books]
    if ends and all(ends) and moment(max(map(str, ends))) > moment(book.born):
        yield f"it is due since {sorted(str(end) for end in ends)}, and was last started at {since or 'no time'}"
    if len(parents) == 1 and books:
        yield from _too_many(book, books[0][1], parents[0].get("on", "SUCCESS"))


def _wanted(end: Item | None, rule: str, since: str) -> str | None:
    if end is None or end["status"] not in _WANTED[rule]:
        return None
    return str(end["completedAt"]) if not since or moment(end["completedAt"]) > moment(since) else None


def _too_many(book: Book, parent: Book, rule: str) -> Iterator[str]:
    """Each end of the parent starts the child at most once."""
    started = sum(run["cause"] == "DEPENDENCY" for run in book.runs.values())
    wanted = sum(run["status"] in _WANTED[rule] for run in parent.runs.values())
    if started > wanted:
        yield f"its parent has ended {wanted} times as its rule wants, and it was started {started} times"


def too_many(picture: Picture) -> list[str]:
    """Jobs with more finished runs than they keep. The end of a run deletes the surplus, if its news arrives."""
    found: list[str] = []
    for job_id, job in picture.jobs.items():
        ends = Counter(run["status"] for run in job.runs.values())
        for status, kept in (("SUCCESS", "successes"), ("FAILED", "failures")):
            most = job.state.get("kept", {}).get(kept)
            if most is not None and ends[status] > most:
                found.append(f"{job_id}: {ends[status]} runs that are {status} are kept, of at most {most}")
    return found
