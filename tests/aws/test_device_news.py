"""Reports of a device from several sources, each of which has only a part."""

from dataclasses import replace
from datetime import timedelta

from functions.aws.table.devices import DeviceTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.device import DeviceStatus
from tests.aws.conftest import NOW
from tests.aws.fleets import ROLLOUT, counts, one, report

QUEUED, IN_PROGRESS, SUCCEEDED, FAILED = (
    DeviceStatus.QUEUED,
    DeviceStatus.IN_PROGRESS,
    DeviceStatus.SUCCEEDED,
    DeviceStatus.FAILED,
)


def test_values_that_a_report_does_not_have_stay(devices: DeviceTable) -> None:
    first, second = NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)
    listed = replace(report("a", IN_PROGRESS, seconds=2), queued_at=first, started_at=second)
    devices.note(ROLLOUT, listed)
    assert one(devices, "a").latest == listed
    news = report("a", SUCCEEDED, details={"step": "done"}, seconds=3)
    devices.note(ROLLOUT, news)
    assert one(devices, "a").latest == replace(news, queued_at=first, started_at=second)


def test_details_may_come_after_the_end_and_change_no_number(devices: DeviceTable, runs: RunTable) -> None:
    devices.note(ROLLOUT, report("a", IN_PROGRESS, details={"progress": "50"}))
    ended = report("a", FAILED, seconds=3)
    assert devices.note(ROLLOUT, ended)
    assert one(devices, "a").latest.details is None
    assert devices.note(ROLLOUT, report("a", FAILED, details={"reason": "no space"}, seconds=4))
    assert not devices.note(ROLLOUT, report("a", FAILED, details={"reason": "another"}, seconds=5))
    assert one(devices, "a").latest == replace(ended, details={"reason": "no space"})
    assert counts(runs) == {FAILED: 1}
