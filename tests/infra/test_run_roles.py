"""What carrying a run takes: the state machine's role, and those of its tasks."""

import json
from typing import Any

from tests.infra.template import DEFINITION, Template, texts

# The actions that a service integration takes (Step Functions, "Integrating services": each one's IAM section).
TAKEN_BY = {
    "arn:aws:states:::ecs:runTask.sync": {
        *("ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole"),
        *("events:PutTargets", "events:PutRule", "events:DescribeRule"),
    },
}


def test_the_state_machine_may_do_all_that_its_states_need(dev: Template) -> None:
    definition = json.loads(DEFINITION.read_text(encoding="utf-8"))
    resources = {text for text in texts(definition) if text.startswith("arn:aws:states:::")}
    needed = set().union(*(TAKEN_BY[resource] for resource in resources))
    assert needed and needed <= dev.actions("RunnerRunContainerRole")


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
