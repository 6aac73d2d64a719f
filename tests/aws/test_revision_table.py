"""The revisions of a job in the table."""

from dataclasses import replace
from datetime import timedelta

from functions.aws.table.jobs import JobTable, RevisionTable
from functions.aws.table.table import Table
from tests.aws.conftest import NOW, PLAN, make_job, walk


def test_each_save_is_a_revision_that_stays(jobs: JobTable, table: Table) -> None:
    revisions = RevisionTable(table)
    job = make_job()
    for number in (2, 3):
        new = replace(job, plan=replace(PLAN, revision=number), version=number)
        jobs.update(new, replacing=job, now=NOW + timedelta(days=number))
        job = new
    assert [one.plan.revision for one in walk(lambda request: revisions.page("team.job", request), 2)] == [3, 2, 1]
    second = revisions.get("team.job", 2)
    assert second is not None
    assert (second.spec, second.saved_at) == (job.spec, NOW + timedelta(days=2))
    assert revisions.get("team.job", 4) is None
