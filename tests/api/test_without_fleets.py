"""A deployment without fleets: containers run as ever, fleet jobs are refused with the reason, IoT is not called."""

from typing import Any

import pytest

from functions.events import sweep
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call
from tests.api.fleet_jobs import FLEET_JOB, details, make_registry

SENTENCE = (
    "cannot be used: this deployment has no fleets (setting fleets=false). Deploy it with fleets=true in a region that "
    "has AWS IoT, or save the job in a deployment that has fleets."
)
REFUSED = {"/run/fleet": [SENTENCE]}
IOT = {"DescribeThing", "SearchIndex", "DescribeJob", "ListJobExecutionsForJob", "DescribeEventConfigurations"}


def deploy_without_fleets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the functions again with the environment that they have without fleets."""
    for name in ("FLEET_STATE_MACHINE_ARN", "ROLL_OUT_FUNCTION_ARN"):
        monkeypatch.delenv(name)
    platform.cache_clear()


@pytest.fixture
def no_fleets(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy_without_fleets(monkeypatch)


@pytest.fixture
def fleet_run(call: Call, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A run of a fleet job that was saved and started while the deployment had fleets."""
    make_registry()
    assert call("POST", "/v1/jobs", FLEET_JOB).status == 201
    run = dict(call("POST", RUNS).json)
    deploy_without_fleets(monkeypatch)
    return run


def test_a_fleet_job_is_refused_with_the_reason_and_what_to_do(
    call: Call, no_fleets: None, aws_calls: list[str]
) -> None:
    assert details(call, FLEET_JOB) == REFUSED
    assert details(call, FLEET_JOB, path="/v1/jobs?validate=true") == REFUSED
    call("POST", "/v1/jobs", JOB)
    assert details(call, FLEET_JOB, method="PUT", path=PATH) == REFUSED
    assert not IOT & set(aws_calls)


def test_a_container_job_runs_and_has_no_devices(call: Call, no_fleets: None, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", JOB)
    answer = call("POST", RUNS)
    assert answer.status == 201
    assert call("GET", f"{RUNS}/{answer.json['id']}/devices").json == []
    assert call("GET", "/v1/devices/pump-17/executions").json == []
    assert not IOT & set(aws_calls)


def test_it_is_healthy_without_events_of_iot_and_says_that_it_has_no_fleets(
    call: Call, no_fleets: None, aws_calls: list[str]
) -> None:
    assert call("GET", "/v1/health").json == {"healthy": True, "checks": []}
    assert call("GET", "/info").json["config"]["fleets"] == "false"
    assert not IOT & set(aws_calls)


def test_the_sweep_looks_for_no_rollouts(call: Call, no_fleets: None, aws_calls: list[str]) -> None:
    assert sweep.handler({}, CONTEXT) == {"runs": [], "rollouts": [], "repaired": [], "erased": []}
    assert not IOT & set(aws_calls)


def test_a_fleet_job_of_before_starts_no_run_and_can_be_read_and_deleted(
    call: Call, fleet_run: dict[str, Any], aws_calls: list[str]
) -> None:
    for body in (None, {"labels": {"a": "b"}}):
        answer = call("POST", RUNS, body)
        assert answer.status == 422
        assert answer.json["details"] == [{"path": "/run/fleet", "errors": [SENTENCE]}]
    assert call("GET", f"{RUNS}/{fleet_run['id']}").status == 200
    assert call("GET", f"{RUNS}/{fleet_run['id']}/devices").json == []
    assert call("GET", PATH).json["run"]["fleet"]
    assert not IOT & set(aws_calls)


def test_a_new_run_of_a_job_that_is_a_container_again_starts(call: Call, fleet_run: dict[str, Any]) -> None:
    assert call("PUT", PATH, JOB).status == 200
    assert call("POST", RUNS).status == 201
