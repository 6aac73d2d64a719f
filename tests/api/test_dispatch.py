"""A schedule's firing: exactly one run, although every delivery is at least once."""

import pytest

from functions.events import dispatch
from functions.jobs.errors import JobNotFoundError
from tests.api.conftest import CONTEXT, JOB, RUNS, Call

FIRING = {"jobId": "team.job", "scheduleId": "daily", "scheduledTime": "2026-01-02T03:00:00Z"}


def test_a_firing_that_is_delivered_twice_is_one_run(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    first, second = (dispatch.handler(FIRING, CONTEXT) for _ in range(2))
    assert first == second
    (run,) = call("GET", RUNS).json
    assert run["id"] == first["runId"]
    assert run["scheduledAt"] == "2026-01-02T03:00:00.000+0000"


def test_a_firing_of_a_job_that_is_gone_is_an_error_that_ends_in_the_dead_letters(call: Call) -> None:
    with pytest.raises(JobNotFoundError):
        dispatch.handler(FIRING, CONTEXT)
