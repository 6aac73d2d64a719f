"""Capacity providers, and the real state machine on what they answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from functions.aws.execution_history import ExecutionHistory
from functions.jobs.model.launch_obstacle import waiting_for
from functions.settings import Settings
from local.corrections.ecs.capacity import NONE_LEFT
from tests.conftest import ENVIRONMENT
from tests.local.machines import product_input, run_container, start
from tests.local.workbench import Workbench, until
from tests.state_machines.runs import planned


@contextmanager
def no_capacity(workbench: Workbench, providers: str) -> Iterator[None]:
    """While it lasts, these have none."""
    tag = {"key": "shiftwork:no-capacity", "value": providers}
    workbench.ecs.tag_resource(resourceArn=workbench.cluster, tags=[tag])
    yield
    workbench.ecs.untag_resource(resourceArn=workbench.cluster, tagKeys=[tag["key"]])


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


def test_the_history_of_a_run_without_capacity_has_the_refusal(workbench: Workbench) -> None:
    run = planned()
    with no_capacity(workbench, "FARGATE"):
        sent = product_input(workbench, workbench.definition("true"), run)
        machine = run_container(workbench)
        execution = start(workbench, machine, sent)
        settings = replace(Settings.from_env(ENVIRONMENT), state_machine_arn=machine)
        history, named = ExecutionHistory(lambda: workbench.states, settings), execution.rsplit(":", 1)[1]
        refusal = until(lambda: history.last_refusal(replace(run, id=named), 0))
        assert refusal and waiting_for(*refusal) == f"Capacity of Fargate: {NONE_LEFT}"
    workbench.states.stop_execution(executionArn=execution)


def test_without_spot_capacity_the_task_runs_on_demand(workbench: Workbench) -> None:
    run = planned(capacity_providers=("FARGATE_SPOT", "FARGATE"))
    with no_capacity(workbench, "FARGATE_SPOT"):
        sent = product_input(workbench, workbench.definition("true"), run)
        ended = workbench.ended(start(workbench, run_container(workbench), sent))
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["CapacityProviderName"] == "FARGATE"
