"""What the functions of fleet runs may do: their own jobs and groups, anybody's things, no more."""

from pathlib import Path
from typing import Any

from infra.settings import Settings
from tests.infra.template import Template, many, synthesise
from tests.infra.test_function_roles import CANCEL, CONCLUDE, LOOK, ON_EVERY_FUNCTION

TABLE = {f"dynamodb:{name}" for name in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")}
TABLE |= {"dynamodb:ConditionCheckItem"}
MAKE = {f"iot:{call}" for call in ("CreateJob", "TagResource", "CreateThingGroup", "CreateDynamicThingGroup")}
MAKE |= {
    "iot:AddThingToThingGroup",
    "iot:ListThingsInThingGroup",
    "iot:ListThingGroupsForThing",
    "iot:DescribeThing",
    "iot:SearchIndex",
    "iam:PassRole",
}
JOBS, GROUPS = ":job/shiftwork-dev-*", ":thinggroup/shiftwork-dev-*"
ON_OURS = {
    **{f"iot:{call}": {JOBS} for call in ("DescribeJob", "ListJobExecutionsForJob", "CancelJob", "TagResource")},
    **{f"iot:{call}ThingGroup": {GROUPS} for call in ("Create", "CreateDynamic", "Delete", "DeleteDynamic")},
    "iot:AddThingToThingGroup": {GROUPS, ":thing/*"},
    "iot:RemoveThingFromThingGroup": {GROUPS, ":thing/*"},
    "iot:CreateJob": {JOBS, ":thing/*", ":thinggroup/*", ":jobtemplate/*", "::jobtemplate/*"},
    "iot:SearchIndex": {":index/AWS_Things"},
}
ROLES = ("RollOut", "Follow", "Sweep", "Api", "Dispatch", "Missed")


def test_each_function_may_do_what_its_calls_need_and_no_more(dev: Template) -> None:
    dead_letter = {"sqs:SendMessage"}
    assert dev.actions("FunctionsRollOutRole") == ON_EVERY_FUNCTION | TABLE | MAKE | CANCEL | CONCLUDE
    assert dev.actions("FunctionsFollowRole") == ON_EVERY_FUNCTION | TABLE | LOOK | CONCLUDE | dead_letter
    assert dev.actions("FunctionsJobEventsRole") == ON_EVERY_FUNCTION | dead_letter | {"iot:UpdateEventConfigurations"}


def test_they_change_the_jobs_and_groups_of_this_stage_only(dev: Template) -> None:
    seen = set()
    for name in ROLES:
        for statement in dev.statements(f"Functions{name}Role"):
            for action in set(many(statement["Action"])) & set(ON_OURS):
                assert {_end(one) for one in many(statement["Resource"])} == ON_OURS[action], (name, action)
                seen.add(action)
    assert seen == set(ON_OURS)


def test_only_who_waits_for_a_rollout_is_told_of_its_end(dev: Template) -> None:
    machine = dev.the("StepFunctions::StateMachine", named="RunFleet")[0]
    for name in ("RollOut", "Follow", "Sweep"):
        [conclude] = [one for one in dev.statements(f"Functions{name}Role") if one["Sid"] == "Conclude"]
        assert (set(conclude["Action"]), conclude["Resource"]) == (CONCLUDE, {"Ref": machine})


def test_the_machine_calls_the_one_function(dev: Template) -> None:
    [call] = [one for one in dev.statements("RunnerRunFleetRole") if one["Sid"] == "RollOut"]
    _, function = dev.the("Lambda::Function", named="FunctionsRollOut")
    assert _end(call["Resource"]) == f":function:{function['FunctionName']}" == ":function:shiftwork-dev-roll-out"
    told = function["Environment"]["Variables"]
    assert told["ROLL_OUT_FUNCTION_ARN"] == call["Resource"]
    assert told["FLEET_STATE_MACHINE_ARN"] == {"Ref": dev.the("StepFunctions::StateMachine", named="RunFleet")[0]}


def test_roles_for_presigned_urls_are_those_of_the_stage_and_for_iot(dev: Template) -> None:
    [passed] = [one for one in dev.statements("FunctionsRollOutRole") if one["Action"] == "iam:PassRole"]
    assert _end(passed["Resource"]) == ":role/shiftwork/dev/*"
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "iot.amazonaws.com"}}


def test_documents_are_read_from_the_buckets_that_were_named(tmp_path: Path, dev: Template) -> None:
    assert "s3:GetObject" not in dev.actions("FunctionsRollOutRole")
    template = synthesise(Settings(document_buckets=("one", "two")), tmp_path)
    [read] = [one for one in template.statements("FunctionsRollOutRole") if one["Action"] == "s3:GetObject"]
    assert [_end(one) for one in read["Resource"]] == [":s3:::one/*", ":s3:::two/*"]


def _end(resource: Any) -> str:
    return str(resource["Fn::Join"][1][-1])
