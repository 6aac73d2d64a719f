"""Several attempts of a device on one rollout."""

from functions.aws.table.devices import DeviceTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.device import KEPT, Device, DeviceStatus
from tests.aws.conftest import RUN
from tests.aws.fleets import JOB, ROLLOUT, counts, one, report

QUEUED, IN_PROGRESS, SUCCEEDED, FAILED = (
    DeviceStatus.QUEUED,
    DeviceStatus.IN_PROGRESS,
    DeviceStatus.SUCCEEDED,
    DeviceStatus.FAILED,
)


def test_an_attempt_that_is_repeated_becomes_an_earlier_one(devices: DeviceTable, runs: RunTable) -> None:
    first = report("a", FAILED, 1, {"reason": "no space"})
    for heard in (first, report("a", QUEUED, 2), report("a", SUCCEEDED, 2, {})):
        assert devices.note(ROLLOUT, heard)
    assert one(devices, "a") == Device(
        job_id=JOB, run_id=RUN.id, latest=report("a", SUCCEEDED, 2, {}), earlier={1: first}
    )
    assert counts(runs) == {SUCCEEDED: 1}


def test_news_of_an_earlier_attempt_may_come_late_and_is_not_counted(devices: DeviceTable, runs: RunTable) -> None:
    devices.note(ROLLOUT, report("a", QUEUED, 1))
    devices.note(ROLLOUT, report("a", IN_PROGRESS, 3))
    for number in (1, 2):
        late = report("a", FAILED, number, {"reason": "no space"})
        assert devices.note(ROLLOUT, late)
        assert not devices.note(ROLLOUT, late)
        assert one(devices, "a").earlier[number] == late
    assert one(devices, "a").latest.number == 3
    assert counts(runs) == {IN_PROGRESS: 1}


def test_only_the_latest_of_many_attempts_are_kept(devices: DeviceTable) -> None:
    for number in range(1, KEPT + 4):
        devices.note(ROLLOUT, report("a", DeviceStatus.REMOVED, number))
    assert list(one(devices, "a").earlier) == list(range(3, KEPT + 3))
    assert not devices.note(ROLLOUT, report("a", FAILED, 1)), "forgotten, it stays so"
