"""More than 100 things, or a query to be followed, take a temporary group: made, used, and removed by the sweep."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from functions.wiring import platform
from tests.api.conftest import RUNS
from tests.api.fleets.fleet import Fleet, Run
from tests.fleets.door import IotError

pytestmark = pytest.mark.slow

THINGS = [f"lamp-{number:03}" for number in range(101)]
DAYS = 24 * 60  # minutes


@pytest.fixture
def lamps(fleet: Fleet) -> Fleet:
    """With 101 lamps."""
    fleet.iot.add_things(*THINGS, kind="lamp")
    return fleet


def test_more_things_than_iot_takes_are_gone_to_by_a_group_that_the_sweep_removes(lamps: Fleet) -> None:
    run = lamps.begin(targets={"things": THINGS})
    group = lamps.iot_id(run)
    assert lamps.iot.account.members(group) == THINGS
    assert [arn.rpartition(":")[2] for arn in lamps.job(run).asked["targets"]] == [f"thinggroup/{group}"]
    assert lamps.counts(run) == {"QUEUED": 101}
    lamps.iot.report(group, "SUCCEEDED", *THINGS)
    assert lamps.end(run)["message"] == "101 of 101 devices succeeded."
    assert group in lamps.iot.account.groups
    assert lamps.sweep(minutes=1) == [], "somebody may still be about to make it"
    assert lamps.sweep() == [run["id"]]
    assert lamps.iot.account.groups.keys() == {"pumps"}
    assert lamps.sweep() == []


def test_a_hundred_things_are_gone_to_one_by_one(lamps: Fleet) -> None:
    run = lamps.begin(targets={"things": THINGS[:99], "groups": ["pumps"]})
    assert len(lamps.job(run).asked["targets"]) == 100
    assert lamps.iot.account.groups.keys() == {"pumps"}
    assert lamps.counts(run) == {"QUEUED": 102}


def full(fleet: Fleet, *things: str) -> None:
    """Put things into as many groups as AWS IoT allows."""
    for number in range(10):
        fleet.iot.add_things(*things, group=f"floor-{number}")


def test_a_device_in_ten_groups_is_left_out_and_can_be_reached_by_a_retry(lamps: Fleet) -> None:
    full(lamps, "lamp-007")
    run = lamps.begin(targets={"things": THINGS}, success={"maxFailed": 1})
    assert lamps.counts(run) == {"LEFT_OUT": 1, "QUEUED": 100}
    (device,) = lamps.call("GET", f"{RUNS}/{run['id']}/devices?status=LEFT_OUT").json
    assert (device["thing"], device["attempts"]) == ("lamp-007", [])
    assert device["details"]["reason"].startswith("The thing is in 10 thing groups, as many as AWS IoT allows")
    lamps.iot.report(lamps.iot_id(run), "SUCCEEDED", *[thing for thing in THINGS if thing != "lamp-007"])
    lamps.tell_all()
    assert lamps.end(run)["message"] == "100 of 101 devices succeeded (LEFT_OUT: 1)."
    again = lamps.call("POST", f"{RUNS}/{run['id']}/actions/retry-devices", {"statuses": ["LEFT_OUT"]}).json
    lamps.roll_out(again)
    assert lamps.devices(again) == {"lamp-007": "QUEUED"}


def test_a_device_that_is_left_out_has_failed(lamps: Fleet) -> None:
    full(lamps, "lamp-007")
    run = lamps.begin(targets={"things": THINGS})
    lamps.iot.report(lamps.iot_id(run), "SUCCEEDED", *[thing for thing in THINGS if thing != "lamp-007"])
    assert lamps.end(run)["reason"] == "DEVICES_FAILED"


def test_a_device_that_is_no_longer_full_at_a_repeated_call_gets_the_job(lamps: Fleet) -> None:
    full(lamps, "lamp-007")
    lamps.save(targets={"things": THINGS})
    run = lamps.trigger()
    lamps.door.refusals["CreateJob"] = IotError("ThrottlingException", "Slow down")
    with pytest.raises(ClientError):
        lamps.roll_out(run)
    assert lamps.counts(run) == {"LEFT_OUT": 1}
    lamps.door.refusals.clear()
    lamps.iot.remove_thing("lamp-007", group="floor-0")
    assert lamps.roll_out(run) == {}
    assert lamps.counts(run) == {"QUEUED": 101}


def test_a_rollout_that_reaches_nobody_ends_at_once(lamps: Fleet) -> None:
    full(lamps, *THINGS)
    lamps.save(targets={"things": THINGS})
    run = lamps.trigger()
    told = lamps.roll_out(run)
    assert told["error"] == "Shiftwork.NoDevices"
    assert told["cause"].startswith("No device could be reached. Each of them: The thing is in 10 thing groups")


def test_devices_that_have_ended_leave_the_group_while_others_work(lamps: Fleet) -> None:
    """A device that failed may be retried by AWS IoT: it stays until the job has ended."""
    run = lamps.begin(timeout=86_400, targets={"things": THINGS})
    group = lamps.iot_id(run)
    lamps.iot.start(group, "lamp-001")
    lamps.iot.report(group, "SUCCEEDED", *THINGS[2:])
    lamps.iot.report(group, "FAILED", "lamp-000")
    lamps.tell_all()
    assert lamps.sweep(minutes=10) == [], "the function that gathers them may still be called again"
    assert lamps.sweep(minutes=20) == [run["id"]]
    assert lamps.iot.account.members(group) == THINGS[:2]
    assert lamps.sweep(minutes=22) == []
    lamps.call("POST", f"{RUNS}/{run['id']}/actions/stop")
    lamps.tell_all()
    assert lamps.sweep(minutes=60) == [run["id"]]
    assert lamps.iot.account.members(group) == ["lamp-001"], "AWS IoT retries no device of a canceled job"
    assert lamps.counts(run) == {"SUCCEEDED": 99, "FAILED": 1, "IN_PROGRESS": 1}
    lamps.iot.report(group, "SUCCEEDED", "lamp-001")
    lamps.tell_all()
    lamps.sweep(minutes=62)
    assert lamps.iot.account.groups.keys() == {"pumps"}


def begin_with_a_group(fleet: Fleet) -> Run:
    """A run that has a temporary group, with one of its three devices at work."""
    run = fleet.begin(timeout=86_400, targets={"query": "kind:pump"}, targetSelection="CONTINUOUS")
    fleet.iot.start(fleet.iot_id(run), "pump-1")
    return run


def test_a_group_stays_as_long_as_devices_are_at_work(fleet: Fleet) -> None:
    """Without it they would be no targets any more, and IoT would take the job from them."""
    run = begin_with_a_group(fleet)
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert fleet.sweep(2 * DAYS) == []
    assert fleet.sweep(2 * DAYS) == []
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.tell_all()
    assert fleet.sweep(3 * DAYS) == [run["id"]]
    assert fleet.iot.account.groups.keys() == {"pumps"}
    assert fleet.counts(run) == {"SUCCEEDED": 1, "CANCELED": 2}


def test_a_device_that_never_reports_keeps_the_group_for_a_week(fleet: Fleet) -> None:
    run = begin_with_a_group(fleet)
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert fleet.sweep(8 * DAYS) == [run["id"]]
    assert fleet.iot.account.groups.keys() == {"pumps"}


def test_a_group_that_was_begun_and_not_used_is_removed(lamps: Fleet) -> None:
    """The function ended half way, and the run was stopped then."""
    lamps.save(targets={"things": THINGS})
    run = lamps.trigger()
    lamps.iot.remove_thing("lamp-100")
    assert "lamp-100" in lamps.roll_out(run)["cause"]
    assert lamps.iot_id(run) in lamps.iot.account.groups
    assert lamps.end(run)["reason"] == "START_FAILED"
    assert lamps.sweep() == [run["id"]]
    assert lamps.iot.account.groups.keys() == {"pumps"}


def test_a_group_that_cannot_be_deleted_now_is_deleted_later(fleet: Fleet) -> None:
    run = begin_with_a_group(fleet)
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop?force=true")
    fleet.tell_all()
    fleet.door.refusals["DeleteDynamicThingGroup"] = IotError("ThrottlingException", "Slow down")
    with pytest.raises(ExceptionGroup):
        fleet.sweep()
    fleet.door.refusals.clear()
    assert fleet.sweep() == [run["id"]]
    assert fleet.iot.account.groups.keys() == {"pumps"}


def test_a_continuous_run_follows_its_query(lamps: Fleet) -> None:
    run = lamps.begin(timeout=86_400, targets={"query": "kind:pump"}, targetSelection="CONTINUOUS")
    group, job = lamps.iot.account.groups[lamps.iot_id(run)], lamps.iot_id(run)
    assert group.query == "kind:pump"
    assert lamps.counts(run) == {"QUEUED": 3}
    lamps.iot.report(job, "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    lamps.tell_all()
    assert lamps.waits(run), "more may join"
    lamps.iot.add_things("pump-4", kind="pump")
    lamps.iot.report(job, "FAILED", "pump-4")
    lamps.tell_all()
    assert lamps.counts(run) == {"SUCCEEDED": 3, "FAILED": 1}
    told = lamps.close(run)
    assert (told["error"], lamps.get(run)["reason"]) == ("Shiftwork.Deadline", "DEADLINE")
    assert lamps.job(run).status == "CANCELED"
    assert lamps.sweep() == [run["id"]]
    assert lamps.iot.account.groups.keys() == {"pumps"}


def test_a_device_that_leaves_counts_for_nothing_and_one_that_comes_back_has_the_job_again(fleet: Fleet) -> None:
    run = fleet.begin(timeout=86_400, targets={"groups": ["pumps"]}, targetSelection="CONTINUOUS")
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.iot.remove_thing("pump-2", group="pumps")
    fleet.iot.remove_thing("pump-3")
    fleet.tell_all()
    assert fleet.counts(run) == {"SUCCEEDED": 1, "REMOVED": 2}
    fleet.iot.add_things("pump-2", group="pumps")
    fleet.wait(run)
    assert fleet.devices(run)["pump-2"] == "QUEUED"
    (back,) = fleet.call("GET", f"{RUNS}/{run['id']}/devices?status=QUEUED").json
    assert [one["status"] for one in back["attempts"]] == ["REMOVED", "QUEUED"]
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-2")
    fleet.tell_all()
    told = fleet.close(run)
    assert (told["error"], fleet.get(run)["status"]) == ("", "SUCCESS")


def test_a_sweep_without_time_begins_nothing(fleet: Fleet) -> None:
    run = begin_with_a_group(fleet)
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop?force=true")
    fleet.tell_all()
    later = datetime.now(UTC) + timedelta(minutes=20)
    assert platform().rollout_sweeper.sweep_rollouts(later, lambda: False) == []
    assert platform().rollout_sweeper.sweep_rollouts(later, lambda: True) == [run["id"]]


def test_a_rollout_that_cannot_be_tended_holds_up_no_other(fleet: Fleet) -> None:
    runs = [begin_with_a_group(fleet)]
    for _ in range(2):
        runs.append(fleet.trigger())
        fleet.roll_out(runs[-1])
    fleet.call("POST", "/v1/jobs/team.job/actions/stop")
    fleet.iot.report(fleet.iot_id(runs[0]), "SUCCEEDED", "pump-1")
    fleet.tell_all()
    broken = [True]

    def strike(**_: object) -> None:
        if broken:
            broken.pop()
            raise ConnectionError

    clients.iot().meta.events.register("before-call.iot.DeleteDynamicThingGroup", strike)
    with pytest.raises(ExceptionGroup):
        fleet.sweep()
    assert len(fleet.iot.account.groups) == 2, "the pumps, and what failed"
    assert len(fleet.sweep()) == 1


def test_a_query_that_finds_more_than_can_be_gathered_is_refused_before_the_group_is_made(fleet: Fleet) -> None:
    fleet.save(targets={"query": "kind:lamp"})
    run = fleet.trigger()
    fleet.iot.account.things |= {f"lamp-{number}": {"kind": "lamp"} for number in range(10_001)}
    told = fleet.roll_out(run)
    assert told["error"] == "Shiftwork.NotRolledOut"
    assert told["cause"].startswith("The targets are 10001 devices, and a temporary group takes 10000. Name")
    assert fleet.iot.account.groups.keys() == {"pumps"}
    assert fleet.end(run)["reason"] == "START_FAILED"
