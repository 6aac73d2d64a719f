"""The budgets of AWS calls of fleet runs, by counts."""

import pytest

from tests.api.conftest import RUNS
from tests.api.fleets.fleet import Fleet, Run
from tests.api.test_files_of_a_call import files_of


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run that was rolled out."""
    return fleet.begin()


def test_budget_of_a_devices_event(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    aws_calls.clear()
    (event,) = fleet.tell_all()
    assert aws_calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]
    aws_calls.clear()
    fleet.tell(event)
    assert aws_calls == ["GetItem", "BatchGetItem"], "that it comes again is noticed before anything is written"


def test_budget_of_the_jobs_end(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    *devices, job = fleet.iot.events
    fleet.tell(*devices)
    aws_calls.clear()
    fleet.tell(job)
    assert aws_calls[:2] == ["GetItem", "DescribeJob"]
    assert aws_calls[-1] == "SendTaskSuccess"
    assert aws_calls[2:-1] in (["GetItem"], ["GetItem", "GetItem"]), "the run, whose numbers are judged"


def test_budget_of_a_roll_out(fleet: Fleet, aws_calls: list[str]) -> None:
    fleet.save()
    run = fleet.trigger()
    fleet.iot.rolls_out = False
    aws_calls.clear()
    fleet.roll_out(run)
    of_iot = [name for name in aws_calls if name in ("CreateJob", "DescribeJob", "ListThingsInThingGroup")]
    assert of_iot == ["ListThingsInThingGroup", "CreateJob", "DescribeJob"]
    assert sorted(name for name in aws_calls if name not in of_iot) == sorted(
        ["GetItem", "GetItem", "TransactWriteItems", "GetItem", "UpdateItem"]
    )


@pytest.mark.parametrize(
    ("path", "budget"),
    [("", ["GetItem"]), ("/devices", ["GetItem", "GetItem", "Query"])],
)
def test_budget_of_reading_a_run(fleet: Fleet, run: Run, aws_calls: list[str], path: str, budget: list[str]) -> None:
    aws_calls.clear()
    assert fleet.call("GET", f"{RUNS}/{run['id']}{path}").status == 200
    assert aws_calls == budget


def test_budget_of_a_page_of_devices_that_is_not_fresh(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    fleet.wait(run)
    aws_calls.clear()
    fleet.devices(run)
    assert aws_calls == ["GetItem", "GetItem", "DescribeJob", "Query"], "one question for all that is as it was"


@pytest.mark.parametrize("path", ["/v1/devices/pump-1/executions", "/v1/runs?limit=10", f"{RUNS}?limit=10"])
def test_a_page_of_a_list_is_as_cheap_as_ever(fleet: Fleet, run: Run, aws_calls: list[str], path: str) -> None:
    aws_calls.clear()
    assert fleet.call("GET", path).status == 200
    assert set(aws_calls) <= {"Query", "BatchGetItem"}
    assert len(aws_calls) <= 3


def test_budget_of_tending_a_rollout_with_nothing_to_do(fleet: Fleet, run: Run, aws_calls: list[str]) -> None:
    aws_calls.clear()
    fleet.sweep()
    assert aws_calls == ["Query", "GetItem", "DescribeJob", "DescribeEventConfigurations"]


def test_a_devices_report_passes_through_few_files(fleet: Fleet) -> None:
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2")
    first, second = fleet.iot.events[:2]
    fleet.tell(first)
    files = files_of(lambda: fleet.tell(second))
    assert len(files) < 10, files
