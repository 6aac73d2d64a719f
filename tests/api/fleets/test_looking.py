"""What no event tells, or an event that was lost, is read from IoT's own list: by readers, and by the sweep."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.aws import clients
from functions.events import sweep
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.page import PageRequest
from functions.jobs.runs.end_rollout import EventsOffError
from functions.wiring import platform
from tests.api.conftest import CONTEXT, RUNS, walk
from tests.api.firings import meanwhile, refused
from tests.api.fleets.fleet import Fleet, Run


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run that was rolled out to three devices."""
    return fleet.begin()


def test_a_reader_sees_who_has_begun(fleet: Fleet, run: Run) -> None:
    fleet.iot.start(fleet.iot_id(run), "pump-2")
    fleet.wait(run)
    assert fleet.devices(run) == {"pump-1": "QUEUED", "pump-2": "IN_PROGRESS", "pump-3": "QUEUED"}
    (found,) = fleet.call("GET", f"{RUNS}/{run['id']}/devices?status=IN_PROGRESS").json
    assert found["attempts"][0]["startedAt"]
    assert fleet.counts(run) == {"QUEUED": 2, "IN_PROGRESS": 1}


def test_readers_share_a_look_for_five_seconds(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    found, rollout = platform().runs.get("team.job", run["id"]), platform().rollouts.get(run["id"])
    assert found and rollout and rollout.looked_at
    for seconds, calls in ((4, []), (6, ["DescribeJob"]), (7, ["DescribeJob"])):
        aws_calls.clear()
        at = rollout.looked_at + timedelta(seconds=seconds)
        platform().device_pages.read_devices(found, PageRequest(limit=10), list(DeviceStatus), at, lambda: True)
        assert [name for name in aws_calls if name.endswith(("Job", "ForJob"))] == calls


def test_who_reads_further_pages_does_not_look_again(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    fleet.wait(run)
    aws_calls.clear()
    found = walk(fleet.call, f"{RUNS}/{run['id']}/devices?limit=1")
    assert [device["thing"] for device in found] == ["pump-1", "pump-2", "pump-3"]
    assert aws_calls.count("DescribeJob") == 1


def test_a_lost_event_is_made_good_by_a_reader(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1", why="lost")
    (lost,) = fleet.iot.events
    fleet.iot.events.clear()
    fleet.wait(run)
    assert fleet.devices(run, "?status=FAILED") == {"pump-1": "FAILED"}
    (found,) = fleet.call("GET", f"{RUNS}/{run['id']}/devices?status=FAILED").json
    assert found["details"] is None, "a list does not tell them"
    fleet.tell(lost)
    (found,) = fleet.call("GET", f"{RUNS}/{run['id']}/devices?status=FAILED").json
    assert found["details"] == {"why": "lost"}, "it was only late"
    assert fleet.counts(run) == {"FAILED": 1, "QUEUED": 2}


def test_when_all_events_are_lost_the_sweep_ends_the_run(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2")
    fleet.iot.report(fleet.iot_id(run), "REJECTED", "pump-3")
    fleet.iot.events.clear()
    assert fleet.sweep() == [run["id"]]
    fleet.settle(run)
    ended = fleet.get(run)
    assert (ended["reason"], fleet.counts(run)) == ("DEVICES_FAILED", {"SUCCEEDED": 2, "REJECTED": 1})
    assert fleet.sweep() == [run["id"]], "it is let go of"
    assert fleet.sweep() == []


def test_a_job_that_is_rolled_out_slowly_is_followed(fleet: Fleet) -> None:
    """IoT has not notified anybody when CreateJob answers."""
    fleet.iot.rolls_out = False
    run = fleet.begin(rollout={"maximumPerMinute": 1})
    assert fleet.counts(run) == {}
    for notified in (1, 2, 3):
        fleet.iot.roll_out(fleet.iot_id(run), 1)
        fleet.sweep()
        assert fleet.counts(run) == {"QUEUED": notified}


def test_a_look_that_is_out_of_time_goes_on_where_it_was(fleet: Fleet) -> None:
    names = [f"lamp-{number:02}" for number in range(20)]
    fleet.iot.add_things(*names, group="lamps")
    fleet.iot.rolls_out = False
    run = fleet.begin(targets={"groups": ["lamps"]})
    fleet.iot.roll_out(fleet.iot_id(run))
    fleet.door.page = 6
    listed: list[str] = []
    clients.iot().meta.events.register(
        "before-parameter-build.iot.ListJobExecutionsForJob",
        lambda params, **_: listed.append(params.get("nextToken", "0")),
    )
    left = [True]
    for minutes in (10, 11, 12, 13):
        now = datetime.now(UTC) + timedelta(minutes=minutes)
        platform().rollout_sweeper.sweep_rollouts(now, lambda: not left or left.pop())
        left.append(True)
    assert listed == ["0", "6", "12", "18"]
    assert fleet.counts(run) == {"QUEUED": 20}


def test_events_that_somebody_switched_off_are_told_by_the_sweep_and_by_health(fleet: Fleet, run: Run) -> None:
    assert fleet.call("GET", "/v1/health").json == {
        "healthy": True,
        "checks": [
            {
                "name": "iot-job-events",
                "healthy": True,
                "message": "AWS IoT publishes job events: Shiftwork sees what devices do.",
            }
        ],
    }
    assert fleet.sweep() == []
    fleet.iot.account.events_on = False
    health = fleet.call("GET", "/v1/health").json
    assert health["healthy"] is False
    assert "update-event-configurations" in health["checks"][0]["message"]
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    assert fleet.iot.events == []
    with pytest.RaisesGroup(EventsOffError):
        fleet.sweep()
    assert not fleet.waits(run), "it is followed all the same, only later"


def test_without_rollouts_nobody_asks_for_the_events(fleet: Fleet, aws_calls: list[str]) -> None:
    fleet.iot.account.events_on = False
    assert fleet.sweep() == []
    assert "DescribeEventConfigurations" not in aws_calls


def test_the_sweep_says_which_rollouts_it_tended_whatever_else_fails(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    assert sweep.handler({}, CONTEXT)["rollouts"] == [run["id"]]
    again = fleet.trigger()
    fleet.roll_out(again)
    fleet.iot.report(fleet.iot_id(again), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    with meanwhile("Query", refused), pytest.raises(ExceptionGroup):
        sweep.handler({}, CONTEXT)
    assert not fleet.waits(again), "that the runs could not be swept has held up no rollout"


def test_of_devices_that_changed_places_each_is_heard(fleet: Fleet) -> None:
    """Whose numbers by status are as they were, or nearly: what was lost of one hides what was lost of another."""
    run = fleet.begin(retry=[{"failureType": "FAILED", "numberOfRetries": 1}])
    job = fleet.iot_id(run)
    fleet.iot.report(job, "SUCCEEDED", "pump-3")
    fleet.iot.report(job, "FAILED", "pump-1")
    fleet.tell_all()
    fleet.iot.start(job, "pump-1", "pump-2")
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop")
    fleet.iot.report(job, "SUCCEEDED", "pump-1")
    fleet.iot.report(job, "FAILED", "pump-2")
    fleet.iot.events.clear()
    assert fleet.counts(run) == {"SUCCEEDED": 1, "FAILED": 1, "QUEUED": 1}
    for _ in range(4):
        fleet.sweep()
    assert fleet.counts(run) == {"SUCCEEDED": 2, "FAILED": 1}
    assert fleet.sweep() == []


def test_a_list_that_is_late_is_waited_for(fleet: Fleet, run: Run) -> None:
    """The job's end is told first, and IoT's list does not have its devices yet."""
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    *devices, job = fleet.iot.events
    fleet.door.is_late = True
    fleet.tell(job)
    assert fleet.sweep(minutes=1) == []
    assert fleet.waits(run)
    fleet.tell(*devices)
    assert fleet.sweep(minutes=3) == [run["id"]]
    fleet.settle(run)
    assert fleet.get(run)["message"] == "3 of 3 devices succeeded."


def test_a_list_that_stays_late_is_not_waited_for_for_ever(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    *devices, job = fleet.iot.events
    fleet.tell(devices[0], devices[1])
    fleet.door.is_late = True
    fleet.tell(job)
    assert fleet.waits(run)
    assert fleet.sweep(minutes=6) == [run["id"]]
    fleet.settle(run)
    ended = fleet.get(run)
    assert (ended["reason"], ended["message"]) == (
        "DEVICES_FAILED",
        "2 of 3 devices succeeded (QUEUED: 1). maxFailed is 0.",
    )
