"""The rollout to a fleet: the state machine's real file, from the input that our code sends to the run's outcome."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.jobs.model.outcome import REASONS, STOPPED, Ending, Outcome, outcome_of
from functions.jobs.model.run import Reason, Run, RunStatus
from tests.aws.conftest import make_run
from tests.conftest import ENVIRONMENT
from tests.state_machines.machine import TaskError, Took, Trace, execute
from tests.state_machines.runs import FLEET, given, planned

LAMBDA = botocore.session.get_session().get_service_model("lambda")
WEEK = 604_800
DONE = {"devices": {"SUCCEEDED": 48, "FAILED": 2}, "message": "48 of 50 devices succeeded."}
LATE = Took(WEEK + 1, None)


def closed(error: str, cause: str) -> dict[str, Any]:
    """What Invoke answers where the function has closed a rollout."""
    return {"StatusCode": 200, "Payload": {"error": error, "cause": cause, "devices": {"SUCCEEDED": 48, "QUEUED": 2}}}


def fleet_run(**changes: Any) -> Run:
    return replace(planned(make_run(created_at=datetime.now(UTC)), fleet=True, timeout=WEEK), **changes)


def carry(*tasks: Any, run: Run | None = None) -> Trace:
    return execute(FLEET, given(run or fleet_run()), iter(tasks))


def outcome(trace: Trace) -> Outcome:
    output = json.dumps(trace.output) if trace.status == "SUCCEEDED" else None
    return outcome_of(Ending(status=trace.status, output=output, error=trace.error, cause=trace.cause))


def retrier(state: str, error: str) -> dict[str, Any]:
    """The first of a state's retriers that an error meets (Amazon States Language, "Retrying after error")."""
    for retry in FLEET["States"][state]["Retry"]:
        names = set(retry["ErrorEquals"])
        if {error, "States.ALL"} & names or (error != "States.Timeout" and "States.TaskFailed" in names):
            return dict(retry)
    return {}


def test_a_success_enters_one_state() -> None:
    trace = carry(Took(3600, DONE))
    assert (trace.status, trace.entered, trace.output) == ("SUCCEEDED", ["RollOut"], DONE)
    assert (outcome(trace).status, outcome(trace).message) == (RunStatus.SUCCESS, DONE["message"])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("Shiftwork.DevicesFailed", Reason.DEVICES_FAILED),
        ("Shiftwork.NoDevices", Reason.NO_DEVICES),
        ("Shiftwork.NotRolledOut", Reason.START_FAILED),
        ("Shiftwork.Aborted", Reason.ABORTED),
        ("Shiftwork.Stopped", Reason.STOPPED),
    ],
)
def test_a_verdict_fails_the_execution_at_once_with_its_words(error: str, reason: Reason) -> None:
    trace = carry(TaskError(error, "47 of 50 devices succeeded (FAILED: 3)."))
    assert (trace.status, trace.entered, trace.error) == ("FAILED", ["RollOut"], error)
    assert (outcome(trace).reason, outcome(trace).message) == (reason, "47 of 50 devices succeeded (FAILED: 3).")
    assert retrier("RollOut", error)["MaxAttempts"] == 0, "it would be rolled out again"


def test_the_functions_get_requests_that_lambda_accepts() -> None:
    run = fleet_run()
    trace = carry(LATE, closed("", "Enough."), run=run)
    begun, ended = trace.arguments
    for sent in trace.arguments:
        request = {**sent, "Payload": json.dumps(sent["Payload"]).encode()}
        validate_parameters(request, LAMBDA.shape_for("InvocationRequest"))
        assert sent["FunctionName"] == ENVIRONMENT["ROLL_OUT_FUNCTION_ARN"]
    assert begun["Payload"] == {"jobId": "team.job", "runId": run.id, "token": "token"}
    assert ended["Payload"] == {"jobId": "team.job", "runId": run.id, "close": True}
    resources = [state["Resource"] for state in FLEET["States"].values() if state["Type"] == "Task"]
    assert resources == ["arn:aws:states:::lambda:invoke.waitForTaskToken", "arn:aws:states:::lambda:invoke"]


