"""Deleting a job with a long history: at once for the caller, finished by sweeps, whatever fails meanwhile."""

from copy import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from functions.aws import clients
from functions.aws.table.run_items import item_of
from functions.aws.table.table import pack
from functions.jobs.container.task_definition import family_of
from functions.wiring import platform
from tests.api.conftest import JOB, PATH, RUNS, Call, walk
from tests.api.faults import attempt, fault
from tests.aws.conftest import make_run
from tests.conftest import ACCOUNT, ENVIRONMENT, REGION
from tests.engine import quick_moto
from tests.harsh.aws import HarshAws, Harshness
from tests.harsh.clock import CALL, MovedClock

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILY = family_of("shiftwork-test", "team.job")
SECOND = 1.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_moto.install(monkeypatch, lambda: datetime.now(UTC))


def active_definitions() -> list[str]:
    """The task definitions that ECS still has as ACTIVE."""
    pages = clients.ecs().get_paginator("list_task_definitions").paginate(status="ACTIVE")
    return [arn for page in pages for arn in page["taskDefinitionArns"]]


def rows() -> set[str]:
    """The sort keys of all items of the job's partition."""
    items = dynamodb_backends[ACCOUNT][REGION].tables[ENVIRONMENT["TABLE_NAME"]].items
    return {sort.value for key, found in items.items() if key.value == "JOB#team.job" for sort in found}


def sweep(minutes: float) -> list[str]:
    """Sweep some minutes later, with unlimited time; return the jobs that were looked at."""
    return platform().eraser.sweep_deletions(datetime.now(UTC) + timedelta(minutes=minutes), lambda: True)


def history(runs: int) -> "Callable[[int], None]":
    """Put finished runs of the job right into the table, where calls would take minutes.

    Returns a function that removes the runs again, except for a given number.
    """
    table = dynamodb_backends[ACCOUNT][REGION].tables[ENVIRONMENT["TABLE_NAME"]]
    begun = datetime(2026, 1, 2, tzinfo=UTC)
    table.put_item(pack(item_of(make_run(created_at=begun)) | {"status": "SUCCESS", "GSI1PK": "SETTLED"}))
    (partition,) = (found for key, found in table.items.items() if key.value == "JOB#team.job")
    (one,) = (row for sort, row in partition.items() if sort.value.startswith("RUN#"))
    for number in range(1, runs):
        sort = DynamoType({"S": f"RUN#{begun + timedelta(minutes=number):%Y%m%d%H%M%S}aaaaaaaaaa"})
        partition[sort] = other = copy(one)
        other.attrs = copy(one.attrs)
        other.attrs["SK"] = sort

    def keep(number: int) -> None:
        for sort in [sort for sort in partition if sort.value.startswith("RUN#")][number:]:
            del partition[sort]

    return keep


@pytest.mark.slow
def test_a_job_with_43200_runs_and_200_revisions_is_deleted_in_less_than_a_second(
    call: Call, clock: MovedClock, aws_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(200):
        clients.ecs().register_task_definition(
            family=FAMILY, containerDefinitions=[{"name": "main", "image": "i", "memory": 64}]
        )
    call("POST", "/v1/jobs", JOB)
    rows_left = history(43_200)
    HarshAws(clock.now, lambda: clock.sleep(CALL), Harshness(losses=0)).install(monkeypatch, [])
    begun, made = clock.now(), len(aws_calls)
    assert call("DELETE", PATH).status == 200
    assert clock.now() - begun < SECOND
    assert len(aws_calls) - made < 50, "at 10 ms each"
    assert call("GET", PATH).status == 404
    assert call("POST", "/v1/jobs", JOB).headers["Retry-After"] == "60"
    rows_left(300)  # moto would take minutes for all of them
    assert sweep(2) == ["team.job"]
    assert call("POST", "/v1/jobs", JOB).status == 201
    assert walk(call, RUNS) == []
    assert 150 < len(active_definitions()) < 200, "ECS has other work to do as well"
    for _ in range(5):
        clock.sleep(120)
        sweep(2)
    assert len(active_definitions()) == 1, "the one of the new job"
    assert rows() == {"JOB", "STATE", "REV#00000001"}


def test_many_active_runs_are_stopped_by_the_sweep(call: Call, harsh: HarshAws, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", JOB)
    runs = [call("POST", RUNS).json["id"] for _ in range(7)]
    made = len(aws_calls)
    assert call("DELETE", PATH).status == 409
    assert call("DELETE", f"{PATH}?stopCurrentJobRuns=true").status == 200
    assert "StopExecution" not in aws_calls[made:]
    assert call("GET", PATH).status == 404
    assert call("POST", RUNS).status == 404
    sweep(2)
    machine = clients.stepfunctions()
    arn = ENVIRONMENT["STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    assert {machine.describe_execution(executionArn=f"{arn}:{run}")["status"] for run in runs} == {"ABORTED"}
    assert (rows(), active_definitions()) == (set(), [])


@pytest.mark.slow
@pytest.mark.parametrize("event", ["before-call", "after-call"])
def test_a_deletion_that_broke_off_is_finished_and_the_next_job_sees_nothing_of_it(
    call: Call, harsh: HarshAws, event: str
) -> None:
    """The request is killed at each of its calls in turn, and so is the first sweep after it."""
    harsh.wire.buckets = None
    made, number = ["?"], 0
    key = {"Idempotency-Key": "mine"}
    while len(made) >= number:
        number += 1
        assert call("POST", "/v1/jobs", JOB).status == 201
        call("PUT", PATH, JOB | {"description": "again"})
        call("POST", f"{PATH}/hooks", {})
        run = call("POST", RUNS, headers=key).json["id"]
        platform().stopper.stop_run("team.job", run, datetime.now(UTC))
        with fault(number, event) as made:
            attempt(lambda: call("DELETE", PATH))
        with fault(1 + number % 8, event):
            attempt(lambda: sweep(2))
        sweep(2)
        if call("GET", PATH).status == 200:  # it was killed before the transaction
            assert call("DELETE", PATH).status == 200
        assert (rows(), active_definitions()) == (set(), []), f"call {number} of {made}"
        new = call("POST", "/v1/jobs", JOB)
        assert new.status == 201, new.text
        seen: dict[str, Any] = {name: call("GET", f"{PATH}/{name}").json for name in ("runs", "hooks", "skips")}
        assert seen == {"runs": [], "hooks": [], "skips": []}
        assert [one["revision"] for one in call("GET", f"{PATH}/revisions").json] == [1]
        assert call("DELETE", PATH).status == 200
    assert number > 10, made


def test_a_key_of_the_old_job_starts_a_run_of_the_new_one(call: Call, harsh: HarshAws) -> None:
    key = {"Idempotency-Key": "mine"}
    call("POST", "/v1/jobs", JOB)
    old = call("POST", RUNS, headers=key).json["id"]
    assert call("DELETE", f"{PATH}?stopCurrentJobRuns=true").status == 200
    assert call("POST", "/v1/jobs", JOB).status == 201
    new = call("POST", RUNS, headers=key)
    assert new.status == 201
    assert new.json["id"] != old
    assert call("POST", RUNS, headers=key).json["id"] == new.json["id"], "and only one"
