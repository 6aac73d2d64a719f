"""How many jobs each group has."""

from functions.aws.table.groups import GroupTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.table import Table
from functions.jobs.model.job import Group
from tests.aws.conftest import delete, make_job, walk


def test_groups_count_the_jobs_beneath_them(jobs: JobTable, table: Table) -> None:
    groups = GroupTable(table)
    jobs.create(make_job("team.a.b"), None)
    jobs.create(make_job("lonely"), None)
    assert walk(groups.page, 1) == [Group("team", 2), Group("team.a", 1)]
    delete(jobs, make_job("team.a.b"))
    assert walk(groups.page, 10) == [Group("team", 1)]
    assert (groups.get("team"), groups.get("team.a"), groups.get("x")) == (Group("team", 1), None, None)
