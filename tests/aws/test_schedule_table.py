"""A job's schedules in the table."""

from dataclasses import replace

import pytest

from functions.aws.job_table import JobTable
from functions.aws.schedule_table import ScheduleTable
from functions.aws.table import Table
from functions.jobs.errors import JobChangedError
from functions.jobs.idempotency import IdempotencyKey, KeyUsedError
from tests.aws.conftest import NOW, make_job


def test_schedules_are_written_to_the_job_that_was_read(jobs: JobTable, table: Table) -> None:
    schedules = ScheduleTable(table)
    daily, key = {"id": "daily", "cron": "0 3 * * *"}, IdempotencyKey.of("k", "/p", "b")
    schedules.add(make_job(), daily, key, NOW)
    job = jobs.get("team.job")
    assert job == replace(make_job(), schedules={"daily": daily}, version=2)
    with pytest.raises(KeyUsedError):
        schedules.add(job, daily, key, NOW)
    with pytest.raises(JobChangedError):
        schedules.replace(make_job(), daily)
    with pytest.raises(JobChangedError):
        schedules.delete(make_job(), "daily")
    with pytest.raises(JobChangedError):
        schedules.add(make_job(), daily, None, NOW)
    schedules.delete(job, "daily")
    assert jobs.get("team.job") == replace(make_job(), version=3)
