"""What one run may have otherwise than its job, end to end and with IAM enforced."""

import json
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller

SIZE = {"cpus": 0.25, "mem": 64, "disk": 0}


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "overrides", "*")


def saved(call: Caller, job: str, run: dict[str, Any], **more: Any) -> str:
    """The path of the runs of a new job."""
    answer = call("POST", "/v1/jobs", {"id": job, "run": SIZE | run} | more)
    assert answer.status == 201, answer.text
    return f"/v1/jobs/{job}/runs"


def ran(call: Caller, path: str, body: Any) -> tuple[Any, list[str]]:
    """The run that this call starts, when it has ended, and what it printed."""
    answer = call("POST", path, body)
    assert answer.status == 201, answer.text
    job = path.split("/")[3]
    run = call.finished(job, answer.json["id"])
    return run, call.log(job, run["id"])


def test_values_of_parameters_and_variables_reach_the_container(call: Caller) -> None:
    parameters = {"LEVEL": {"default": "info", "allowed": ["info", "debug"]}, "DAY": {"required": True}}
    path = saved(call, "given", {"cmd": 'echo "$LEVEL $DAY $TRACE"'}, parameters=parameters, overrides=["env", "cmd"])
    run, said = ran(call, path, {"parameters": {"DAY": "friday"}, "env": {"TRACE": "1"}})
    assert (run["status"], said) == ("SUCCESS", ["info friday 1"])
    run, said = ran(call, path, {"parameters": {"DAY": "a b", "LEVEL": "debug"}, "cmd": 'echo "once: $LEVEL $DAY"'})
    assert (run["status"], said) == ("SUCCESS", ["once: debug a b"])
    assert call("POST", path).status == 422, "DAY is required"
    assert call("POST", path, {"parameters": {"DAY": "x", "LEVEL": "loud"}}).status == 422


def test_a_run_has_the_size_that_it_asked_for(cloud: Cloud, call: Caller) -> None:
    path = saved(call, "sized", {"cmd": "true"}, overrides=["cpus", "mem"])
    run, _ = ran(call, path, {"cpus": 1, "mem": 3000})
    assert run["allocated"] == {"cpus": 1, "mem": 3072}
    ecs = cloud.client("ecs")
    [task] = ecs.describe_tasks(cluster=cloud.outputs["ClusterArn"], tasks=[run["tasks"][0]["taskArn"]])["tasks"]
    assert (task["overrides"]["cpu"], task["overrides"]["memory"]) == ("1024", "3072")


@pytest.mark.parametrize(("field", "reason"), [("attemptTimeoutSeconds", "TIMEOUT"), ("timeoutSeconds", "DEADLINE")])
def test_a_run_has_the_time_that_it_was_given(call: Caller, field: str, reason: str) -> None:
    path = saved(call, f"slow-{reason.lower()}", {"cmd": "exec sleep 600"}, overrides=["timeout"])
    run, _ = ran(call, path, {field: 2})
    assert (run["status"], run["reason"]) == ("FAILED", reason), run


@pytest.mark.parametrize("length", [1, 5_000, 240_000])
def test_a_payload_is_a_file_of_the_container(call: Caller, length: int) -> None:
    path = saved(call, f"reads-{length}", {"cmd": 'cat "$SHIFTWORK_PAYLOAD_FILE"'}, payload="REQUIRED")
    payload = {"text": "é" * (length // 2), "list": [1, None]}
    run, said = ran(call, path, {"payload": payload})
    assert run["status"] == "SUCCESS", run
    assert json.loads("".join(said)) == payload
    again = call("POST", f"{path}/{run['id']}/actions/rerun")
    assert (again.status, again.json["rerunOf"]) == (201, run["id"])
    second = call.finished(f"reads-{length}", again.json["id"])
    assert call.log(f"reads-{length}", second["id"]) == said


def test_a_payload_may_be_left_out(call: Caller) -> None:
    path = saved(call, "perhaps", {"cmd": 'ls "${SHIFTWORK_PAYLOAD_FILE:-none}" || echo nothing'}, payload="OPTIONAL")
    run, said = ran(call, path, {})
    assert (run["status"], said[-1]) == ("SUCCESS", "nothing")


def test_a_payload_that_is_gone_is_said_to_be_gone(cloud: Cloud, call: Caller) -> None:
    path = saved(call, "forgets", {"cmd": "true"}, payload="OPTIONAL")
    run, _ = ran(call, path, {"payload": "x" * 5000})
    s3 = cloud.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for one in s3.list_objects_v2(Bucket=bucket["Name"], Prefix="payloads/forgets/").get("Contents", []):
            s3.delete_object(Bucket=bucket["Name"], Key=one["Key"])
    answer = call("POST", f"{path}/{run['id']}/actions/rerun")
    assert (answer.status, "no longer kept" in answer.text) == (409, True), answer.text


def test_another_tag_of_the_image_is_a_task_definition_of_its_own(cloud: Cloud, call: Caller) -> None:
    image = {"docker": {"image": "example.com/team/app:1"}, "cmd": "true"}
    path = saved(call, "tagged", image, overrides=["imageTag"])
    runs = [ran(call, path, body)[0] for body in ({}, {"imageTag": "2"}, {"imageTag": "2"})]
    assert {run["status"] for run in runs} == {"SUCCESS"}
    plain, first, second = (run["taskDefinition"] for run in runs)
    assert plain != first == second
    definition = cloud.client("ecs").describe_task_definition(taskDefinition=first)["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == "example.com/team/app:2"
    assert call("DELETE", "/v1/jobs/tagged").status == 200
    left = cloud.client("ecs").list_task_definitions(familyPrefix=definition["family"], status="ACTIVE")
    assert left["taskDefinitionArns"] == []


def test_runs_are_found_by_their_labels(call: Caller) -> None:
    path = saved(call, "labelled", {"cmd": "true"})
    run, _ = ran(call, path, {"labels": {"ticket": "7"}})
    ran(call, path, {})
    for listed in (f"{path}?label=ticket%3D7", "/v1/runs?label=ticket%3D7"):
        assert [one["id"] for one in call("GET", listed).json] == [run["id"]]
