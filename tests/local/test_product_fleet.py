"""A fleet job on the local cloud, end to end with IAM and IoT policies enforced, on devices of three kinds."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from local.devices import register
from tests.local.agents import agent
from tests.local.device_programs import EXAMPLES_TOPIC, javascript_example, python_device
from tests.local.rollouts import ended, fleet_job, rolled_out, started
from tests.local.signed import Caller, caller, until

SIZE = {"cpus": 0.25, "mem": 64, "disk": 0}


def lines_of_follow(cloud: Cloud, since: int) -> list[dict[str, Any]]:
    """What the function has logged since then, in milliseconds: one answer holds no more than 10,000 lines."""
    logs = cloud.client("logs")
    pages = logs.get_paginator("describe_log_groups").paginate()
    (group,) = [one["logGroupName"] for page in pages for one in page["logGroups"] if "Follow" in one["logGroupName"]]
    events = logs.filter_log_events(logGroupName=group, startTime=since)["events"]
    return [json.loads(event["message"]) for event in events if event["message"].startswith("{")]


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "fleet-owner", "*")


def test_the_seeds_job_on_the_example_of_the_javascript_sdk(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "MyRaspberryPi", tmp_path, allow=[EXAMPLES_TOPIC])
    with javascript_example(device) as program:
        assert program.says("startJobNotifications completed for thing: MyRaspberryPi")
        path = rolled_out(call, fleet_job("example-job-01", "MyRaspberryPi"), to=1)
        run = ended(call, path)
    assert run["status"] == "SUCCESS", run
    assert run["message"] == "1 of 1 device succeeded."
    iot_job = f"shiftwork-local-{run['id']}"
    assert f"customJob operation handler invoked, jobId: {iot_job}" in program.lines
    (one,) = until(lambda: call("GET", f"{path}/devices").json, lambda found: found[0]["details"])
    assert (one["thing"], one["status"]) == ("MyRaspberryPi", "SUCCEEDED")
    assert one["details"]["operation"] == "customJob"
    assert call("GET", "/v1/devices/MyRaspberryPi/executions").json == [one]
    done = until(lambda: call("GET", path).json, lambda run: run["devices"]["finished"])
    assert done["devices"] == {"total": 1, "finished": 1, "progress": 100, "counts": {"SUCCEEDED": 1}}


def test_the_python_sdks_client_fails_and_is_asked_again(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    began = int(time.time() * 1000)
    device = register(cloud, "valve-1", tmp_path)
    other = register(cloud, "valve-2", tmp_path)
    with python_device(device) as first, python_device(other) as second:
        path = rolled_out(call, fleet_job("valves", "valve-1", "valve-2"), to=2)
        job = f"shiftwork-local-{path.rsplit('/', 1)[-1]}"
        for one, status in ((first, "FAILED"), (second, "SUCCEEDED")):
            assert one.start_next().job_id == job
            one.report(job, status, status_details={"reason": "stuck"})
        run = ended(call, path)
        assert (run["status"], run["reason"]) == ("FAILED", "DEVICES_FAILED")
        assert run["message"] == "1 of 2 devices succeeded (FAILED: 1). maxFailed is 0."
        (failed,) = until(lambda: call("GET", f"{path}/devices?status=FAILED").json, bool)
        assert (failed["thing"], failed["details"]) == ("valve-1", {"reason": "stuck"})

        again = started(call, f"{path}/actions/retry-devices", to=1)
        execution = first.start_next()
        first.report(execution.job_id, "SUCCEEDED")
        assert second.start_next() is None
    assert ended(call, again)["status"] == "SUCCESS"
    assert call("GET", again).json["rerunOf"] == run["id"]
    assert len(call("GET", "/v1/devices/valve-1/executions").json) == 2
    each_change_is_a_line_and_each_failure_a_metric(cloud, began)


def each_change_is_a_line_and_each_failure_a_metric(cloud: Cloud, began: int) -> None:
    """Check what the function that follows devices has logged of valve-1 since then, in milliseconds."""

    def of_the_valve() -> list[tuple[Any, ...]]:
        lines = [line for line in lines_of_follow(cloud, began) if line.get("message") == "device changed"]
        return [(line["status"], line["level"], line["news"]) for line in lines if line["thing"] == "valve-1"]

    assert until(of_the_valve, lambda found: len(found) == 2) == [
        ("FAILED", "WARNING", True),
        ("SUCCEEDED", "INFO", True),
    ]
    metrics = [line for line in lines_of_follow(cloud, began) if "DevicesFailed" in line]
    assert metrics
    assert metrics[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Shiftwork"


def test_our_agent_takes_the_job_of_a_group(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    iot = cloud.client("iot")
    device = register(cloud, "pump-a", tmp_path)
    iot.create_thing_group(thingGroupName="pumps")
    iot.add_thing_to_thing_group(thingGroupName="pumps", thingName="pump-a")
    document = {"operation": "update", "version": "${aws:iot:parameter:VERSION}"}
    job = fleet_job("pumps", document=document, targets={"groups": ["pumps"]}, success={"minSucceededPercentage": 80})
    job["parameters"] = {"VERSION": {"required": True}}
    assert call("POST", "/v1/jobs", job).status == 201
    with agent(device, tmp_path):
        run = call("POST", "/v1/jobs/pumps/runs", {"parameters": {"VERSION": '2.0 "beta"'}}).json
        finished = ended(call, f"/v1/jobs/pumps/runs/{run['id']}")
        assert finished["status"] == "SUCCESS", finished
    (one,) = until(
        lambda: call("GET", f"/v1/jobs/pumps/runs/{run['id']}/devices").json, lambda found: found[0]["details"]
    )
    assert one["details"]["version"] == '2.0 "beta"'


def test_a_stop_takes_the_job_back_and_names_who_was_at_work(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "lamp-1", tmp_path)
    register(cloud, "lamp-2", tmp_path)
    with python_device(device) as lamp:
        path = rolled_out(call, fleet_job("lamps", "lamp-1", "lamp-2"), to=2)
        execution = lamp.start_next()
        stopped = call("POST", f"{path}/actions/stop?force=true")
        assert stopped.status == 200, stopped.text
        with pytest.raises(Exception, match=r"TerminalStateReached|InvalidStateTransition|rejected"):
            lamp.report(execution.job_id, "SUCCEEDED")
    run = call("GET", path).json
    assert (run["status"], run["reason"]) == ("FAILED", "STOPPED")
    assert run["message"] == "Stopped by an API call. Devices that were working on it: lamp-1."
    job = cloud.client("iot").describe_job(jobId=f"shiftwork-local-{run['id']}")["job"]
    assert (job["status"], job["forceCanceled"], job["reasonCode"]) == ("CANCELED", True, "SHIFTWORK_STOPPED")
    counts = until(lambda: call("GET", path).json["devices"]["counts"], lambda counts: counts.get("CANCELED") == 2)
    assert counts == {"CANCELED": 2}


def test_a_time_limit_ends_the_rollout_and_the_rule_judges_it(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    """One device has done it, the other is switched off; and what depends on the job's end is started by it."""
    device = register(cloud, "meter-1", tmp_path)
    register(cloud, "meter-2", tmp_path)
    job = fleet_job("meters", "meter-1", "meter-2", success={"minSucceeded": 1})
    job["run"]["timeoutSeconds"] = 8
    after = {"id": "after-meters", "dependencies": [{"id": "meters"}], "run": {"cmd": "true"} | SIZE}
    with python_device(device) as meter:
        assert call("POST", "/v1/jobs", job).status == 201
        assert call("POST", "/v1/jobs", after).status == 201
        path = started(call, "/v1/jobs/meters/runs", to=2)
        meter.report(meter.start_next().job_id, "SUCCEEDED")
        run = ended(call, path)
    assert run["status"] == "SUCCESS", run
    assert run["message"] == ("It was ended at its time limit (timeoutSeconds). 1 of 2 devices succeeded (QUEUED: 1).")
    iot_job = f"shiftwork-local-{run['id']}"
    assert cloud.client("iot").describe_job(jobId=iot_job)["job"]["status"] == "CANCELED"
    (child,) = until(lambda: call("GET", "/v1/jobs/after-meters/runs?limit=10").json, bool)
    assert (child["cause"], child["causeId"]) == ("DEPENDENCY", run["id"])


