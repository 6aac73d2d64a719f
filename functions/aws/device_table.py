"""The devices of fleet runs: an item each, and their numbers by status in the run."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from functions.aws.device_counts import count
from functions.aws.device_items import device_item, device_key, device_of, thing_list
from functions.aws.device_lists import query_of_run
from functions.aws.pages import key_of, page
from functions.aws.run_items import run_key
from functions.aws.table import CancelledError, Item, Operation, Table, pack
from functions.aws.task_items import expiry
from functions.jobs.model.device import Device, DeviceReport, DeviceStatus, hear
from functions.jobs.model.page import Page, PageWish
from functions.jobs.model.rollout import Rollout

_RACES = 5  # news of one device that came in between, before somebody else has to try again
_PLACE = key_of("PK", "SK", "GSI1PK", "GSI1SK")


class DeviceTable:
    """Implements functions.jobs.ports.fleet.DeviceStore."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def note(self, rollout: Rollout, report: DeviceReport) -> bool:
        """Keep what is heard, in one transaction with the run's counts; False if it is no news, or no run is there.

        Also after the run's end: what a device says late is counted.
        """
        for races_left in reversed(range(_RACES)):
            run, known = self._read(rollout, report.thing)
            before = device_of(known) if known else None
            device = hear(before, report) if before else _new(rollout, report)
            if run is None or device is None:
                return False
            try:
                self._table.transact(
                    {"device": self._put(device, run, known), "run": count(rollout, before, device)},
                )
            except CancelledError as cancelled:
                if "run" in cancelled.failed:
                    return False
                if not races_left:
                    raise
            else:
                return True
        raise AssertionError  # the last race is raised

    def page(self, job_id: str, run_id: str, wish: PageWish, statuses: Collection[DeviceStatus]) -> Page[Device]:
        """The devices of a run, by the thing's name; raises InvalidTokenError."""
        return page(self._table, wish, device_of, key_of("PK", "SK"), **query_of_run(job_id, run_id, statuses))

    def of_thing(self, thing: str, wish: PageWish) -> Page[Device]:
        """The executions on a device, those of the newest run first; raises InvalidTokenError."""
        return page(
            self._table,
            wish,
            device_of,
            _PLACE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :thing",
            ExpressionAttributeValues=pack({":thing": thing_list(thing)}),
            ScanIndexForward=False,
        )

    def things(self, job_id: str, run_id: str, statuses: Collection[DeviceStatus]) -> Iterator[str]:
        """The names of the run's devices that stand so, in order."""
        for item in self._table.query(**query_of_run(job_id, run_id, statuses)):
            yield device_of(item).latest.thing

    def _read(self, rollout: Rollout, thing: str) -> tuple[Item | None, Item | None]:
        """The run, and the device even if its time is over: its item is in the way of a new one."""
        keys = [run_key(rollout.job_id, rollout.run_id), device_key(rollout.job_id, rollout.run_id, thing)]
        found = {item["SK"]: item for item in self._table.get_all(keys, expired=True)}
        run, device = (found.get(key["SK"]) for key in keys)
        return (run if run and self._table.is_living(run) else None), device

    def _put(self, device: Device, run: Item, known: Item | None) -> Operation:
        version = known["version"] if known else 0
        item = device_item(device) | {
            "version": version + 1,
            "createdAt": run["createdAt"],
            "expiresAt": expiry(run["plan"], self._table.clock(), self._retention),
        }
        if not known:
            return "Put", {"Item": pack(item), "ConditionExpression": "attribute_not_exists(PK)"}
        return "Put", {
            "Item": pack(item),
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": pack({":read": version}),
        }


def _new(rollout: Rollout, report: DeviceReport) -> Device:
    return Device(job_id=rollout.job_id, run_id=rollout.run_id, latest=report)
