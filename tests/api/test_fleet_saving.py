"""A fleet job is saved, changed and deleted without a task definition, and triggered as any job."""

import pytest

from tests.api.conftest import JOB, PATH, RUNS, Call
from tests.api.fleet_jobs import FLEET_JOB, make_registry


@pytest.fixture(autouse=True)
def registry(call: Call) -> None:
    make_registry()


def test_a_container_becomes_a_fleet_and_a_fleet_a_container(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", JOB)
    aws_calls.clear()
    assert call("PUT", PATH, FLEET_JOB).status == 200
    assert {"RegisterTaskDefinition", "DeregisterTaskDefinition"}.isdisjoint(aws_calls)
    assert call("PUT", PATH, JOB).status == 200
    assert call("POST", f"{PATH}/revisions/2/actions/rollback").json["run"].keys() == {"fleet", "timeoutSeconds"}
    revisions = call("GET", f"{PATH}/revisions").json
    assert [(one["revision"], "taskDefinition" in one, "allocated" in one) for one in revisions] == [
        *((4, False, False), (3, True, True)),
        *((2, False, False), (1, True, True)),
    ]
    paths = [change["path"] for change in call("GET", f"{PATH}/revisions/2/diff").json]
    assert "/run/fleet" in paths
    assert "/run/cmd" in paths
    aws_calls.clear()
    assert call("DELETE", PATH).status == 200
    assert "DeregisterTaskDefinition" in aws_calls, "of the revisions that ran containers"


def test_of_a_job_that_always_was_a_fleets_nothing_is_deregistered(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", FLEET_JOB)
    aws_calls.clear()
    assert call("DELETE", PATH).status == 200
    assert not [name for name in aws_calls if "TaskDefinition" in name]
    assert call("GET", PATH).status == 404


def test_each_save_has_another_plan(call: Call) -> None:
    """A run that was put for the plan of before would be refused by the table."""
    call("POST", "/v1/jobs", FLEET_JOB)
    first = call("POST", RUNS).json
    assert call("DELETE", f"{PATH}?stopCurrentJobRuns=false").status == 409
    call("PUT", PATH, FLEET_JOB)
    second = call("POST", RUNS).json
    assert (first["revision"], second["revision"]) == (1, 2)
    assert {"taskDefinition", "allocated"}.isdisjoint(first)


def test_a_trigger_of_a_fleet_reads_no_document(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", FLEET_JOB)
    call("POST", RUNS)
    aws_calls.clear()
    assert call("POST", RUNS).status == 201
    assert aws_calls == ["TransactWriteItems", "StartExecution"]