def test_an_empty_group_ends_at_once(cloud: Cloud, call: Caller) -> None:
    cloud.client("iot").create_thing_group(thingGroupName="nobody")
    job = fleet_job("to-nobody", targets={"groups": ["nobody"]})
    assert call("POST", "/v1/jobs", job).status == 201
    run = call("POST", "/v1/jobs/to-nobody/runs").json
    finished = ended(call, f"/v1/jobs/to-nobody/runs/{run['id']}")
    assert (finished["status"], finished["reason"]) == ("FAILED", "NO_DEVICES")
    assert "nobody" in finished["message"]


def test_what_does_not_exist_is_said_before_anything_is_made(cloud: Cloud, call: Caller) -> None:
    refused = call("POST", "/v1/jobs", fleet_job("to-ghosts", "ghost"))
    assert refused.status == 422
    assert refused.json["details"][0]["path"] == "/run/fleet/targets/things(0)"
    assert call("GET", "/v1/jobs/to-ghosts").status == 404


def test_the_deployment_has_switched_the_events_on(cloud: Cloud, call: Caller) -> None:
    assert call("GET", "/v1/health").json["healthy"] is True
    iot = cloud.client("iot")
    off = {"JOB": {"Enabled": False}}
    iot.update_event_configurations(eventConfigurations=off)
    try:
        health = call("GET", "/v1/health").json
    finally:
        iot.update_event_configurations(eventConfigurations={"JOB": {"Enabled": True}})
    assert health["healthy"] is False
    assert "JOB_EXECUTION" in health["checks"][0]["message"]
