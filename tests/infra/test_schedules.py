"""The jobs' schedules: whose they are, how they fire, where a firing goes that could not be dispatched."""

import pytest

from infra.settings import Settings
from tests.infra.template import Properties, Template

ACCOUNT = {"Ref": "AWS::AccountId"}


def test_the_group_is_known_by_name_and_is_the_stages_own(dev: Template, prod: Template) -> None:
    for template, name in ((dev, "shiftwork-dev"), (prod, "shiftwork-prod")):
        assert template.the("Scheduler::ScheduleGroup", named="FunctionsSchedules")[1]["Name"] == name
    assert len(Settings(stage="a" * 20).stack_name) <= 64, "EventBridge Scheduler's limit"


@pytest.mark.parametrize(
    ("role", "group", "function", "queue"),
    [
        ("FunctionsSchedulesRole", "FunctionsSchedulesGroup", "FunctionsDispatchFunction", "MissedFiringsQueue"),
        ("SweepingRole", "SweepingGroup", "FunctionsSweepFunction", "DeadLettersQueue"),
    ],
)
def test_a_schedules_role_fires_one_function_for_one_group_and_no_more(
    dev: Template, role: str, group: str, function: str, queue: str
) -> None:
    [trust] = dev.the("IAM::Role", named=role)[1]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    of_group = {"Fn::GetAtt": [dev.the("Scheduler::ScheduleGroup", named=group)[0], "Arn"]}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": of_group}}
    allowed = {one["Action"]: one["Resource"] for one in dev.statements(role)}
    assert allowed == {
        "lambda:InvokeFunction": _arn_of(dev, "Lambda::Function", function),
        "sqs:SendMessage": _arn_of(dev, "SQS::Queue", queue),
    }


def test_who_keeps_the_schedules_is_told_of_them_and_may_change_those_of_the_jobs_only(dev: Template) -> None:
    told = {
        "SCHEDULE_GROUP": {"Ref": dev.the("Scheduler::ScheduleGroup", named="FunctionsSchedules")[0]},
        "SCHEDULE_ROLE_ARN": _arn_of(dev, "IAM::Role", "FunctionsSchedulesRole"),
        "DISPATCH_FUNCTION_ARN": _arn_of(dev, "Lambda::Function", "FunctionsDispatchFunction"),
        "MISSED_QUEUE_ARN": _arn_of(dev, "SQS::Queue", "MissedFiringsQueue"),
    }
    for name in ("Api", "Sweep"):
        variables = dev.the("Lambda::Function", named=f"Functions{name}Function")[1]["Environment"]["Variables"]
        assert variables == variables | told
        by_sid = {one["Sid"]: one for one in dev.statements(f"Functions{name}Role")}
        keep, passed = by_sid["KeepSchedules"], by_sid["PassScheduleRole"]
        assert keep["Action"] == [f"scheduler:{call}Schedule" for call in ("Create", "Update", "Delete")]
        assert keep["Resource"]["Fn::Join"][1][-1] == ":schedule/shiftwork-dev/*"
        assert (passed["Action"], passed["Resource"]) == ("iam:PassRole", told["SCHEDULE_ROLE_ARN"])
        assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_the_sweeps_clock_is_in_no_group_that_the_functions_may_touch(dev: Template) -> None:
    _, schedule = dev.the("Scheduler::Schedule")
    group, properties = dev.the("Scheduler::ScheduleGroup", named="Sweeping")
    assert schedule["GroupName"] == {"Ref": group}
    assert "Name" not in properties, "CloudFormation's own name is never that of the jobs' group"
    target = schedule["Target"]
    assert target["Arn"] == _arn_of(dev, "Lambda::Function", "FunctionsSweepFunction")
    assert target["RoleArn"] == _arn_of(dev, "IAM::Role", "SweepingRole")
    assert target["DeadLetterConfig"]["Arn"] == _arn_of(dev, "SQS::Queue", "DeadLettersQueue")


def test_a_sweep_that_is_late_makes_way_for_the_next(dev: Template) -> None:
    _, schedule = dev.the("Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(2 minutes)"
    assert schedule.get("State", "ENABLED") == "ENABLED"
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 120
    sweep = dev.the("Lambda::Function", named="FunctionsSweep")[0]
    [patience] = [one for one in dev.of("Lambda::EventInvokeConfig").values() if one["FunctionName"]["Ref"] == sweep]
    assert patience["MaximumEventAgeInSeconds"] <= 120
    assert patience["MaximumRetryAttempts"] == 0


def _arn_of(template: Template, kind: str, named: str) -> Properties:
    return {"Fn::GetAtt": [template.the(kind, named=named)[0], "Arn"]}
