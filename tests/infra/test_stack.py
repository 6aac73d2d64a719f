"""The stack as others see it: names, outputs, the definition of a run."""

import json

from infra.settings import Settings
from tests.infra.template import Template

OUTPUTS = {
    *(
        "ApiUrl",
        "TableName",
        "StateMachineArn",
        "TasksStateMachineArn",
        "FleetStateMachineArn",
        "ClusterArn",
        "JobsLogGroup",
    ),
    *("DispatchFunctionName", "ApiFunctionName", "SweepFunctionName"),
    *("EventBusName", "ScheduleGroupName", "MissedQueueUrl", "DeadLetterQueueUrl"),
    "PayloadBucketName",
}


def test_what_others_need_to_know_has_a_stable_name(dev: Template) -> None:
    assert set(dev.body["Outputs"]) == OUTPUTS
    assert all(one["Description"] for one in dev.body["Outputs"].values())


def test_only_what_must_be_known_by_name_has_one(dev: Template) -> None:
    named = [
        value
        for kind, key in (("DynamoDB::Table", "TableName"), ("Lambda::Function", "FunctionName"))
        for value in dev.of(kind).values()
        if key in value
    ]
    named += [role for role in dev.of("IAM::Role").values() if "RoleName" in role]
    assert named == [dev.the("Lambda::Function", named="RollOut")[1]], "its machine's role names it, and it the machine"


def test_a_stack_name_is_the_prefix_of_its_families() -> None:
    assert Settings(stage="prod").stack_name == "shiftwork-prod"


def test_the_definitions_in_the_template_can_be_read_and_their_logs_hold_no_data(dev: Template) -> None:
    machines = dev.of("StepFunctions::StateMachine").values()
    assert len(machines) == 3
    for machine in machines:
        assert json.loads(machine["DefinitionString"])["StartAt"]
        assert "arn:aws:" not in machine["DefinitionString"], "China's partition is aws-cn"
        assert machine["DefinitionSubstitutions"] == {"partition": {"Ref": "AWS::Partition"}}
        assert machine["StateMachineType"] == "STANDARD"
        assert machine["TracingConfiguration"] == {"Enabled": True}
        assert machine["LoggingConfiguration"]["Level"] == "ERROR"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
