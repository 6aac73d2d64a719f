"""What every run must be given: asked for at each door, also where the job was read long ago."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.events import dispatch
from functions.jobs.model.errors import InvalidError
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, NIGHTLY, RUNS, Call
from tests.api.overriding import job, refused, started

__all__ = ["job"]
DAY: dict[str, Any] = JOB | {"parameters": {"DAY": {"required": True}}}


@pytest.mark.parametrize("body", [None, {}, {"labels": {"a": "b"}}, {"parameters": {}}])
def test_a_run_without_a_required_parameter_is_refused(call: Call, body: dict[str, Any] | None) -> None:
    assert call("POST", "/v1/jobs", DAY).status == 201
    answer = call("POST", RUNS, body)
    expected = {"path": "/parameters/DAY", "errors": ["is required: give DAY a value."]}
    assert (answer.status, answer.json["details"]) == (422, [expected])
    assert call("GET", RUNS).json == []
    assert started(call, {"parameters": {"DAY": "friday"}})["parameters"] == {"DAY": "friday"}


def test_a_parameter_that_became_required_is_asked_for_and_one_that_no_longer_is_not(call: Call) -> None:
    """The function remembers the plan of the job from one call to the next."""
    call("POST", "/v1/jobs", JOB)
    assert call("POST", RUNS).status == 201
    assert call("PUT", "/v1/jobs/team.job", DAY).status == 200
    assert "/parameters/DAY" in refused(call, {})
    assert call("PUT", "/v1/jobs/team.job", JOB).status == 200
    assert call("POST", RUNS).status == 201


def test_a_required_payload(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"payload": "REQUIRED"})
    assert refused(call, {}) == {"/payload": "is required: give the run a payload."}
    assert refused(call, {"parameters": {}}) == {"/payload": "is required: give the run a payload."}
    assert started(call, {"payload": None})["overrides"] == {"payload": True}, "null is a payload too"


def test_a_payload_that_nobody_declared(call: Call, run: dict[str, Any]) -> None:
    assert "Set the job's payload to OPTIONAL" in refused(call, {"payload": {}})["/payload"]


def test_a_firing_without_a_required_parameter_starts_nothing(call: Call) -> None:
    """Such a schedule cannot be saved; the check holds all the same."""
    nightly = NIGHTLY | {"startingDeadlineSeconds": 10**9, "parameters": {"DAY": "friday"}}
    assert call("POST", "/v1/jobs", DAY | {"schedules": [nightly]}).status == 201
    firing = {"jobId": "team.job", "scheduleId": "nightly", "scheduledTime": "2026-01-02T03:00:00Z"}
    assert dispatch.handler(firing, CONTEXT)["result"] == "run"
    [run] = call("GET", RUNS).json
    assert (run["cause"], run["parameters"]) == ("SCHEDULE", {"DAY": "friday"})
    with pytest.raises(InvalidError):
        platform().starter.trigger_run(Trigger(job_id="team.job", run_id="1", now=datetime.now(UTC)))
