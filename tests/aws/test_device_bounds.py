"""Whatever a device reports fits into the table."""

from typing import TYPE_CHECKING

from functions.aws.table.devices import DeviceTable
from functions.jobs.model.device import KEPT, DeviceStatus
from tests.aws.fleets import ROLLOUT, one, report

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

QUEUED, SUCCEEDED, FAILED = DeviceStatus.QUEUED, DeviceStatus.SUCCEEDED, DeviceStatus.FAILED
ALL = tuple(DeviceStatus)


def test_rubbish_cannot_break_the_table(devices: DeviceTable) -> None:
    rubbish = {f"{n}{'n' * 10_000}": '\ud800\n"\\\x00é' * 10_000 for n in range(100)}
    for number in range(1, KEPT + 3):
        assert devices.note(ROLLOUT, report("a", FAILED, number, rubbish))
    device = one(devices, "a")
    assert device.latest.details is not None
    assert {len(value) for value in device.latest.details.values()} == {1024}
    assert next(iter(device.latest.details.values())).startswith('  "\\ é')
    assert len(device.latest.details) == 10
    assert len(device.earlier) == KEPT
    assert devices.note(ROLLOUT, report("b", FAILED, 1, {"": ""}))
    assert one(devices, "b").latest.details == {"": ""}


def test_the_largest_device_fits_into_an_item(devices: DeviceTable, dynamodb: "DynamoDBClient") -> None:
    """DynamoDB Developer Guide, "Constraints": 400 KB. moto has this limit too."""
    wide = {f"{n}{chr(0x1F600) * 200}": chr(0x1F600) * 2000 for n in range(10)}
    for number in range(1, KEPT + 2):
        assert devices.note(ROLLOUT, report("a", FAILED, number, wide))
    assert len(one(devices, "a").earlier) == KEPT