def test_it_waits_until_the_runs_time_limit() -> None:
    assert carry(DONE).limits[0] in (WEEK, WEEK - 1)
    late = fleet_run(created_at=datetime.now(UTC) - timedelta(seconds=WEEK - 60))
    assert carry(DONE, run=late).limits[0] in (60, 59)


def test_at_the_time_limit_the_rollout_is_closed_and_may_have_succeeded() -> None:
    trace = carry(LATE, closed("", "It was ended at its time limit. 48 of 50 devices succeeded."))
    assert trace.entered == ["RollOut", "CloseRollOut", "Judge", "Succeeded"]
    assert trace.output == {
        "devices": {"SUCCEEDED": 48, "QUEUED": 2},
        "message": "It was ended at its time limit. 48 of 50 devices succeeded.",
    }
    assert (outcome(trace).status, outcome(trace).message) == (RunStatus.SUCCESS, trace.output["message"])


def test_at_the_time_limit_too_few_devices_are_a_failure() -> None:
    trace = carry(LATE, closed("Shiftwork.Deadline", "48 of 50 devices succeeded (QUEUED: 2)."))
    assert trace.entered == ["RollOut", "CloseRollOut", "Judge", "Failed"]
    assert outcome(trace).reason is Reason.DEADLINE
    assert outcome(trace).message == "48 of 50 devices succeeded (QUEUED: 2)."


def test_after_the_time_limit_nothing_is_rolled_out() -> None:
    late = fleet_run(created_at=datetime.now(UTC) - timedelta(seconds=WEEK + 60))
    trace = carry(closed("Shiftwork.Deadline", "Nothing was rolled out."), run=late)
    assert (outcome(trace).reason, outcome(trace).message) == (Reason.DEADLINE, "Nothing was rolled out.")
    assert [sent["Payload"]["close"] for sent in trace.arguments] == [True]
    assert retrier("RollOut", "States.QueryEvaluationError")["MaxAttempts"] == 0, "no time makes it earlier"


def test_a_rollout_that_cannot_be_closed_still_ends_the_run_for_its_time_limit() -> None:
    trace = carry(LATE, TaskError("Lambda.Unknown", "x" * 40_000))
    assert trace.entered == ["RollOut", "CloseRollOut", "Failed"]
    assert outcome(trace).reason is Reason.DEADLINE
    assert "could not be judged: Lambda.Unknown: xxx" in (outcome(trace).message or "")


@pytest.mark.parametrize("state", ["RollOut", "CloseRollOut"])
@pytest.mark.parametrize(
    "error",
    [
        *("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"),
        *("Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException", "Lambda.Unknown"),
        *("ClientError", "States.TaskFailed"),
    ],
)
def test_what_fails_for_a_moment_is_tried_again_for_minutes(state: str, error: str) -> None:
    """Step Functions Developer Guide, "Handle Lambda service exceptions"; throttling by IoT is the function's own."""
    retry = retrier(state, error)
    waits = [min(60, 2 * 2**attempt) for attempt in range(retry["MaxAttempts"])]
    assert 120 < sum(waits) < 600
    assert retry["JitterStrategy"] == "FULL"


def test_a_function_that_fails_for_good_fails_the_run_with_its_words() -> None:
    trace = carry(TaskError("ClientError", json.dumps({"errorMessage": "Rate exceeded", "errorType": "ClientError"})))
    assert (outcome(trace).reason, outcome(trace).message) == (Reason.START_FAILED, "ClientError: Rate exceeded")


def test_the_time_limit_itself_is_not_tried_again() -> None:
    assert retrier("RollOut", "States.Timeout") == {}


def test_no_verdict_is_tried_again() -> None:
    """An error of a verdict that the machine does not name is retried as if the function had failed."""
    never = next(rule for rule in FLEET["States"]["RollOut"]["Retry"] if rule["MaxAttempts"] == 0)
    assert set(never["ErrorEquals"]) == {*REASONS, STOPPED, "States.QueryEvaluationError"}
