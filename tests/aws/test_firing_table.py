"""A firing is only one thing, a run, a skip, or the waiting firing: a second decision is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from functions.aws.table.firings import FiringTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table
from functions.jobs.model.firing import Firing, Skip, SkipReason
from functions.jobs.model.job import JobState
from functions.jobs.model.outcome import missed
from functions.jobs.ports.runs import BusyError, Claim, RunExistsError
from tests.aws.conftest import NOW, RUN, SUCCESS, delete

FIRING = Firing(job_id="team.job", schedule_id="daily", scheduled_at=datetime(2026, 1, 2, 3, tzinfo=UTC))
LATER = replace(FIRING, scheduled_at=datetime(2026, 1, 2, 4, tzinfo=UTC))
OWN = replace(RUN, id=FIRING.run_id, schedule_id="daily", scheduled_at=FIRING.scheduled_at)


def skip(firing: Firing = FIRING) -> Skip:
    return Skip(occasion=firing, skipped_at=NOW, reason=SkipReason.ACTIVE_RUN, message="Active: another.")


@pytest.fixture
def firings(jobs: JobTable, table: Table) -> FiringTable:
    """The firings of team.job: none yet."""
    return FiringTable(table, retention_days=1)


def decisions(firings: FiringTable) -> tuple[Callable[[], None], ...]:
    """The decisions over FIRING that start no run."""
    skipped = partial(firings.skip, skip(), waiting=False)
    return skipped, partial(firings.miss, FIRING, OWN, missed(NOW)), partial(firings.wait, FIRING, None)


def state(jobs: JobTable) -> JobState:
    return jobs.states(["team.job"])["team.job"]


def test_a_skipped_firing_is_not_started_or_missed_and_does_not_wait(
    firings: FiringTable, runs: RunTable, jobs: JobTable
) -> None:
    runs.put(RUN, None)
    firings.skip(skip(), waiting=False)
    start: Callable[[], None] = partial(runs.put, OWN, None)
    for decide in (*decisions(firings), start):
        with pytest.raises(BusyError):
            decide()
    assert state(jobs) == JobState(active=frozenset({RUN.id}), skips=1, last_started_at=NOW)
    assert firings.situation(FIRING).skipped


def test_a_started_firing_is_not_skipped_or_missed_and_does_not_wait(
    firings: FiringTable, runs: RunTable, jobs: JobTable
) -> None:
    runs.put(OWN, None)
    for decide in decisions(firings):
        with pytest.raises(BusyError):
            decide()
    assert state(jobs).skips == 0
    assert firings.situation(FIRING).run == OWN


def test_one_waits_and_is_started_once(firings: FiringTable, runs: RunTable, jobs: JobTable) -> None:
    with pytest.raises(BusyError):
        firings.wait(FIRING, None)  # no run is active
    runs.put(RUN, None)
    firings.wait(FIRING, None)
    with pytest.raises(BusyError):
        firings.wait(LATER, None)  # it was decided before another firing waited
    firings.wait(LATER, skip())
    assert (state(jobs).waiting, state(jobs).skips) == (LATER, 1)
    started = replace(OWN, id=LATER.run_id, scheduled_at=LATER.scheduled_at)
    with pytest.raises(BusyError):
        runs.put(started, None, Claim.WAITING)  # as long as the first is active
    runs.settle("team.job", RUN.id, SUCCESS, NOW)
    with pytest.raises(BusyError):
        runs.put(replace(started, id="x", schedule_id=None), None, Claim.FIRST)
    runs.put(started, None, Claim.WAITING)
    assert state(jobs).waiting is None
    assert state(jobs).active == {started.id}
    with pytest.raises(RunExistsError):
        runs.put(started, None, Claim.WAITING)


@pytest.mark.parametrize("claim", [Claim.ALONE, Claim.FIRST])
def test_a_claim_holds_only_while_nothing_is_active(runs: RunTable, claim: Claim) -> None:
    runs.put(RUN, None)
    with pytest.raises(BusyError):
        runs.put(OWN, None, claim)
    runs.settle("team.job", RUN.id, SUCCESS, NOW)
    runs.put(OWN, None, claim)


def test_nothing_is_kept_of_a_deleted_job(firings: FiringTable, jobs: JobTable) -> None:
    job = jobs.get("team.job")
    assert job
    delete(jobs, job)
    for decide in decisions(firings):
        with pytest.raises(BusyError):
            decide()
    assert jobs.states(["team.job"]) == {}
