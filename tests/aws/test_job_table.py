"""Jobs in the table: what one write contains, and what refuses it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.errors import JobChangedError, JobExistsError
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import JobState
from tests.aws.conftest import NOW, changed, make_job, make_run


def test_a_job_comes_back_as_it_was(jobs: JobTable) -> None:
    assert jobs.get("team.job") == make_job()
    assert jobs.get("team.other") is None


def test_an_id_is_taken_once(jobs: JobTable, runs: RunTable) -> None:
    runs.put(make_run(), None)
    with pytest.raises(JobExistsError):
        jobs.create(make_job(), None)
    assert jobs.states(["team.job"])["team.job"].active == {make_run().id}, "a refused job must not reset the state"


def test_a_key_stands_for_the_job_that_it_made(jobs: JobTable) -> None:
    key = IdempotencyKey.of("key", "/v1/jobs", "body")
    assert jobs.recall(key, NOW) is None
    jobs.create(make_job("other"), key)
    with pytest.raises(KeyUsedError) as used:
        jobs.create(make_job("another"), key)
    assert key.result(used.value) == "other"
    assert jobs.recall(key, NOW + timedelta(hours=23)) is not None
    assert jobs.recall(key, NOW + timedelta(hours=25)) is None


def test_an_update_replaces_what_was_read_and_nothing_else(jobs: JobTable) -> None:
    job = make_job()
    new = changed(job)
    jobs.update(new, replacing=job, now=NOW)
    assert jobs.get("team.job") == new
    for stale in (job, replace(new, created_at=NOW + timedelta(days=1)), make_job("gone")):
        with pytest.raises(JobChangedError):
            jobs.update(changed(stale), replacing=stale, now=NOW)
    assert jobs.get("team.job") == new


def test_states_of_the_jobs_that_exist(jobs: JobTable) -> None:
    assert jobs.states(["team.job", "gone"]) == {"team.job": JobState()}
