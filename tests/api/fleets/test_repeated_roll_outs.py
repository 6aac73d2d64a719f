"""The roll-out function is called again, with a new token: it ended half way, or its answer was lost."""

import pytest
from botocore.exceptions import ClientError

from functions.events import roll_out
from tests.api.conftest import CONTEXT, RUNS
from tests.api.firings import meanwhile, refused
from tests.api.fleets.fleet import Fleet
from tests.fleets.door import IotError
from tests.fleets.waiting import execution_of


def created(fleet: Fleet) -> int:
    """How many IoT jobs there are."""
    return len(fleet.iot.account.jobs)


def test_called_twice_it_makes_one_job_and_the_new_token_is_told(fleet: Fleet) -> None:
    run = fleet.begin()
    assert fleet.roll_out(run) == {}
    assert created(fleet) == 1
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    assert fleet.end(run)["status"] == "SUCCESS"


def test_a_job_that_ended_before_the_second_call_is_told_to_the_new_token(fleet: Fleet) -> None:
    """Its event went to the first token, for which nobody waits any more."""
    run = fleet.begin()
    fleet.waiting.enter(run["id"])  # the first call failed, and Step Functions is about to call again
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    fleet.tell_all()
    assert fleet.waits(run)
    told = fleet.roll_out(run)
    assert (told["error"], told["devices"]) == ("", {"SUCCEEDED": 3})
    assert fleet.end(run)["message"] == "3 of 3 devices succeeded."


@pytest.mark.parametrize("operation", ["TransactWriteItems", "GetItem", "UpdateItem"])
def test_a_call_that_fails_half_way_is_made_good_by_the_next(fleet: Fleet, operation: str) -> None:
    fleet.save()
    run = fleet.trigger()
    with meanwhile(operation, refused), pytest.raises(ConnectionError):
        fleet.roll_out(run)
    assert fleet.roll_out(run) == {}
    assert created(fleet) == 1
    assert fleet.counts(run) == {"QUEUED": 3}
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    assert fleet.end(run)["status"] == "SUCCESS"


def test_a_run_that_has_ended_is_not_rolled_out(fleet: Fleet) -> None:
    fleet.save()
    run = fleet.trigger()
    fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert fleet.roll_out(run) == {}
    assert created(fleet) == 0
    assert fleet.sweep() == []


def test_a_run_that_is_stopped_before_its_job_is_made_leaves_none(fleet: Fleet) -> None:
    """Between the first write and CreateJob."""
    fleet.save()
    run = fleet.trigger()
    stops = [lambda: fleet.call("POST", f"{RUNS}/{run['id']}/actions/stop")]

    def stop(model: object, **_: object) -> None:
        if stops:
            stops.pop()()

    from functions.aws import clients  # noqa: PLC0415

    clients.iot().meta.events.register("before-call.iot.CreateJob", stop)
    assert fleet.roll_out(run) == {}
    assert fleet.job(run).status == "CANCELED"
    assert set(fleet.job(run).counts()) == {"CANCELED"}
    assert fleet.get(run)["reason"] == "STOPPED"
    fleet.tell_all()
    assert fleet.sweep() == [run["id"]]
    assert fleet.sweep() == []


def test_a_run_that_was_never_saved_is_nobodys(fleet: Fleet) -> None:
    wanted = {"jobId": "team.job", "runId": "20260102030405kV9x0aaaaa", "token": "t"}
    assert roll_out.handler(wanted, CONTEXT) == {}


def test_a_run_of_containers_is_not_rolled_out(fleet: Fleet) -> None:
    run = {"cpus": 0.1, "mem": 32, "disk": 0, "cmd": "echo hello"}
    fleet.call("POST", "/v1/jobs", {"id": "team.job", "run": run})
    assert fleet.roll_out(fleet.trigger()) == {}
    assert created(fleet) == 0


def test_the_execution_is_told_of_no_device_that_was_not_there(fleet: Fleet) -> None:
    """Tokens of other states, as those of an execution that has ended, change nothing."""
    run = fleet.begin()
    fleet.waiting.end(run["id"], "ABORTED", cause="by hand")
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    fleet.tell_all()
    assert execution_of(run["id"]).status == "ABORTED"
    fleet.settle(run)
    assert fleet.get(run)["reason"] == "ABORTED"


def test_a_job_that_is_there_and_not_found_a_moment_later_is_asked_for_again(fleet: Fleet) -> None:
    """What is read of IoT may be late: that is no reason to give a run up."""
    fleet.save()
    run = fleet.trigger()
    fleet.iot.create({"jobId": fleet.iot_id(run), "targets": [], "description": f"team.job {run['id']}"})
    fleet.door.refusals["DescribeJob"] = IotError("ResourceNotFoundException", "Not found")
    with pytest.raises(ClientError, match="already exists"):
        fleet.roll_out(run)
    assert fleet.waits(run)
    fleet.door.refusals.clear()
    assert fleet.roll_out(run) == {}
    assert fleet.get(run)["status"] == "ACTIVE"


def test_an_end_at_the_time_limit_that_is_judged_again_is_judged_the_same(fleet: Fleet) -> None:
    """The answer was lost: its own cancellation is not taken for a stop."""
    run = fleet.begin(success={"minSucceeded": 1})
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    wanted = {"jobId": run["jobId"], "runId": run["id"], "close": True}
    first, second = (roll_out.handler(wanted, CONTEXT) for _ in range(2))
    assert fleet.job(run).status == "CANCELED"
    assert first["error"] == second["error"] == ""
    assert second["devices"] == {"SUCCEEDED": 1, "CANCELED": 2}
