"""The product's state machine for a rollout, on a local AWS: what it costs, by the history, and how it ends."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.model.outcome import Ending, outcome_of
from functions.jobs.model.run import Reason, RunStatus
from tests.aws.conftest import make_run
from tests.local.machines import entered, run_fleet, start
from tests.local.workbench import Workbench
from tests.state_machines.runs import given, planned

# Does what the run's job is called.
ROLL_OUT = """
import json, boto3
states, failed = boto3.client("stepfunctions"), set()
def handler(event, context):
    job, token = event["jobId"], event.get("token")
    if event.get("close"):
        error = "" if job == "late" else "Shiftwork.Deadline"
        return {"error": error, "cause": "At the limit.", "devices": {"QUEUED": 1}}
    if job == "unlucky" and job not in failed:
        failed.add(job)
        raise RuntimeError("Rate exceeded")
    if job in ("good", "unlucky"):
        states.send_task_success(taskToken=token, output=json.dumps({"devices": {"SUCCEEDED": 2}, "message": "All."}))
    if job == "bad":
        states.send_task_failure(taskToken=token, error="Shiftwork.DevicesFailed", cause="0 of 2 devices succeeded.")
"""


@pytest.fixture(scope="module")
def machine(workbench: Workbench) -> str:
    workbench.function("roll-out", ROLL_OUT)
    return run_fleet(workbench)


@pytest.mark.parametrize(
    ("job", "reason", "message", "states"),
    [
        ("good", None, "All.", {"Task": 1}),
        ("bad", Reason.DEVICES_FAILED, "0 of 2 devices succeeded.", {"Task": 1}),
        ("unlucky", None, "All.", {"Task": 1}),
        ("late", None, "At the limit.", {"Task": 2, "Choice": 1, "Succeed": 1}),
        ("too late", Reason.DEADLINE, "At the limit.", {"Task": 2, "Choice": 1, "Fail": 1}),
    ],
)
def test_a_rollout(
    workbench: Workbench, machine: str, job: str, reason: Reason | None, message: str, states: dict[str, int]
) -> None:
    run = planned(make_run(created_at=datetime.now(UTC)), fleet=True, timeout=2 if "late" in job else 600)
    sent: dict[str, Any] = given(run) | {"jobId": job, "rollOut": "roll-out"}
    execution = start(workbench, machine, sent)
    ended = workbench.ended(execution)
    told = {name: ended.get(name) for name in ("output", "error", "cause")}
    outcome = outcome_of(Ending(status=ended["status"], **told))
    assert outcome.status is (RunStatus.FAILED if reason else RunStatus.SUCCESS)
    assert (outcome.reason, outcome.message) == (reason, message)
    assert entered(workbench, execution) == states
