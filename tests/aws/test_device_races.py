"""Two reports of one device at the same time, or of a device whose run is deleted meanwhile."""

from functools import partial
from typing import TYPE_CHECKING

import pytest

from functions.aws.table.devices import DeviceTable, device_key
from functions.aws.table.runs import RunTable
from functions.aws.table.table import CancelledError, Table, run_key
from functions.jobs.model.device import DeviceStatus
from tests.aws.conftest import NOW, RUN
from tests.aws.fleets import JOB, ROLLOUT, counts, report
from tests.aws.meanwhile import Meanwhile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

QUEUED, IN_PROGRESS, SUCCEEDED, FAILED = (
    DeviceStatus.QUEUED,
    DeviceStatus.IN_PROGRESS,
    DeviceStatus.SUCCEEDED,
    DeviceStatus.FAILED,
)


@pytest.fixture
def raced(devices: DeviceTable, dynamodb: "DynamoDBClient") -> Meanwhile:
    """The same table, for a second writer."""
    return Meanwhile(lambda: dynamodb, "shiftwork", clock=NOW.timestamp)


def test_the_loser_of_a_race_reads_again(devices: DeviceTable, raced: Meanwhile, runs: RunTable) -> None:
    slow = DeviceTable(raced, 30)
    raced.events = iter(
        [
            lambda: devices.note(ROLLOUT, report("a", QUEUED)),
            lambda: devices.note(ROLLOUT, report("a", IN_PROGRESS)),
        ]
    )
    assert slow.note(ROLLOUT, report("a", SUCCEEDED))
    assert counts(runs) == {SUCCEEDED: 1}
    raced.events = iter([lambda: devices.note(ROLLOUT, report("b", FAILED))])
    assert not slow.note(ROLLOUT, report("b", FAILED)), "somebody else has noted it"
    assert counts(runs) == {SUCCEEDED: 1, FAILED: 1}


def test_races_come_to_an_end(devices: DeviceTable, raced: Meanwhile, runs: RunTable) -> None:
    raced.events = iter(partial(devices.note, ROLLOUT, report("a", QUEUED, n)) for n in range(1, 100))
    with pytest.raises(CancelledError):
        DeviceTable(raced, 30).note(ROLLOUT, report("a", FAILED, 200))
    assert counts(runs) == {QUEUED: 1}


def test_a_run_that_is_deleted_meanwhile_gets_no_device(devices: DeviceTable, raced: Meanwhile, table: Table) -> None:
    raced.events = iter([lambda: table.delete(run_key(JOB, RUN.id), "attribute_exists(PK)")])
    assert not DeviceTable(raced, 30).note(ROLLOUT, report("a", FAILED))
    assert table.get(device_key(JOB, RUN.id, "a")) is None
