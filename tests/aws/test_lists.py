"""Pages: the same cost however much there is, no item lost or twice, filters by key or by attribute."""

import pytest

from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.aws.table import Table
from functions.jobs.errors import InvalidTokenError
from functions.jobs.ports import PageWish, RunFilter
from tests.aws.conftest import make_job, make_run, walk


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_jobs_are_by_id_and_complete(jobs: JobTable, limit: int) -> None:
    for job_id in ("z", "a", "team.a.b", "teamster.x"):
        jobs.create(make_job(job_id, color="red" if job_id in ("a", "team.a.b") else "blue"), None)

    def ids(group: str | None = None, **labels: str) -> list[str]:
        return [job.id for job in walk(lambda wish: jobs.page(wish, group=group, labels=labels), limit)]

    assert ids() == ["a", "team.a.b", "team.job", "teamster.x", "z"]
    assert ids(color="red") == ["a", "team.a.b"]
    assert ids("team") == ["team.a.b", "team.job"]
    assert ids("team", color="red") == ["team.a.b"]
    assert ids("none") == []


def test_a_cursor_of_another_list_or_of_nowhere_is_refused(jobs: JobTable, runs: RunTable) -> None:
    for second in range(3):
        runs.put(make_run(f"2026010203040{second}aaaaaaaaaa"), None)
    foreign = runs.page(PageWish(limit=1), RunFilter()).cursor
    for cursor in (foreign, "rubbish", "e30", "bnVsbA", "é"):
        with pytest.raises(InvalidTokenError):
            jobs.page(PageWish(limit=1, cursor=cursor), group=None, labels={})


def test_a_page_costs_the_same_with_few_jobs_and_with_many(jobs: JobTable, table: Table) -> None:
    costs = []
    table.client.meta.events.register(
        "before-parameter-build.dynamodb.Query", lambda params, **_: params.update(ReturnConsumedCapacity="TOTAL")
    )
    table.client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: costs.append(parsed["ScannedCount"])
    )
    listing = JobTable(table)
    for count in (10, 200):
        for number in range(count):
            with_number = make_job(f"job-{count}-{number}")
            listing.create(with_number, None)
        assert len(listing.page(PageWish(limit=5), group=None, labels={}).items) == 5
    assert costs == [5, 5], "items read by each of the two queries"
