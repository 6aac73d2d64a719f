"""Deleting a job in the table, with all that belongs to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.deletions import DeletionTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.errors import ActiveRunsError, JobChangedError, JobErasedError
from functions.jobs.model.page import PageRequest
from functions.jobs.ports.runs import RunFilter
from tests.aws.conftest import NOW, SUCCESS, changed, delete, make_job, make_run


def test_a_job_with_an_active_run_is_not_deleted(jobs: JobTable, runs: RunTable) -> None:
    runs.put(make_run(), None)
    with pytest.raises(ActiveRunsError):
        delete(jobs, make_job())
    assert jobs.get("team.job") == make_job()


def test_a_job_that_was_changed_is_not_deleted(jobs: JobTable) -> None:
    jobs.update(changed(make_job()), replacing=make_job(), now=NOW)
    with pytest.raises(JobChangedError):
        delete(jobs, make_job())


def test_a_deleted_job_leaves_nothing(jobs: JobTable, runs: RunTable) -> None:
    delete(jobs, make_job())
    assert jobs.get("team.job") is None
    assert jobs.states(["team.job"]) == {}
    left = jobs._table.client().scan(TableName="shiftwork")["Items"]
    assert [item["PK"]["S"] for item in left] == ["GROUP#team"]


def test_until_its_history_is_erased_no_job_has_the_id(jobs: JobTable, runs: RunTable) -> None:
    for number in range(30):
        runs.put(run := make_run(f"202601020304{number:02}aaaaaaaaaa"), None)
        runs.settle("team.job", run.id, SUCCESS, NOW)
    delete(jobs, make_job(), erased=False)
    deletions = DeletionTable(jobs._table)
    (deletion,) = deletions.due(NOW + timedelta(seconds=1))
    while True:
        with pytest.raises(JobErasedError):
            jobs.create(make_job(), None)
        if not deletions.erase_some(deletion):
            break
    deletions.free(deletion, rest := replace(deletion, last_revision=7))
    jobs.create(make_job(), None)
    assert runs.page(PageRequest(limit=10, cursor=None), RunFilter(job_id="team.job")).items == []
    assert list(deletions.due(NOW + timedelta(seconds=1))) == [rest]
    deletions.finish(rest)
    assert list(deletions.due(NOW + timedelta(seconds=1))) == []
