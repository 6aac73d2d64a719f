"""A destroy stops what runs, deletes what functions created, and lists what remains; nothing is left halfway."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.iot.models import iot_backends

from infra.destroy.progress import DestroyError
from tests.api.conftest import Call
from tests.conftest import ACCOUNT, REGION, STATE_MACHINE
from tests.destroy.at_work import at_work, definitions, rules, running, schedules
from tests.destroy.conftest import Deployment
from tests.destroy.formation import NAME


def test_when_the_stack_goes_nothing_runs_and_nothing_starts_runs(deployment: Deployment, call: Call) -> None:
    at_work(call)
    unknown = boto3.client("stepfunctions").start_execution(stateMachineArn=STATE_MACHINE, name="unknown", input="{}")
    boto3.client("iot").create_thing(thingName="pump")
    thing = boto3.client("iot").describe_thing(thingName="pump")["thingArn"]
    for rollout in ("shiftwork-test-lost", "shiftwork-test2-other"):
        boto3.client("iot").create_job(jobId=rollout, targets=[thing], document="{}")
        # AWS IoT begins at once (Developer Guide, "Jobs and job execution states"); moto's job stays QUEUED.
        iot_backends[ACCOUNT][REGION].jobs[rollout].status = "IN_PROGRESS"
    assert len(running()) == 3
    left: list[Any] = []

    def cdk() -> int:
        left.extend([running(), rules(), schedules(), definitions()])
        return deployment.succeed()

    assert deployment.destroy(cdk) == 0
    assert left == [[], [], [], []]
    runs = [run for job in ("team.job", "alone") for run in call("GET", f"/v1/jobs/{job}/runs?limit=10").json]
    assert [(run["status"], run["reason"]) for run in runs] == [("FAILED", "STOPPED")] * 3
    assert call("GET", "/v1/deployment").json["pausedAt"]
    described = boto3.client("stepfunctions").describe_execution(executionArn=unknown["executionArn"])
    assert described["status"] == "ABORTED"
    statuses = [
        boto3.client("iot").describe_job(jobId=job)["job"]["status"]
        for job in ("shiftwork-test-lost", "shiftwork-test2-other")
    ]
    assert statuses == ["CANCELED", "IN_PROGRESS"], "the other stage's rollout goes on"


def test_it_says_what_it_does_and_what_remains(deployment: Deployment, call: Call) -> None:
    at_work(call)
    assert deployment.destroy() == 0
    said = "\n".join(deployment.said)
    assert "Stopped 3 runs." in said
    assert "Deleted 1 event rule of jobs." in said
    assert "Deleted 2 task definitions." in said
    remaining = [line for line in said.partition("This remains:\n")[2].splitlines() if line.startswith("*")]
    assert [line.partition(":")[0] for line in remaining] == [
        "* the table shiftwork",
        "* the log group /shiftwork/test/jobs",
        "* the bucket payloads of payloads",
        "* the job events of AWS IoT, switched on",
    ]
    assert "aws dynamodb delete-table --table-name shiftwork" in said


def test_a_look_that_the_caller_may_not_take_does_not_fail_a_destroy(deployment: Deployment) -> None:
    class Denied:
        def get_paginator(self, _: str) -> Any:
            said: Any = {"Code": "AccessDenied", "Message": "no"}
            raise ClientError({"Error": said}, "ListRoles")

        def get_role(self, **_: Any) -> Any:
            self.get_paginator("")

    deployment.others["iam"] = Denied()
    assert deployment.destroy() == 0
    assert "* perhaps more, but your credentials may not look" in "\n".join(deployment.said)


def protected(deployment: Deployment) -> None:
    deployment.formation.stack["EnableTerminationProtection"] = True


def protected_and_failed(deployment: Deployment) -> None:
    deployment.formation.stack |= {"EnableTerminationProtection": True, "StackStatus": "ROLLBACK_COMPLETE"}


def not_ours(deployment: Deployment) -> None:
    deployment.formation.stack["Tags"] = []


def being_updated(deployment: Deployment) -> None:
    deployment.formation.stack["StackStatus"] = "UPDATE_IN_PROGRESS"


def with_rules_of_others(_: Deployment) -> None:
    boto3.client("events").put_rule(Name="failures", EventBusName=NAME, EventPattern='{"source": ["shiftwork"]}')


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (protected, 'is protected: lift that with make deploy ARGS="-c stage=test -c protect=false"'),
        (protected_and_failed, "update-termination-protection --no-enable-termination-protection --stack-name"),
        (not_ours, "lacks the tag application=shiftwork"),
        (being_updated, "is UPDATE_IN_PROGRESS: wait for its end"),
        (with_rules_of_others, "has rules that are not Shiftwork's: failures. Delete them first"),
    ],
)
def test_what_cannot_be_destroyed_is_refused_before_anything_is_stopped(
    deployment: Deployment, call: Call, spoil: Callable[[Deployment], None], words: str
) -> None:
    at_work(call)
    spoil(deployment)
    with pytest.raises(DestroyError, match=r".*") as refused:
        deployment.destroy()
    assert words in str(refused.value)
    assert (len(running()), len(schedules()), deployment.cdk_calls) == (2, 1, 0)
    assert not call("GET", "/v1/deployment").json.get("pausedAt")


def test_who_does_not_confirm_changes_nothing(deployment: Deployment, call: Call) -> None:
    at_work(call)
    assert deployment.destroy(confirmed=False) == 1
    assert (len(running()), deployment.cdk_calls) == (2, 0)


def test_a_stack_that_does_not_exist_is_said_with_what_remains_of_it(deployment: Deployment) -> None:
    deployment.succeed()
    assert deployment.destroy() == 0
    assert deployment.said[0] == f"There is no stack {NAME} in account 1, region eu-central-1."
    assert any("the table shiftwork" in line for line in deployment.said)
    assert deployment.cdk_calls == 0


def test_a_destroy_that_failed_halfway_goes_on_without_the_api(deployment: Deployment, call: Call) -> None:
    at_work(call)

    def fails() -> int:
        deployment.formation.lose("AWS::ECS::Cluster", "AWS::Events::EventBus")
        return 1

    with pytest.raises(DestroyError, match=r"did not delete the stack shiftwork-test \(status 1\)"):
        deployment.destroy(fails)
    boto3.client("ecs").delete_cluster(cluster="runs")
    boto3.client("stepfunctions").start_execution(stateMachineArn=STATE_MACHINE, name="late", input="{}")
    boto3.client("stepfunctions").delete_state_machine(stateMachineArn=STATE_MACHINE.replace("runs", "runs-of-a-fleet"))
    deployment.said.clear()
    assert deployment.destroy() == 0
    assert not running()
    assert not any("paused" in line for line in deployment.said), "the API is not asked"


def test_without_the_api_nothing_starts_runs_before_they_are_stopped(deployment: Deployment, call: Call) -> None:
    at_work(call)
    assert deployment.destroy(with_api=False) == 0
    assert [line for line in deployment.said if not line.startswith(" ")][:3] == [
        "Deleted 1 event rule of jobs.",
        "Deleted 1 schedule of jobs.",
        "Nothing runs any more.",
    ]
    assert not running()
