"""What carrying a run takes: the state machines' roles, and those of their tasks."""

from typing import Any

import pytest

from infra.definitions import read_machine
from tests.infra.template import STATE_MACHINES, Template, texts

# The actions that a service integration takes (Step Functions, "Integrating services": each one's IAM section).
TAKEN_BY = {
    "arn:aws:states:::ecs:runTask.sync": {
        *("ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole"),
        *("events:PutTargets", "events:PutRule", "events:DescribeRule"),
    },
    "arn:aws:states:::states:startExecution.sync:2": {
        *("states:StartExecution", "states:DescribeExecution", "states:StopExecution"),
        *("events:PutTargets", "events:PutRule", "events:DescribeRule"),
    },
    "arn:aws:states:::aws-sdk:sfn:describeExecution": {"states:DescribeExecution"},
    "arn:aws:states:::lambda:invoke": {"lambda:InvokeFunction"},
    "arn:aws:states:::lambda:invoke.waitForTaskToken": {"lambda:InvokeFunction"},
}
ROLES = {
    "run_container": "RunnerRunContainerRole",
    "run_tasks": "RunnerRunTasksRole",
    "run_fleet": "RunnerRunFleetRole",
}


@pytest.mark.parametrize("machine", ROLES)
def test_a_state_machine_may_do_all_that_its_states_need(dev: Template, machine: str) -> None:
    definition = read_machine(STATE_MACHINES, machine)
    resources = {text for text in texts(definition) if text.startswith("arn:aws:states:::")}
    needed = set().union(*(TAKEN_BY[resource] for resource in resources))
    log_and_trace = {name for name in dev.actions(ROLES[machine]) if name.startswith(("logs:", "xray:"))}
    more = {"ecs:TagResource"} if machine == "run_container" else set()
    assert needed and needed | log_and_trace | more == dev.actions(ROLES[machine])


def test_several_tasks_are_executions_of_the_one_machine_and_iterations_of_the_other(dev: Template) -> None:
    """Also what the Map needs to be a distributed one: to start, follow and stop executions of its own machine."""
    container, _ = dev.the("StepFunctions::StateMachine", named="RunContainer")
    _, tasks = dev.the("StepFunctions::StateMachine", named="RunTasks")
    assert tasks["StateMachineName"] == "shiftwork-dev-run-tasks"
    statements = {one["Sid"]: one["Resource"] for one in dev.statements("RunnerRunTasksRole")}
    assert statements["StartTasks"][0] == {"Ref": container}
    assert _last_part(statements["StartTasks"][1]) == ":stateMachine:shiftwork-dev-run-tasks"
    its, own = statements["FollowTasks"]
    assert its["Fn::Join"][1][-2:] == [{"Fn::GetAtt": [container, "Name"]}, ":*"]
    assert _last_part(own) == ":execution:shiftwork-dev-run-tasks:*"
    rule = ":rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    assert _last_part(statements["HearOfTheEnd"]) == rule


def test_the_state_machine_runs_this_stages_families_on_its_own_cluster_only(dev: Template) -> None:
    cluster = {"Fn::GetAtt": [dev.the("ECS::Cluster")[0], "Arn"]}
    [run] = [one for one in dev.statements("RunnerRunContainerRole") if one["Action"] == "ecs:RunTask"]
    assert run["Condition"] == {"ArnEquals": {"ecs:cluster": cluster}}
    assert _last_part(run["Resource"]) == ":task-definition/shiftwork-dev-*:*"


def test_only_task_roles_of_this_stage_are_passed_and_only_to_tasks(dev: Template) -> None:
    roles = [dev.the("IAM::Role", named=f"Runner{name}Role")[0] for name in ("Task", "Execution")]
    for passer in ("RunnerRunContainerRole", "FunctionsApiRole"):
        [passed] = [one for one in dev.statements(passer) if one["Sid"] == "PassTaskRoles"]
        assert passed["Action"] == "iam:PassRole"
        *ours, of_jobs = passed["Resource"]
        assert ours == [{"Fn::GetAtt": [name, "Arn"]} for name in roles]
        assert _last_part(of_jobs) == ":role/shiftwork/dev/*", "made by an administrator, for single jobs"
        assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_a_job_may_run_on_spot(dev: Template) -> None:
    assert dev.the("ECS::Cluster")[1]["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


def test_a_running_job_may_do_nothing_in_aws_by_itself(dev: Template) -> None:
    assert dev.statements("RunnerTaskRole") == []


def test_a_job_gets_secrets_of_its_own_stage_only(dev: Template) -> None:
    [read] = [one for one in dev.statements("RunnerExecutionRole") if "ssm:GetParameters" in one["Action"]]
    assert [_last_part(resource) for resource in read["Resource"]] == [
        ":parameter/shiftwork/dev/*",
        ":secret:shiftwork/dev/*",
    ]


def _last_part(resource: dict[str, Any]) -> str:
    return str(resource["Fn::Join"][1][-1])
