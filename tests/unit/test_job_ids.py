"""Job ids, and the family of task definitions that is made of one."""

import pytest

from functions.jobs.container.task_definition import family_of
from functions.jobs.model.job import is_job_id


@pytest.mark.parametrize("text", ["a", "a" * 400, "a--a.a--a", "a1a.a1.a1", "0", "marketing.nightly-report.v2"])
def test_is_a_job_id(text: str) -> None:
    assert is_job_id(text)


@pytest.mark.parametrize("text", ["", "a" * 401, "a-", "-a", ".a", "a.", "a..b", "A", "a_b", "a/b", "a\n"])
def test_is_not_a_job_id(text: str) -> None:
    assert not is_job_id(text)


def test_no_two_jobs_share_a_family() -> None:
    assert family_of("shiftwork-dev", "a.b") == "shiftwork-dev-a_b"
    assert family_of("shiftwork-dev", "a-b") == "shiftwork-dev-a-b"


def test_a_long_id_keeps_its_family_within_255_characters_and_apart_from_its_neighbours() -> None:
    families = {family_of("shiftwork-dev", "a" * 300 + suffix) for suffix in ("1", "2")}
    assert len(families) == 2
    assert all(len(family) <= 255 for family in families)
