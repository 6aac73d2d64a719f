"""The logs of a job's runs: bounded calls, and a follower of more runs than fit into its token."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.runs import RunFilter, RunStore
from functions.jobs.runs.job_log import JobLogReader
from functions.jobs.runs.log import MAX_CALLS
from functions.jobs.runs.log_source import LogSource
from tests.unit.log_streams import Streams, attempt, reader, second, texts

PLAN = LaunchPlan(revision=1, task_definition="", cpu=256, memory=512)


@dataclass
class Runs:
    """What the table knows of the runs of a job. A page has at most 40, and each second one is empty."""

    runs: list[Run]

    def page(self, request: PageRequest, wanted: RunFilter) -> Page[Run]:
        first = f"{wanted.since:%Y%m%d%H%M%S}" if wanted.since else ""
        found = [run for run in reversed(self.runs) if first <= run.id <= (wanted.up_to or "~")]
        start, empty = map(int, (request.cursor or "0 0").split())
        if start and not empty:
            return Page([], f"{start} 1")
        end = start + min(request.limit, 40)
        return Page(found[start:end], f"{end} 0" if len(found) > end else None)

    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]:
        ids = {run_id for _, run_id in keys}
        return [run for run in self.runs if run.id in ids]


def run_at(number: int, stamp: float | None = None, created: float | None = None) -> Run:
    """Return an active run that was created in second `number`, or `created`; `stamp` is the second in its id."""
    return Run(
        id=f"{second(stamp or created or number):%Y%m%d%H%M%S}{number:05d}",
        job_id="j",
        status=RunStatus.ACTIVE,
        created_at=second(created or number),
        plan=PLAN,
    )


@dataclass
class Job:
    """A job's runs, each with a task of its number that has one line; those in `ended` end in their tenth second."""

    runs: list[Run]
    streams: Streams
    ended: set[str]

    @classmethod
    def of(cls, *runs: Run) -> "Job":
        lines = {f"j/main/{int(run.id[-5:])}": [(float(run.id[-5:]), run.id)] for run in runs}
        return cls(sorted(runs, key=lambda run: run.id), Streams(lines), set())

    def source(self, run: Run) -> LogSource:
        number = int(run.id[-5:])
        end = number + 10 if run.id in self.ended else None
        ran = {1: attempt(number, number, end)}
        completed = None if end is None else second(end)
        return LogSource(job_id="j", run_id=run.id, attempts=ran, containers=["main"], completed_at=completed)

    def at(self, now: float) -> JobLogReader:
        there = [run for run in self.runs if run.created_at <= second(now)]
        runs = cast("RunStore", Runs(there))
        return JobLogReader(job_id="j", runs=runs, reader=reader(self.streams, now), find=self.source)

    def follow(self, times: Iterable[float], token: str | None = None) -> tuple[list[str], str | None]:
        """Read at these times; return the lines and the last token."""
        found: list[str] = []
        for now in times:
            there = {run.id for run in self.runs if run.created_at <= second(now)}
            part = self.at(now).follow(token, there - self.ended)
            token, found = part.token, found + texts(part)
            assert len(token) < 6000
        return found, token


def test_runs_are_walked_in_bounded_parts() -> None:
    job = Job.of(*(run_at(number) for number in range(100, 190)))
    job.ended = {run.id for run in job.runs}
    job.streams.lines = {"j/main/100": [(100.0, "the oldest run")]}
    token: str | None = None
    parts: list[str] = []
    for _ in range(60):
        job.streams.calls = 0
        part = job.at(1000).newest_first(token)
        assert job.streams.calls <= MAX_CALLS
        token, parts = part.token, parts + texts(part)
        if part.ended:
            break
    assert (parts, part.ended) == (["the oldest run"], True)


def test_a_follower_of_many_runs_loses_none() -> None:
    """No more than 30 streams fit into a token. The others wait until runs that it reads have ended."""
    job = Job.of(*(run_at(number) for number in range(100, 190)))
    found, token = job.follow(range(200, 300))
    assert sorted(found) == [run.id for run in job.runs[:30]]
    job.ended = {run.id for run in job.runs[:60]}
    more, _ = job.follow(range(300, 400), token)
    assert sorted(found + more) == [run.id for run in job.runs]


def test_a_follower_sees_a_run_of_a_queued_firing_although_its_id_is_old() -> None:
    job = Job.of(run_at(1000), run_at(2000, stamp=500))
    found, token = job.follow([1500])
    assert found == [job.runs[1].id]
    later, _ = job.follow([2001, 2002], token)
    assert later == [job.runs[0].id]


def test_runs_that_a_follower_has_read_are_not_read_again() -> None:
    job = Job.of(*(run_at(1000 + number) for number in range(60)))
    job.ended = {run.id for run in job.runs}
    found, token = job.follow([999])
    more, token = job.follow(range(1000, 1200), token)
    assert (found, sorted(more)) == ([], [run.id for run in job.runs])
    assert token is not None
    assert len(token) < 60, "it forgets what is old"


def test_a_burst_of_short_runs_leaves_the_token_short() -> None:
    job = Job.of(*(run_at(number, created=1000 + number / 10) for number in range(100, 300)))
    job.ended = {run.id for run in job.runs}
    found, token = job.follow([999])
    more, token = job.follow(range(1005, 1200), token)
    assert (found, sorted(more)) == ([], [run.id for run in job.runs])
