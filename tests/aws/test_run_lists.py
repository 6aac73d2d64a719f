"""Lists of runs: by time, by status, of a job, of a group."""

from datetime import timedelta

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.runs import RunFilter
from tests.aws.conftest import NOW, make_job, make_run, walk


@pytest.fixture
def five(jobs: JobTable, runs: RunTable) -> list[Run]:
    """Runs of two jobs, one each second: the first has failed, the second succeeded, the others are active."""
    jobs.create(make_job("other"), None)
    made = [
        make_run(f"2026010203040{n}aaaaaaaaaa", job_id="other" if n == 4 else "team.job", created_at=NOW)
        for n in range(5)
    ]
    for run in made:
        runs.put(run, None)
    runs.settle("team.job", made[0].id, Outcome(status=RunStatus.FAILED), NOW)
    runs.settle("team.job", made[1].id, Outcome(status=RunStatus.SUCCESS), NOW)
    return made


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [
        (RunFilter(), "43210"),
        (RunFilter(job_id="team.job"), "3210"),
        (RunFilter(group="team"), "3210"),
        (RunFilter(group="none"), ""),
        (RunFilter(statuses=[RunStatus.FAILED]), "0"),
        (RunFilter(job_id="team.job", statuses=[RunStatus.FAILED, RunStatus.SUCCESS]), "10"),
        (RunFilter(since=NOW - timedelta(seconds=2)), "43"),
        (RunFilter(job_id="team.job", until=NOW - timedelta(seconds=3)), "210"),
        (RunFilter(since=NOW - timedelta(seconds=4), until=NOW - timedelta(seconds=3)), "21"),
    ],
)
def test_runs_are_found_newest_first(
    runs: RunTable, five: list[Run], wanted: RunFilter, seconds: str, limit: int
) -> None:
    assert "".join(run.id[13] for run in walk(lambda request: runs.page(request, wanted), limit)) == seconds


def test_active_runs_are_listed_oldest_first(runs: RunTable, five: list[Run]) -> None:
    assert [run.id[13] for run in runs.active(None)] == ["2", "3", "4"]
    assert [run.id[13] for run in runs.active("team")] == ["2", "3"]
