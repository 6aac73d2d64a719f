"""Pages: the same cost for any number of items, no item lost or repeated, filters by key or by attribute."""

import math
from typing import Any

import pytest

from functions.aws.table.job_items import job_item
from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table, pack
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import PageRequest
from functions.jobs.ports.runs import RunFilter
from tests.aws.conftest import make_job, make_run, walk


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_jobs_are_by_id_and_complete(jobs: JobTable, limit: int) -> None:
    for job_id in ("z", "a", "team.a.b", "teamster.x"):
        jobs.create(make_job(job_id, color="red" if job_id in ("a", "team.a.b") else "blue"), None)

    def ids(group: str | None = None, **labels: str) -> list[str]:
        return [job.id for job in walk(lambda request: jobs.page(request, group=group, labels=labels), limit)]

    assert ids() == ["a", "team.a.b", "team.job", "teamster.x", "z"]
    assert ids(color="red") == ["a", "team.a.b"]
    assert ids("team") == ["team.a.b", "team.job"]
    assert ids("team", color="red") == ["team.a.b"]
    assert ids("none") == []


def test_a_cursor_of_another_list_or_of_none_is_refused(jobs: JobTable, runs: RunTable) -> None:
    for second in range(3):
        runs.put(make_run(f"2026010203040{second}aaaaaaaaaa"), None)
    foreign = runs.page(PageRequest(limit=1), RunFilter()).cursor
    for cursor in (foreign, "rubbish", "e30", "bnVsbA", "é"):
        with pytest.raises(InvalidTokenError):
            jobs.page(PageRequest(limit=1, cursor=cursor), group=None, labels={})


@pytest.mark.slow
def test_a_page_costs_the_same_with_ten_jobs_and_with_thousands(jobs: JobTable, table: Table) -> None:
    """Moto answers any query with one unit, so the units are worked out as DynamoDB does.

    DynamoDB Developer Guide, "Capacity unit consumption for query": by the size of all the items that are read, found
    or not; half a unit for 4 KB from an index.
    """
    read: list[tuple[int, float]] = []

    def note(parsed: dict[str, Any], **_: Any) -> None:
        read.append((parsed["ScannedCount"], math.ceil(len(str(parsed["Items"])) / 4096) / 2))

    table.client().meta.events.register("after-call.dynamodb.Query", note)
    for first, end in ((0, 10), (10, 3000)):
        items = [pack(job_item(make_job(f"job-{number:05}"))) for number in range(first, end)]
        for batch in range(0, len(items), 25):
            puts: Any = [{"PutRequest": {"Item": item}} for item in items[batch : batch + 25]]
            table.client().batch_write_item(RequestItems={table.name: puts})
        assert len(jobs.page(PageRequest(limit=5), group=None, labels={}).items) == 5
    assert read[0] == read[1]
    assert read[0][0] == 5
