"""Deleting a job in the table, with all that belongs to it."""

from datetime import timedelta

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.errors import ActiveRunsError, JobChangedError
from tests.aws.conftest import NOW, changed, make_job, make_run


def test_a_job_with_an_active_run_is_not_deleted(jobs: JobTable, runs: RunTable) -> None:
    runs.put(make_run(), None)
    with pytest.raises(ActiveRunsError):
        jobs.delete(make_job())
    assert jobs.get("team.job") == make_job()


def test_a_job_that_was_changed_is_not_deleted(jobs: JobTable) -> None:
    jobs.update(changed(make_job()), replacing=make_job(), now=NOW)
    with pytest.raises(JobChangedError):
        jobs.delete(make_job())


def test_a_deleted_job_leaves_nothing(jobs: JobTable, runs: RunTable) -> None:
    jobs.delete(make_job())
    jobs.purge("team.job", NOW + timedelta(seconds=1))
    assert jobs.get("team.job") is None
    assert jobs.states(["team.job"]) == {}
    left = jobs._table.client().scan(TableName="shiftwork")["Items"]
    assert [item["PK"]["S"] for item in left] == ["GROUP#team"]


def test_purging_takes_what_is_older_than_the_end_of_the_job(jobs: JobTable, runs: RunTable) -> None:
    old = [make_run(f"202601020304{number:02}aaaaaaaaaa", created_at=NOW) for number in range(30)]
    new = make_run("20260102030500aaaaaaaaaa", created_at=NOW + timedelta(minutes=1))
    for run in (*old, new):
        runs.put(run, None)
    jobs.purge("team.job", NOW + timedelta(seconds=30))
    assert runs.get_all(("team.job", run.id) for run in (*old, new)) == [new]
