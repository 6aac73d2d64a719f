"""The schedules of a job in the table."""

from dataclasses import replace

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.schedules import ScheduleTable
from functions.aws.table.table import Table
from functions.jobs.model.errors import JobChangedError
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.sync_mark import SyncMark
from tests.aws.conftest import NIGHTLY, NOW, make_job


def test_schedules_are_written_to_the_job_that_was_read(jobs: JobTable, table: Table) -> None:
    schedules, mark = ScheduleTable(table), SyncMark.new("team.job", ["nightly"], NOW)
    key = IdempotencyKey.of("k", "/p", "b")
    schedules.put(make_job(), NIGHTLY, mark, key)
    job = jobs.get("team.job")
    assert job == replace(make_job(), schedules={"nightly": NIGHTLY}, version=2)
    with pytest.raises(KeyUsedError):
        schedules.put(job, NIGHTLY, mark, key)
    with pytest.raises(JobChangedError):
        schedules.put(make_job(), NIGHTLY, mark, None)
    with pytest.raises(JobChangedError):
        schedules.delete(make_job(), "nightly", mark)
    schedules.delete(job, "nightly", mark)
    assert jobs.get("team.job") == replace(make_job(), version=3)
