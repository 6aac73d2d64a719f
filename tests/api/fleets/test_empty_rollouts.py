"""Rollouts that have nobody to go to, or that IoT refuses: the run ends at once, and says why."""

import pytest
from botocore.exceptions import ClientError

from tests.api.fleets.fleet import Fleet
from tests.fleets.door import IotError

DOCUMENT = {"operation": "update"}


def test_an_empty_group_is_nobody(fleet: Fleet) -> None:
    fleet.save()
    run = fleet.trigger()
    for number in (1, 2, 3):
        fleet.iot.remove_thing(f"pump-{number}", group="pumps")
    told = fleet.roll_out(run)
    assert told["error"] == "Shiftwork.NoDevices"
    ended = fleet.end(run)
    assert (ended["status"], ended["reason"]) == ("FAILED", "NO_DEVICES")
    assert ended["message"] == "The targets contain no device: the groups pumps have no things."
    assert ended["devices"] == {"total": 0, "finished": 0, "progress": 0, "counts": {}}
    assert fleet.iot.account.jobs == {}
    fleet.sweep()
    assert fleet.sweep() == [], "nothing is left of it"


def test_a_query_that_finds_nothing_is_nobody(fleet: Fleet) -> None:
    fleet.save(targets={"query": "kind:lamp"})
    run = fleet.trigger()
    fleet.roll_out(run)
    ended = fleet.end(run)
    assert (ended["reason"], fleet.iot.account.jobs) == ("NO_DEVICES", {})
    assert ended["message"] == "The targets contain no device: the query kind:lamp finds none."


def test_what_a_query_finds_when_the_run_begins_is_gone_to(fleet: Fleet) -> None:
    fleet.save(targets={"query": "kind:pump", "things": ["pump-1"]})
    fleet.iot.add_things("pump-4", kind="pump")
    run = fleet.trigger()
    fleet.roll_out(run)
    assert set(fleet.devices(run)) == {"pump-1", "pump-2", "pump-3", "pump-4"}
    assert len(fleet.job(run).asked["targets"]) == 4


def test_a_thing_that_is_gone_when_the_run_begins_fails_it_with_iots_words(fleet: Fleet) -> None:
    fleet.save(targets={"things": ["pump-1", "pump-2"]})
    run = fleet.trigger()
    fleet.iot.remove_thing("pump-2")
    fleet.roll_out(run)
    ended = fleet.end(run)
    assert (ended["status"], ended["reason"]) == ("FAILED", "START_FAILED")
    assert "pump-2 does not exist" in ended["message"]


def test_fleet_indexing_that_is_switched_off_fails_it_with_the_way_out(fleet: Fleet) -> None:
    fleet.save(targets={"query": "kind:pump"})
    run = fleet.trigger()
    fleet.iot.account.indexed = False
    fleet.roll_out(run)
    ended = fleet.end(run)
    assert ended["reason"] == "START_FAILED"
    assert "The index AWS_Things is not active" in ended["message"]
    assert "indexing" in ended["message"]


@pytest.mark.parametrize("code", ["InvalidRequestException", "ResourceNotFoundException"])
def test_what_iot_refuses_fails_it_with_iots_words(fleet: Fleet, code: str) -> None:
    fleet.save()
    run = fleet.trigger()
    fleet.door.refusals["CreateJob"] = IotError(code, "The role cannot be assumed.")
    assert fleet.roll_out(run)["error"] == "Shiftwork.NotRolledOut"
    ended = fleet.end(run)
    assert (ended["reason"], ended["message"]) == ("START_FAILED", "The role cannot be assumed.")


def test_a_limit_that_will_have_passed_is_tried_again(fleet: Fleet) -> None:
    """How many jobs are rolled out at once: the state machine calls again."""
    fleet.save()
    run = fleet.trigger()
    fleet.door.refusals["CreateJob"] = IotError("LimitExceededException", "Too many jobs")
    with pytest.raises(ClientError, match="Too many jobs"):
        fleet.roll_out(run)
    assert fleet.waits(run)
    fleet.door.refusals.clear()
    assert fleet.roll_out(run) == {}
    assert fleet.get(run)["status"] == "ACTIVE"


def test_a_job_of_the_same_id_that_is_somebody_elses_is_not_taken_for_the_runs(fleet: Fleet) -> None:
    fleet.save()
    run = fleet.trigger()
    fleet.iot.create({"jobId": fleet.iot_id(run), "targets": [], "description": "mine", "document": "{}"})
    fleet.roll_out(run)
    ended = fleet.end(run)
    assert ended["reason"] == "START_FAILED"
    assert "already exists and belongs to another run" in ended["message"]
