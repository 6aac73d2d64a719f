"""Capacity providers, and the real state machine on what they answer."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.workbench import STATES, Workbench, shell

FILE = Path(__file__).parents[2] / "state_machines" / "run_container.asl.json"


@pytest.fixture(scope="module")
def machine(workbench: Workbench) -> str:
    """The product's state machine."""
    made = workbench.states.create_state_machine(name="real", definition=FILE.read_text(), roleArn=STATES)
    return str(made["stateMachineArn"])


@contextmanager
def no_capacity(workbench: Workbench, providers: str) -> Iterator[None]:
    """While it lasts, these have none."""
    tag = {"key": "shiftwork:no-capacity", "value": providers}
    workbench.ecs.tag_resource(resourceArn=workbench.cluster, tags=[tag])
    yield
    workbench.ecs.untag_resource(resourceArn=workbench.cluster, tagKeys=[tag["key"]])


def run(workbench: Workbench, machine: str, definition: str, **more: Any) -> Any:
    """How an execution of the state machine ended, with `entered`: how often each kind of state was."""
    given = {
        "jobId": "team.job",
        "runId": "r1",
        "scheduledTime": "",
        "cluster": workbench.cluster,
        "taskDefinition": definition,
        "subnets": ["subnet-1"],
        "securityGroups": [],
        "assignPublicIp": "ENABLED",
        "capacityProviders": ["FARGATE"],
        "restart": {"policy": "NEVER", "deadline": ""},
    }
    started = workbench.states.start_execution(stateMachineArn=machine, input=json.dumps({**given, **more}))
    ended = workbench.ended(started["executionArn"])
    events = workbench.states.get_execution_history(executionArn=started["executionArn"])["events"]
    kinds = Counter(event["type"] for event in events)
    return {**ended, "entered": {kind: count for kind, count in kinds.items() if kind.endswith("StateEntered")}}


def test_a_task_shows_where_it_was_placed(workbench: Workbench) -> None:
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    definition = workbench.definition("true")
    (task,) = workbench.ecs.run_task(
        cluster=workbench.cluster, taskDefinition=definition, capacityProviderStrategy=strategy
    )["tasks"]
    assert (task["launchType"], task["capacityProviderName"]) == ("FARGATE", "FARGATE_SPOT")
    stopped = workbench.stopped(task["taskArn"])
    assert (stopped["launchType"], stopped["capacityProviderName"]) == ("FARGATE", "FARGATE_SPOT")


def test_a_provider_must_be_the_clusters(workbench: Workbench) -> None:
    workbench.ecs.create_cluster(clusterName="bare")
    with pytest.raises(ClientError, match="FARGATE_SPOT is not associated with the cluster bare"):
        workbench.ecs.run_task(
            cluster="bare",
            taskDefinition=workbench.definition("true"),
            capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        )


def test_a_provider_without_weight_is_not_used(workbench: Workbench) -> None:
    with pytest.raises(ClientError, match="weight greater than zero"):
        workbench.ecs.run_task(
            cluster=workbench.cluster,
            taskDefinition=workbench.definition("true"),
            capacityProviderStrategy=[{"capacityProvider": "FARGATE"}],
        )


def test_a_template_gives_a_cluster_its_providers(workbench: Workbench) -> None:
    cluster = {"Type": "AWS::ECS::Cluster", "Properties": {"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}}
    stacks = workbench.aws.client("cloudformation")
    stacks.create_stack(StackName="providers", TemplateBody=json.dumps({"Resources": {"Cluster": cluster}}))
    stacks.get_waiter("stack_create_complete").wait(StackName="providers", WaiterConfig={"Delay": 1})
    name = stacks.describe_stack_resource(StackName="providers", LogicalResourceId="Cluster")
    arn = name["StackResourceDetail"]["PhysicalResourceId"]
    (described,) = workbench.ecs.describe_clusters(clusters=[arn])["clusters"]
    assert described["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_a_success_enters_one_state(workbench: Workbench, machine: str) -> None:
    ended = run(workbench, machine, workbench.definition("true"))
    assert (ended["status"], ended["entered"]) == ("SUCCEEDED", {"TaskStateEntered": 1})
    assert json.loads(ended["output"])["CapacityProviderName"] == "FARGATE"


def test_without_spot_capacity_the_task_runs_on_demand(workbench: Workbench, machine: str) -> None:
    with no_capacity(workbench, "FARGATE_SPOT"):
        definition = workbench.definition("true")
        ended = run(workbench, machine, definition, capacityProviders=["FARGATE_SPOT", "FARGATE"])
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["CapacityProviderName"] == "FARGATE"


def test_a_failed_task_is_restarted_until_it_succeeds(workbench: Workbench, machine: str) -> None:
    definition = workbench.definition('echo "attempt $SHIFTWORK_ATTEMPT"; test $SHIFTWORK_ATTEMPT = 3')
    ended = run(workbench, machine, definition, restart={"policy": "ON_FAILURE", "deadline": ""})
    assert (ended["status"], ended["entered"]) == ("SUCCEEDED", {"TaskStateEntered": 3, "ChoiceStateEntered": 2})
    assert [workbench.log(arn) for arn in workbench.tasks_of(definition)] == [
        ["attempt 1"],
        ["attempt 2"],
        ["attempt 3"],
    ]


def test_restarts_end_with_the_deadline_and_the_last_task(workbench: Workbench, machine: str) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=1)
    definition = workbench.definition("sleep 0.3; exit 5")
    restart = {"policy": "ON_FAILURE", "deadline": deadline.isoformat()}
    ended = run(workbench, machine, definition, restart=restart)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(ended["cause"])["Containers"][0]["ExitCode"] == 5
    assert ended["stopDate"] >= deadline - timedelta(milliseconds=1)
    assert len(workbench.tasks_of(definition)) >= 2


def test_a_sidecar_that_is_ended_does_not_fail_the_run(workbench: Workbench, machine: str) -> None:
    definition = workbench.definition_of(shell("main", "sleep 0.2"), shell("proxy", "exec sleep 60", essential=False))
    ended = run(workbench, machine, definition)
    assert ended["status"] == "SUCCEEDED"
    codes = {one["Name"]: one["ExitCode"] for one in json.loads(ended["output"])["Containers"]}
    assert codes == {"main": 0, "proxy": 143}
