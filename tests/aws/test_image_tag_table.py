"""Task definitions with another image tag, in the table: kept once, and for one state of a job."""

from dataclasses import replace

import pytest

from functions.aws.table.image_tags import ImageTagTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.table import Table
from tests.aws.conftest import NOW, changed, delete, make_job

JOB = make_job()


@pytest.fixture
def tags(jobs: JobTable, table: Table) -> ImageTagTable:
    """The image tags: none yet."""
    return ImageTagTable(table)


def test_the_first_one_is_kept_and_later_calls_get_it(tags: ImageTagTable) -> None:
    assert tags.get(JOB, "2") is None
    assert tags.put(JOB, "2", "arn:first", NOW) == "arn:first"
    assert tags.put(JOB, "2", "arn:second", NOW) == "arn:first"
    assert (tags.get(JOB, "2"), tags.get(JOB, "3")) == ("arn:first", None)


def test_none_is_kept_for_a_changed_or_deleted_job(tags: ImageTagTable, jobs: JobTable) -> None:
    jobs.update(changed(JOB), replacing=JOB, now=NOW)
    assert tags.put(JOB, "2", "arn:late", NOW) is None
    assert tags.put(make_job("gone"), "2", "arn:late", NOW) is None
    assert tags.get(JOB, "2") is None


def test_a_new_job_does_not_get_what_a_deleted_one_left(tags: ImageTagTable, jobs: JobTable) -> None:
    tags.put(JOB, "2", "arn:old", NOW)
    delete(jobs, JOB)
    new = replace(JOB, plan=replace(JOB.plan, task_definition="arn:definition:7"))
    jobs.create(new, None)
    assert tags.get(new, "2") is None
    assert tags.put(new, "2", "arn:new", NOW) == "arn:new"
    assert tags.get(new, "2") == "arn:new"
