"""Dependencies between jobs in the table."""

from dataclasses import replace

import pytest

from functions.aws.table.jobs import JobTable
from functions.jobs.model.errors import ChildrenError, DependencyError
from tests.aws.conftest import NOW, changed, delete, make_job


def test_a_job_is_not_deleted_before_its_children(jobs: JobTable) -> None:
    child = make_job("child", "team.job")
    jobs.create(child, None)
    assert jobs.states(["team.job"])["team.job"].children == {"child"}
    with pytest.raises(ChildrenError, match=r"children=\[child\]"):
        delete(jobs, make_job())
    jobs.update(replace(changed(child), spec=make_job("child").spec), replacing=child, now=NOW)
    delete(jobs, make_job())


def test_a_child_of_an_unknown_job_is_not_written(jobs: JobTable) -> None:
    with pytest.raises(DependencyError, match=r"unknown=\[gone\]"):
        jobs.create(make_job("child", "gone"), None)
    assert jobs.get("child") is None
    with pytest.raises(DependencyError, match=r"unknown=\[gone\]"):
        jobs.update(changed(make_job("team.job", "gone")), replacing=make_job(), now=NOW)
    assert jobs.get("team.job") == make_job()
