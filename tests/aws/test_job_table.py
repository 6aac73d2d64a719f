"""Jobs in the table."""

from dataclasses import replace

from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.jobs.job import JobState
from tests.aws.conftest import PLAN, make_job, make_run


def test_a_job_comes_back_as_it_was(jobs: JobTable) -> None:
    assert jobs.get("team.job") == make_job()
    assert jobs.get("team.other") is None


def test_jobs_are_listed_by_id(jobs: JobTable) -> None:
    for job_id in ("z", "a"):
        jobs.create(make_job(job_id))
    assert [job.id for job in jobs.all()] == ["a", "team.job", "z"]


def test_an_id_is_taken_once(jobs: JobTable, runs: RunTable) -> None:
    runs.put(make_run(), None)
    assert not jobs.create(make_job())
    assert jobs.states(["team.job"])["team.job"].active == {make_run().id}, "a refused job must not reset the state"


def test_an_update_replaces_the_revision_that_was_read(jobs: JobTable) -> None:
    second = replace(PLAN, revision=2, task_definition="arn:definition:2")
    new = replace(make_job(), plan=second)
    assert jobs.update(new, replacing=PLAN)
    assert jobs.get("team.job") == new
    assert not jobs.update(replace(make_job(), plan=replace(PLAN, revision=3)), replacing=PLAN)
    assert not jobs.update(make_job("gone"), replacing=PLAN)


def test_states_of_the_jobs_that_exist(jobs: JobTable) -> None:
    assert jobs.states(["team.job", "gone"]) == {"team.job": JobState()}


def test_a_job_with_an_active_run_is_not_deleted(jobs: JobTable, runs: RunTable) -> None:
    runs.put(make_run(), None)
    assert not jobs.delete("team.job")
    assert jobs.get("team.job") == make_job()


def test_a_deleted_job_leaves_nothing(jobs: JobTable) -> None:
    assert jobs.delete("team.job")
    assert jobs.get("team.job") is None
    assert jobs.all() == []
    assert jobs.states(["team.job"]) == {}


def test_schedules_are_kept_with_the_job(jobs: JobTable) -> None:
    schedule = {"id": "daily", "cron": "0 3 * * *"}
    assert jobs.add_schedule("team.job", schedule)
    assert not jobs.add_schedule("team.job", schedule | {"cron": "0 4 * * *"})
    assert not jobs.add_schedule("gone", schedule)
    job = jobs.get("team.job")
    assert job is not None
    assert job.schedules == {"daily": schedule}
