"""Run ids."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from functions.jobs.model.run import new_run_id, scheduled_run_id

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_ids_sort_by_time() -> None:
    ids = [new_run_id(NOON + timedelta(seconds=n)) for n in range(100)]
    assert ids == sorted(ids)
    assert ids[0].startswith("20260102120000")


def test_ids_of_one_moment_differ() -> None:
    assert len({new_run_id(NOON) for _ in range(100)}) == 100


def test_the_runs_of_a_deployment_have_ids_of_their_own() -> None:
    """For a hundred calls in each second of a century, the chance that two ids are equal is below 1e-8."""
    calls, seconds = 100, 100 * 366 * 24 * 60 * 60
    possible = 62 ** len(new_run_id(NOON).removeprefix("20260102120000"))
    assert seconds * calls**2 / 2 / possible < 1e-8


def test_a_firing_has_one_id_however_its_time_is_written() -> None:
    in_rome = NOON.astimezone(ZoneInfo("Europe/Rome"))
    assert scheduled_run_id("job", "daily", NOON) == scheduled_run_id("job", "daily", in_rome)


def test_other_firings_have_other_ids() -> None:
    ids = {scheduled_run_id(job, schedule, NOON) for job in ("a", "b") for schedule in ("c", "d")}
    assert len(ids) == 4
