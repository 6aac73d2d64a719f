"""The devices of fleet runs: their reports, and their numbers in the run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.aws.table.devices import DeviceTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table, run_key
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.page import PageRequest
from tests.aws.conftest import NOW, RUN, SUCCESS
from tests.aws.fleets import FLEET_RUN, JOB, ROLLOUT, counts, one, report

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

QUEUED, IN_PROGRESS, SUCCEEDED, FAILED = (
    DeviceStatus.QUEUED,
    DeviceStatus.IN_PROGRESS,
    DeviceStatus.SUCCEEDED,
    DeviceStatus.FAILED,
)
ALL = tuple(DeviceStatus)


@contextmanager
def calls(client: "DynamoDBClient") -> Iterator[list[str]]:
    """The names of the operations that are called."""
    heard: list[str] = []

    def hear(model: Any, **_: Any) -> None:
        heard.append(model.name)

    client.meta.events.register("before-call.dynamodb", hear)
    yield heard
    client.meta.events.unregister("before-call.dynamodb", hear)


def test_each_step_moves_the_device_in_the_numbers_of_its_run(devices: DeviceTable, runs: RunTable) -> None:
    heard = [
        ("a", QUEUED, {QUEUED: 1}),
        ("b", IN_PROGRESS, {QUEUED: 1, IN_PROGRESS: 1}),
        ("a", IN_PROGRESS, {IN_PROGRESS: 2}),
        ("a", FAILED, {IN_PROGRESS: 1, FAILED: 1}),
        ("b", SUCCEEDED, {SUCCEEDED: 1, FAILED: 1}),
    ]
    for thing, status, expected in heard:
        assert devices.note(ROLLOUT, report(thing, status))
        assert counts(runs) == expected
        for earlier in (status, QUEUED):
            assert not devices.note(ROLLOUT, report(thing, earlier))
        assert counts(runs) == expected
        assert one(devices, thing).latest.status is status


def test_one_read_and_one_transaction(devices: DeviceTable, dynamodb: "DynamoDBClient") -> None:
    with calls(dynamodb) as made:
        devices.note(ROLLOUT, report("a", QUEUED))
        devices.note(ROLLOUT, report("a", SUCCEEDED))
        assert made == ["BatchGetItem", "TransactWriteItems"] * 2
        devices.note(ROLLOUT, report("a", FAILED))
        assert made[4:] == ["BatchGetItem"]


def test_news_after_the_end_of_the_run_is_kept_and_counted(devices: DeviceTable, runs: RunTable) -> None:
    devices.note(ROLLOUT, report("a", IN_PROGRESS))
    runs.settle(JOB, RUN.id, SUCCESS, NOW)
    assert devices.note(ROLLOUT, report("a", SUCCEEDED))
    assert counts(runs) == {SUCCEEDED: 1}


def test_nothing_is_kept_of_devices_without_a_run(devices: DeviceTable, table: Table) -> None:
    table.delete(run_key(JOB, RUN.id), "attribute_exists(PK)")
    assert not devices.note(ROLLOUT, report("a", FAILED))
    assert devices.page(JOB, RUN.id, PageRequest(limit=10), ALL).items == []


def test_an_expired_run_counts_as_deleted(devices: DeviceTable, runs: RunTable, dynamodb: "DynamoDBClient") -> None:
    run_id = RUN.id + "b"
    runs.put(replace(FLEET_RUN, id=run_id, plan=replace(FLEET_RUN.plan, keep_seconds=60)), None)
    runs.settle(JOB, run_id, SUCCESS, NOW)
    for seconds, is_noted in ((59, True), (61, False)):
        then = Table(lambda: dynamodb, "shiftwork", clock=(NOW + timedelta(seconds=seconds)).timestamp)
        late = report(f"after-{seconds}", FAILED)
        assert DeviceTable(then, 30).note(replace(ROLLOUT, run_id=run_id), late) is is_noted
