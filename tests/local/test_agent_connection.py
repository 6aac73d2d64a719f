"""The device agent over MQTT, with IoT policies enforced: what it makes of a network and of a policy that fail it."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Aws
from local.devices import POLICY, Device, register, statement
from local.fleet import agents
from shiftwork_agent.check.report import check
from shiftwork_agent.settings.load import load
from tests.local.relay import Relay, relay
from tests.local.workbench import until

CONFIG = """\
state = "state"
[connection]
endpoint = "{device.host}"
port = {device.port}
thing = "{device.name}"
certificate = "{device.certificate}"
key = "{device.key}"
ca = "{device.ca}"
answer_seconds = 2
[commands]
shell = true
[handlers.wait]
function = "waiting:wait"
"""
HANDLER = """
import time
from pathlib import Path

def wait(document, job):
    job.report(step="waiting")
    while not Path(document["for"]).exists():
        time.sleep(0.02)
"""
TOPIC = "$aws/things/${iot:Connection.Thing.ThingName}/jobs"


def configured(device: Device, folder: Path) -> Path:
    (folder / "handlers").mkdir()
    (folder / "handlers" / "waiting.py").write_text(HANDLER)
    path = folder / "agent.toml"
    path.write_text(CONFIG.format(device=device))
    return path


def status(aws: Aws, job: str, device: Device) -> Any:
    found = aws.client("iot").describe_job_execution(jobId=job, thingName=device.name)["execution"]
    return found["status"], found.get("statusDetails", {}).get("detailsMap", {})


@contextmanager
def working(aws: Aws, name: str, folder: Path) -> Iterator[tuple[Device, Relay, Path]]:
    """A device behind a network, at work on the job of its name; the file that the work waits for."""
    device = register(aws, name, folder)
    document = {"operation": "wait", "for": str(folder / "go")}
    aws.client("iot").create_job(jobId=name, targets=[device.arn], document=json.dumps(document))
    with relay(device.port) as network:
        config = configured(dataclasses.replace(device, port=network.port), folder)
        with agents.running([config]):
            log = config.with_suffix(".log")
            assert until(lambda: status(aws, name, device)[1] == {"step": "waiting"}), log.read_text()
            yield device, network, folder / "go"


def test_work_goes_on_while_the_network_is_gone(guarded: Aws, tmp_path: Path) -> None:
    with working(guarded, "agent-network", tmp_path) as (device, network, go):
        network.cut()
        go.touch()
        assert until(lambda: '"final": {' in (tmp_path / "state" / "job.json").read_text())
        assert status(guarded, "agent-network", device)[0] == "IN_PROGRESS"
        network.mend()
        assert until(lambda: status(guarded, "agent-network", device)[0] == "SUCCEEDED", 30)
    assert (tmp_path / "agent.log").read_text().count('"job received"') == 1


def test_work_that_was_canceled_meanwhile_is_ended(guarded: Aws, tmp_path: Path) -> None:
    with working(guarded, "agent-canceled", tmp_path) as (_, network, _):
        network.cut()
        guarded.client("iot").cancel_job(jobId="agent-canceled", force=True)
        network.mend()
        assert until(lambda: '"job dropped"' in (tmp_path / "agent.log").read_text(), 30)
        assert until(lambda: not (tmp_path / "state" / "job.json").exists())


@pytest.mark.parametrize(
    ("name", "allowed", "step", "told"),
    [
        ("none", [], "mqtt", "iot:Connect on client/agent-none"),
        (
            "mute",
            [statement("Connect", "*")],
            "subscribe",
            "iot:Subscribe on topicfilter/$aws/things/agent-mute/jobs/notify",
        ),
        (
            "deaf",
            [statement("Connect", "*"), statement("Subscribe", f"topicfilter/{TOPIC}/*")],
            "publish",
            "iot:Publish on topic/$aws/things/agent-deaf/jobs/shiftwork-check-",
        ),
    ],
)
def test_the_check_names_what_the_policy_lacks(
    guarded: Aws, tmp_path: Path, name: str, allowed: list[dict[str, Any]], step: str, told: str
) -> None:
    device = register(guarded, f"agent-{name}", tmp_path, allow=allowed)
    guarded.client("iot").detach_policy(policyName=POLICY, target=device.certificate_arn)
    said: list[str] = []
    assert not check(load(configured(device, tmp_path)), said.append)
    assert said[-2].split()[:2] == ["FAIL", step], said
    assert told in said[-1]


def test_the_check_finds_that_all_is_well(guarded: Aws, tmp_path: Path) -> None:
    device = register(guarded, "agent-well", tmp_path)
    said: list[str] = []
    assert check(load(configured(device, tmp_path)), said.append), said
    assert said[-1] == "The agent can take jobs."
