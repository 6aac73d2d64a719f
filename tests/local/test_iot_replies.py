"""Who hears what: replies reach the device that asked, and nobody else; notifications reach all that may hear them."""

from pathlib import Path

from local.devices import register, statement
from tests.local.device_programs import python_device
from tests.local.fleet_rig import Fleet
from tests.local.workbench import until


def test_replies_reach_only_the_device_that_asked(fleet: Fleet, tmp_path: Path) -> None:
    heard: list[str] = []
    everything = statement(("Subscribe", "Receive"), "topicfilter/$aws/things/*", "topic/$aws/things/*")
    observer = register(fleet.aws, "observer", tmp_path, allow=[everything])
    device = register(fleet.aws, "observed", tmp_path)
    with python_device(observer, lambda topic, _: heard.append(topic)) as watching, python_device(device) as python:
        assert watching.subscribe("$aws/things/+/jobs/#") == 1
        job = fleet.job(device.name)
        assert python.start_next().job_id == job
        python.report(job, "SUCCEEDED")
        assert until(lambda: heard.count(f"$aws/things/{device.name}/jobs/notify") == 2)
    base = f"$aws/things/{device.name}/jobs"
    assert set(heard) == {f"{base}/notify", f"{base}/notify-next", f"{base}/start-next", f"{base}/{job}/update"}


def test_a_device_is_answered_without_a_subscription(fleet: Fleet, tmp_path: Path) -> None:
    heard: list[str] = []
    device = register(fleet.aws, "unsubscribed", tmp_path)
    with python_device(device, lambda topic, _: heard.append(topic)) as python:
        assert python.publish(f"$aws/things/{device.name}/jobs/get") == 0
        assert until(lambda: heard == [f"$aws/things/{device.name}/jobs/get/accepted"])


def test_a_rule_does_not_see_replies(fleet: Fleet, tmp_path: Path) -> None:
    device = register(fleet.aws, "unseen", tmp_path)
    queue = fleet.sqs.create_queue(QueueName="replies")["QueueUrl"]
    action = {"sqs": {"roleArn": fleet.role, "queueUrl": queue}}
    sql = "SELECT topic() AS topic FROM '$aws/things/unseen/jobs/#'"
    fleet.iot.create_topic_rule(ruleName="replies", topicRulePayload={"sql": sql, "actions": [action]})
    with python_device(device) as python:
        python.start_next()
        fleet.job(device.name)
    seen: list[str] = []

    def both() -> bool:
        received = fleet.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        seen.extend(message["Body"].rsplit("/", 1)[-1] for message in received)
        return 'notify-next"}' in seen and 'start-next"}' in seen

    assert until(both), seen
    assert not [topic for topic in seen if "accepted" in topic or "rejected" in topic]
