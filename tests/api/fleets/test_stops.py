"""A fleet run is stopped, in all ways, or comes to its time limit: its IoT job goes on no more."""

import pytest
from botocore.exceptions import ClientError

from tests.api.conftest import RUNS
from tests.api.firings import fire, schedule
from tests.api.fleets.fleet import Fleet, Run
from tests.fleets.core import RefusedByIotError
from tests.fleets.door import IotError


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run with two devices at work."""
    run = fleet.begin()
    fleet.iot.start(fleet.iot_id(run), "pump-1", "pump-3")
    return run


def stop(fleet: Fleet, run: Run, query: str = "") -> Run:
    """A caller stops it."""
    answer = fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop{query}")
    assert answer.status == 200
    return dict(answer.json)


def test_a_stop_names_the_devices_that_go_on(fleet: Fleet, run: Run) -> None:
    stopped = stop(fleet, run)
    assert (stopped["status"], stopped["reason"]) == ("FAILED", "STOPPED")
    assert stopped["message"] == "Stopped by an API call. Devices that were working on it: pump-1, pump-3."
    job = fleet.job(run)
    assert (job.status, job.ended["reasonCode"], job.ended["forceCanceled"]) == ("CANCELED", "SHIFTWORK_STOPPED", False)
    assert dict(job.counts()) == {"IN_PROGRESS": 2, "CANCELED": 1}
    assert not fleet.waits(run)


def test_what_devices_report_after_a_stop_is_kept_and_changes_no_verdict(fleet: Fleet, run: Run) -> None:
    stopped = stop(fleet, run)
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", step="done")
    fleet.tell_all()
    fleet.settle(run)
    found = fleet.get(run)
    unchanged = ("status", "reason", "message", "completedAt")
    assert [found[name] for name in unchanged] == [stopped[name] for name in unchanged]
    fleet.wait(run)
    assert fleet.devices(run) == {"pump-1": "SUCCEEDED", "pump-2": "CANCELED", "pump-3": "IN_PROGRESS"}
    assert fleet.counts(run) == {"SUCCEEDED": 1, "CANCELED": 1, "IN_PROGRESS": 1}
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-3")
    fleet.tell_all()
    assert fleet.counts(run) == {"SUCCEEDED": 1, "CANCELED": 1, "FAILED": 1}
    assert fleet.get(run)["reason"] == "STOPPED"
    assert fleet.sweep() == [run["id"]]
    assert fleet.sweep() == []


def test_a_stop_by_force_takes_the_job_from_devices_at_work(fleet: Fleet, run: Run) -> None:
    stopped = stop(fleet, run, "?force=true")
    assert stopped["reason"] == "STOPPED"
    assert dict(fleet.job(run).counts()) == {"CANCELED": 3}
    with pytest.raises(RefusedByIotError):
        fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.tell_all()
    assert fleet.counts(run) == {"CANCELED": 3}


def test_a_stop_names_ten_devices_and_no_more(fleet: Fleet) -> None:
    names = [f"lamp-{number:02}" for number in range(12)]
    fleet.iot.add_things(*names, group="lamps")
    run = fleet.begin(targets={"groups": ["lamps"]})
    fleet.iot.start(fleet.iot_id(run), *names)
    message = stop(fleet, run)["message"]
    assert f"Devices that were working on it: {', '.join(names[:10])} and others." in message


def test_a_stop_of_a_run_with_nobody_at_work_says_nothing_of_devices(fleet: Fleet) -> None:
    run = fleet.begin()
    assert stop(fleet, run)["message"] == "Stopped by an API call."
    assert stop(fleet, run)["message"] == "Stopped by an API call.", "again changes nothing"
    fleet.tell_all()
    assert fleet.counts(run) == {"CANCELED": 3}


def test_a_stop_that_iot_does_not_hear_is_made_good_by_the_sweep(fleet: Fleet, run: Run) -> None:
    fleet.door.refusals["CancelJob"] = IotError("ThrottlingException", "Slow down")
    with pytest.raises(ClientError):
        stop(fleet, run)
    fleet.door.refusals.clear()
    assert not fleet.waits(run)
    fleet.settle(run)
    assert fleet.get(run)["reason"] == "STOPPED"
    assert fleet.job(run).status == "IN_PROGRESS"
    assert fleet.sweep() == [run["id"]]
    assert fleet.job(run).status == "CANCELED"


def test_all_runs_of_a_job_are_stopped_with_their_iot_jobs(fleet: Fleet, run: Run) -> None:
    other = fleet.trigger()
    fleet.roll_out(other)
    answer = fleet.call("POST", "/v1/jobs/team.job/actions/stop").json
    assert set(answer["stopped"]) == {run["id"], other["id"]}
    assert {job.status for job in fleet.iot.account.jobs.values()} == {"CANCELED"}


def test_who_aborts_the_execution_in_the_console_ends_the_run_and_the_sweep_its_job(fleet: Fleet, run: Run) -> None:
    fleet.waiting.end(run["id"], "ABORTED", cause="enough")
    fleet.settle(run)
    found = fleet.get(run)
    assert (found["status"], found["reason"], found["message"]) == ("FAILED", "ABORTED", "enough")
    assert fleet.sweep() == [run["id"]]
    assert fleet.job(run).status == "CANCELED"
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-3")
    fleet.tell_all()
    assert fleet.counts(run) == {"SUCCEEDED": 2, "CANCELED": 1}
    assert fleet.sweep() == [run["id"]]
    assert fleet.sweep() == []


def test_a_job_that_is_canceled_in_the_console_ends_the_run_with_the_words_of_who_did(fleet: Fleet) -> None:
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.iot.cancel(fleet.iot_id(run), "WRONG_VERSION", "not this one")
    ended = fleet.end(run)
    assert (ended["status"], ended["reason"]) == ("FAILED", "ABORTED")
    assert ended["message"] == (
        "1 of 3 devices succeeded (CANCELED: 2). The IoT job was canceled (WRONG_VERSION: not this one)."
    )


def test_of_a_canceled_job_devices_at_work_are_waited_for(fleet: Fleet, run: Run) -> None:
    fleet.iot.cancel(fleet.iot_id(run))
    fleet.tell_all()
    assert fleet.waits(run)
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-3")
    fleet.tell_all()
    assert fleet.sweep() == [run["id"]], "no event tells that the last one is done"
    fleet.settle(run)
    ended = fleet.get(run)
    assert ended["message"] == "2 of 3 devices succeeded (CANCELED: 1). The IoT job was canceled."


def test_a_job_that_is_deleted_in_the_console_ends_the_run(fleet: Fleet, run: Run) -> None:
    fleet.iot.delete(fleet.iot_id(run))
    fleet.tell_all()
    assert fleet.sweep(minutes=1) == [], "it may not be made yet"
    assert fleet.sweep() == [run["id"]]
    fleet.settle(run)
    ended = fleet.get(run)
    assert (ended["status"], ended["reason"]) == ("FAILED", "ABORTED")
    assert "deleted" in ended["message"]


def test_too_many_failures_abort_the_rollout(fleet: Fleet) -> None:
    abort = [{"failureType": "FAILED", "thresholdPercentage": 50, "minNumberOfExecutedThings": 2}]
    run = fleet.begin(abort=abort)
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1", "pump-2")
    ended = fleet.end(run)
    assert (ended["status"], ended["reason"]) == ("FAILED", "ABORTED")
    assert ended["message"].startswith("0 of 3 devices succeeded (FAILED: 2, CANCELED: 1). IoT stopped the rollout")


@pytest.mark.parametrize(("success", "reason"), [({}, "DEADLINE"), ({"minSucceeded": 1}, None)])
def test_at_the_time_limit_what_is_done_by_then_is_judged(fleet: Fleet, success: dict[str, int], reason: str) -> None:
    run = fleet.begin(success=success)
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.iot.start(fleet.iot_id(run), "pump-2")
    told = fleet.close(run)
    ended = fleet.get(run)
    assert (ended["status"], ended["reason"]) == ("FAILED" if reason else "SUCCESS", reason)
    assert told["cause"] == ended["message"]
    words = "It was ended at its time limit (timeoutSeconds). 1 of 3 devices succeeded (QUEUED: 1, IN_PROGRESS: 1)."
    assert ended["message"].startswith(words)
    assert dict(fleet.job(run).counts()) == {"SUCCEEDED": 1, "IN_PROGRESS": 1, "CANCELED": 1}
    fleet.tell_all()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-2")
    fleet.tell_all()
    assert fleet.get(run)["reason"] == reason
    assert fleet.counts(run) == {"SUCCEEDED": 2, "CANCELED": 1}


def test_a_run_that_was_never_rolled_out_is_ended_at_its_time_limit(fleet: Fleet) -> None:
    fleet.save()
    run = fleet.trigger()
    fleet.waiting.enter(run["id"])
    told = fleet.close(run)
    assert told["error"] == "Shiftwork.Deadline"
    assert fleet.get(run)["message"] == ("The run reached its time limit (timeoutSeconds) before it was rolled out.")


def test_a_rollout_that_ended_in_time_is_no_late_one_although_nobody_told_so(fleet: Fleet) -> None:
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    fleet.iot.events.clear()
    assert fleet.close(run)["error"] == ""
    ended = fleet.get(run)
    assert (ended["status"], ended["message"]) == ("SUCCESS", "3 of 3 devices succeeded.")


def test_a_firing_that_replaces_a_rollout_takes_it_back(fleet: Fleet) -> None:
    fleet.save()
    schedule(fleet.call, "REPLACE")
    assert fire() == "run"
    (first,) = fleet.call("GET", RUNS).json
    fleet.roll_out(first)
    fleet.iot.start(fleet.iot_id(first), "pump-1")
    assert fire(1) == "run"
    assert dict(fleet.job(first).counts()) == {"IN_PROGRESS": 1, "CANCELED": 2}
    replaced = fleet.get(first)
    assert (replaced["status"], replaced["reason"]) == ("FAILED", "STOPPED")
    assert replaced["message"].endswith("Devices that were working on it: pump-1.")
    (second,) = fleet.call("GET", RUNS).json
    assert fleet.roll_out(second) == {}
    assert fleet.job(second).status == "IN_PROGRESS"


def test_closing_twice_says_the_same(fleet: Fleet, run: Run) -> None:
    first = fleet.close(run)
    second = fleet.close(run)
    assert first["error"] == second["error"] == "Shiftwork.Deadline"
    assert fleet.get(run)["message"] == first["cause"]
