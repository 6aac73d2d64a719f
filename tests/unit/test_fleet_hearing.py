"""What is known of a device does not depend on the order of the news, nor on how often they come."""

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from functions.jobs.model.device import KEPT, Device, DeviceReport, DeviceStatus, hear

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
S = DeviceStatus
STEPS = (S.QUEUED, S.IN_PROGRESS)
FINAL = (S.SUCCEEDED, S.FAILED, S.REJECTED, S.TIMED_OUT, S.REMOVED, S.CANCELED)


def report(number: int, status: DeviceStatus, details: dict[str, str] | None = None) -> DeviceReport:
    """What is heard; of an end, by an event, with details."""
    at = NOW + timedelta(minutes=number)
    return DeviceReport(thing="pump-1", number=number, status=status, at=at, details=details)


def heard(*reports: DeviceReport) -> Device:
    """What is known after these."""
    first, *others = reports
    begin = Device(job_id="team.job", run_id="1", latest=first)
    return reduce(lambda device, one: hear(device, one) or device, others, begin)


# A life: each execution ends in one way, and what is told of it are its steps and that end.
LIVES = st.lists(st.sampled_from(FINAL), min_size=1, max_size=4).map(
    lambda ends: [
        one
        for number, end in enumerate(ends, 1)
        for one in (*(report(number, step) for step in STEPS), report(number, end, {"was": f"{end} {number}"}))
    ]
)


@given(LIVES.flatmap(lambda life: st.tuples(st.just(life), st.permutations([*life, *life]))))
def test_all_orders_end_the_same(told: tuple[list[DeviceReport], list[DeviceReport]]) -> None:
    life, order = told
    assert heard(*order) == heard(*life)


@given(LIVES.flatmap(st.permutations), st.sampled_from(FINAL), st.integers(1, 4))
def test_what_is_final_stays(order: list[DeviceReport], other: DeviceStatus, number: int) -> None:
    known = heard(*order)
    ends = {one.number: one.status for one in (known.latest, *known.earlier.values())}
    after = heard(*order, report(min(number, known.latest.number), other))
    assert {one.number: one.status for one in (after.latest, *after.earlier.values())} == ends


def test_details_that_a_list_did_not_tell_are_told_late() -> None:
    listed = report(1, S.FAILED)
    known = heard(listed, report(1, S.FAILED, {"why": "disk"}))
    assert known.latest.details == {"why": "disk"}
    assert hear(known, report(1, S.FAILED, {"why": "another"})) is None
    assert hear(known, listed) is None


def test_times_that_an_event_does_not_tell_stay_known() -> None:
    begun = DeviceReport(
        thing="pump-1", number=1, status=S.IN_PROGRESS, at=NOW, queued_at=NOW, started_at=NOW + timedelta(minutes=1)
    )
    known = heard(begun, report(1, S.SUCCEEDED, {}))
    assert (known.latest.queued_at, known.latest.started_at) == (begun.queued_at, begun.started_at)


def test_only_so_many_earlier_executions_are_kept() -> None:
    known = heard(*(report(number, S.REMOVED) for number in range(1, KEPT + 10)))
    assert len(known.earlier) == KEPT
    assert known.latest.number == KEPT + 9
    assert hear(known, report(1, S.FAILED)) is None, "long ago"
