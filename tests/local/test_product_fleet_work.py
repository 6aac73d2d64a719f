"""What devices are given on the local cloud, the document of a template, and how often and how long they may try."""

import json
from pathlib import Path

import pytest

from local.cloud import Cloud
from local.devices import register
from tests.local.device_programs import python_device
from tests.local.rollouts import ended, fleet_job, rolled_out
from tests.local.signed import Caller, caller, until

MINUTE = 60
MANAGED = "AWS-Restart-Application"


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "work-owner", "*")


def from_template(job_id: str, thing: str, template: str, **fleet: object) -> dict[str, object]:
    """Return the document of a job whose work a template describes."""
    job = fleet_job(job_id, thing, jobTemplateArn=template, **fleet)
    del job["run"]["fleet"]["document"]
    return job


def test_a_template_of_the_account_gives_its_document(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "crane-1", tmp_path)
    made = cloud.client("iot").create_job_template(
        jobTemplateId="lift", description="Lift.", document='{"operation": "lift", "height": 3}'
    )
    with python_device(device) as crane:
        path = rolled_out(call, from_template("cranes", "crane-1", made["jobTemplateArn"]), to=1)
        execution = crane.start_next()
        assert execution.job_document == {"operation": "lift", "height": 3}
        crane.report(execution.job_id, "SUCCEEDED")
        assert ended(call, path)["status"] == "SUCCESS"


def test_a_template_of_aws_takes_the_jobs_parameters(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "belt-1", tmp_path)
    template = cloud.client("iot").describe_managed_job_template(templateName=MANAGED)["templateArn"]
    job = from_template("belts", "belt-1", template, documentParameters={"runAsUser": "root"})
    job["parameters"] = {"services": {"default": "motor"}}
    with python_device(device) as belt:
        path = rolled_out(call, job, to=1)
        execution = belt.start_next()
        given = json.dumps(execution.job_document)
        assert "motor" in given
        assert "root" in given
        assert "aws:iot:parameter" not in given
        belt.report(execution.job_id, "SUCCEEDED")
        assert ended(call, path)["status"] == "SUCCESS"


def test_a_device_that_fails_is_handed_the_job_again(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "winch-1", tmp_path)
    job = fleet_job("winches", "winch-1", retry=[{"failureType": "FAILED", "numberOfRetries": 1}])
    with python_device(device) as winch:
        path = rolled_out(call, job, to=1)
        winch.report(winch.start_next().job_id, "FAILED", status_details={"reason": "stuck"})
        again = until(winch.start_next, bool)
        assert again.execution_number == 2
        winch.report(again.job_id, "SUCCEEDED")
        assert ended(call, path)["status"] == "SUCCESS"
    (one,) = until(lambda: call("GET", f"{path}/devices").json, lambda found: found[0]["status"] == "SUCCEEDED")
    assert [attempt["status"] for attempt in one["attempts"]] == ["FAILED", "SUCCEEDED"]


def test_a_device_that_hangs_is_timed_out(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    device = register(cloud, "hoist-1", tmp_path)
    with python_device(device) as hoist:
        path = rolled_out(call, fleet_job("hoists", "hoist-1", inProgressTimeoutInMinutes=1), to=1)
        hoist.start_next()
        cloud.advance(MINUTE + 1)
        run = ended(call, path)
    assert (run["status"], run["reason"]) == ("FAILED", "DEVICES_FAILED")
    assert run["message"] == "0 of 1 device succeeded (TIMED_OUT: 1). maxFailed is 0."
