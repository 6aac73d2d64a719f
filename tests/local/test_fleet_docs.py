"""docs/fleets.md: a newcomer types all of its commands, in their order, with IAM and IoT policies enforced."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from functions.jobs.fleet.verdict import judge_counts
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.outcome import DEVICES_FAILED, REASONS
from local.cloud import Cloud
from tests.local.newcomer import Newcomer
from tests.local.signed import Caller, caller

PAGE = (Path(__file__).parents[2] / "docs" / "fleets.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
FRAGMENTS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = re.findall(r"^\| `(\{.*?\})` \| (.*?) \| ([A-Z_]+) \|$", PAGE, re.MULTILINE)
MAY = ["execute-api:Invoke", "cloudformation:DescribeStacks", "iot:*"]

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "reader", "*")


@pytest.fixture(scope="module")
def newcomer(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """An IAM user, who has typed all commands of the page."""
    iam = cloud.client("iam")
    iam.create_user(UserName="newcomer")
    statement = {"Effect": "Allow", "Action": MAY, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="newcomer", PolicyName="all", PolicyDocument=policy)
    key = iam.create_access_key(UserName="newcomer")["AccessKey"]
    credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    made = Newcomer(tmp_path_factory.mktemp("newcomer"), credentials)
    made.prepare()
    made.type(here(COMMANDS, cloud, made), cloud)
    return made


def here(script: str, cloud: Cloud, newcomer: Newcomer) -> str:
    """The commands with the places of this local cloud, and of this machine."""
    places = {"http://127.0.0.1:4566": cloud.endpoint_url, "http://127.0.0.1:8080": cloud.api_url}
    places |= {"localhost PORT=8883": f"{cloud.mqtt.host} PORT={cloud.mqtt.port}", "shiftwork-dev": "shiftwork-local"}
    places |= {f"/{name}/shiftwork-agent": f"{newcomer.machine}/{name}/shiftwork-agent" for name in ("opt", "var/lib")}
    for written, meant in {**places, "/etc/": f"{newcomer.machine}/etc/"}.items():
        assert written in script, written
        script = script.replace(written, meant)
    return script


def runs(call: Caller, job: str) -> list[Any]:
    """How the job's runs have ended, the oldest first."""
    listed = call("GET", f"/v1/jobs/{job}/runs?limit=100").json
    return [(run["status"], run["reason"]) for run in reversed(listed)]


def test_a_rollout_a_failure_its_retry_and_a_stop(newcomer: Newcomer, call: Caller) -> None:
    ended = [("SUCCESS", None), ("FAILED", "DEVICES_FAILED"), ("SUCCESS", None), ("FAILED", "STOPPED")]
    assert runs(call, "plant.thermostats") == ended
    executions = call("GET", "/v1/devices/thermostat-1/executions").json
    of_job = [one for one in reversed(executions) if one["jobId"] == "plant.thermostats"]
    assert [one["status"] for one in of_job] == ["SUCCEEDED", "FAILED", "SUCCEEDED", "CANCELED"]
    assert of_job[0]["details"] == {"step": "install", "progress": "100", "version": "2.1.0"}


def test_a_query_finds_the_device(newcomer: Newcomer, call: Caller) -> None:
    assert runs(call, "plant.status") == [("SUCCESS", None)]


def test_aws_own_template_restarts_a_service(newcomer: Newcomer, call: Caller) -> None:
    assert runs(call, "plant.restart") == [("SUCCESS", None)]
    assert "restart nginx\n" in (newcomer.machine / "systemctl.log").read_text()


def test_the_example_of_the_javascript_sdk(newcomer: Newcomer, call: Caller) -> None:
    assert runs(call, "example-job") == [("SUCCESS", None)]
    assert "startJobNotifications completed for thing: RaspberryPi" in (newcomer.folder / "example.log").read_text()


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_each_fragment_is_accepted(fragment: str, cloud: Cloud, call: Caller) -> None:
    cloud.client("iot").create_thing_group(thingGroupName="fragments")
    text = fragment.replace("123456789012", "000000000000").replace("/shiftwork/dev/", "/shiftwork/local/")
    fleet = {"targets": {"groups": ["fragments"]}, "document": {"operation": "reboot"}} | json.loads(text)
    job = {"id": "plant.fragment", "run": {"fleet": fleet, "timeoutSeconds": 86_400}}
    answer = call("POST", "/v1/jobs?validate=true", job)
    assert answer.status == 200, answer.text


@pytest.mark.parametrize(("rule", "devices", "ending"), EXAMPLES)
def test_each_example_of_the_success_rule(rule: str, devices: str, ending: str) -> None:
    counts = {DeviceStatus(word): int(number) for number, word in (one.split() for one in devices.split(", "))}
    error = judge_counts(counts, json.loads(rule), DEVICES_FAILED).error
    assert (REASONS[error] if error else "SUCCESS") == ending


def test_the_page_has_fragments_and_examples() -> None:
    assert len(FRAGMENTS) == PAGE.count("```json")
    assert len(EXAMPLES) == PAGE.count("| `{")
    assert FRAGMENTS
    assert EXAMPLES
