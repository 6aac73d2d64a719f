"""`make destroy` of a deployment at work: only the history of rollouts is left, and what belongs to the account."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cloud as local_cloud
from local.cloud import Cloud
from local.deploy import CDK, CREDENTIALS, node
from tests.local.rollouts import fleet_job, rolled_out
from tests.local.signed import Caller, caller, until

ROOT = Path(__file__).parents[2]
NAME = "shiftwork-local"
LONG = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "sleep 600"}
EVENT = {"id": "heard", "pattern": {"source": ["shop"]}}
# What remains: the history of rollouts, what bootstrap made, and a switch of the account
REMAINS = [r"1 IoT job shiftwork-local-…", "the job events of AWS IoT, switched on", "the stack CDKToolkit"]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A deployment of this test's own, with IAM enforced."""
    with local_cloud.running(auth="iam", enforce_iam=True, tasks="process") as running:
        yield running


def destroy(cloud: Cloud) -> "subprocess.CompletedProcess[str]":
    """Do what `make destroy` does, with the app as it was synthesised for the deployment."""
    (command,) = re.findall(r"^destroy: .*\n\t@python (.*) \$\(ARGS\)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    arguments = ["-c", "stage=local", "--force", "--api-url", cloud.api_url, "--app", str(cloud.home / "cdk.out")]
    path = [str(CDK.parent), str(node().parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {
        "PATH": os.pathsep.join(path),
        "HOME": str(cloud.home),
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        **CREDENTIALS,
    }
    words = [sys.executable, *shlex.split(command), *arguments]
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )  # fmt: skip


def put_to_work(cloud: Cloud, call: Caller) -> None:
    """Start runs of all three machines; with schedules, event rules, waiting firings, a temporary group, a payload."""
    iot = cloud.client("iot")
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "REGISTRY"})
    iot.create_thing(thingName="pump", attributePayload={"attributes": {"site": "north"}})
    for job, run in (("one", LONG), ("team.many", LONG | {"taskCount": 3})):
        assert call("POST", "/v1/jobs", {"id": job, "run": run, "events": [EVENT]}).status == 201
        schedule = {"id": "minutely", "cron": "* * * * *", "concurrencyPolicy": "QUEUE"}
        assert call("POST", f"/v1/jobs/{job}/schedules", schedule).status == 201
        assert call("POST", f"/v1/jobs/{job}/runs").status == 201
    rolled_out(call, fleet_job("pumps", targets={"query": "attributes.site:north"}, targetSelection="CONTINUOUS"), to=1)
    ecs, cluster = cloud.client("ecs"), cloud.outputs["ClusterArn"]
    until(lambda: ecs.list_tasks(cluster=cluster)["taskArns"], lambda found: len(found) == 4)
    cloud.advance(61)
    until(lambda: call("GET", "/v1/jobs/one?embed=activeRuns").json.get("waitingFiring"), bool)
    cloud.client("s3").put_object(Bucket=cloud.outputs["PayloadBucketName"], Key="payloads/one/1.json", Body=b"{}")


def inventory(cloud: Cloud) -> dict[str, list[str]]:
    """The names of all that the account has, of each kind that a deployment has."""
    lists: Any = {
        "dynamodb": ("list_tables", "TableNames", None),
        "s3": ("list_buckets", "Buckets", "Name"),
        "logs": ("describe_log_groups", "logGroups", "logGroupName"),
        "stepfunctions": ("list_state_machines", "stateMachines", "name"),
        "ecs": ("list_clusters", "clusterArns", None),
        "lambda": ("list_functions", "Functions", "FunctionName"),
        "events": ("list_event_buses", "EventBuses", "Name"),
        "sqs": ("list_queues", "QueueUrls", None),
        "scheduler": ("list_schedule_groups", "ScheduleGroups", "Name"),
        "iam": ("list_roles", "Roles", "RoleName"),
        "apigatewayv2": ("get_apis", "Items", "Name"),
        "cloudwatch": ("describe_alarms", "MetricAlarms", "AlarmName"),
        "iot": ("list_thing_groups", "thingGroups", "groupName"),
        "ec2": ("describe_vpcs", "Vpcs", "CidrBlock"),
    }
    found = {}
    for service, (operation, field, name) in lists.items():
        answer = getattr(cloud.client(service), operation)()
        found[service] = [one if name is None else one[name] for one in answer.get(field, [])]
    found["rules"] = [rule["Name"] for rule in cloud.client("events").list_rules()["Rules"]]
    found["schedules"] = [one["Name"] for one in cloud.client("scheduler").list_schedules()["Schedules"]]
    found["topic rules"] = [rule["ruleName"] for rule in cloud.client("iot").list_topic_rules()["rules"]]
    for status in ("ACTIVE", "INACTIVE"):
        found[status] = cloud.client("ecs").list_task_definitions(status=status)["taskDefinitionArns"]
    return found


def test_a_deployment_at_work_is_gone_afterwards(cloud: Cloud) -> None:
    call = caller(cloud, "works", "*")
    put_to_work(cloud, call)
    before = inventory(cloud)
    ours = re.compile(r"shiftwork.local|minutely|10\.42\.")
    assert all(any(ours.search(name) for name in names) for kind, names in before.items() if kind != "INACTIVE"), before
    ended = destroy(cloud)
    assert ended.returncode == 0, ended.stderr
    assert "Stopped 5 runs." in ended.stderr, "three runs and two waiting firings: " + ended.stderr
    assert {kind: left for kind, names in inventory(cloud).items() if (left := list(filter(ours.search, names)))} == {}
    job = cloud.client("iot").list_jobs()["jobs"][0]
    assert (job["jobId"][: len(NAME)], job["status"]) == (NAME, "CANCELED")
    remains = re.findall(r"^\* (.*?): .* To remove it:\n    aws ", ended.stderr, re.MULTILINE)
    assert remains == REMAINS
    again = destroy(cloud)
    assert (again.returncode, again.stderr.splitlines()[0]) == (
        0,
        f"There is no stack {NAME} in account 000000000000, region us-east-1.",
    )
