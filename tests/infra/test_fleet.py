"""Fleet runs: what AWS IoT tells, who hears of it, and that it tells anything."""

from typing import Any

import pytest

from tests.infra.template import Template

RULES = pytest.mark.parametrize(
    ("name", "topic"), [("FleetJobs", "$aws/events/job/#"), ("FleetExecutions", "$aws/events/jobExecution/#")]
)


@RULES
def test_follow_hears_of_the_jobs_of_this_stage_and_of_no_others(dev: Template, name: str, topic: str) -> None:
    key, rule = _rule(dev, name)
    payload = rule["TopicRulePayload"]
    selected, where = payload["Sql"].split(" WHERE ")
    assert selected.split(" FROM ") == ["SELECT *, topic() AS topic", f"'{topic}'"]
    assert where == "startswith(topic(4), 'shiftwork-dev-')"
    assert (payload["AwsIotSqlVersion"], payload["RuleDisabled"]) == ("2016-03-23", False)
    follow = {"Fn::GetAtt": [dev.the("Lambda::Function", named="FunctionsFollow")[0], "Arn"]}
    assert payload["Actions"] == [{"Lambda": {"FunctionArn": follow}}]
    [permission] = [
        one for one in dev.of("Lambda::Permission").values() if one["SourceArn"] == {"Fn::GetAtt": [key, "Arn"]}
    ]
    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": follow,
        "Principal": "iot.amazonaws.com",
        "SourceAccount": {"Ref": "AWS::AccountId"},
        "SourceArn": {"Fn::GetAtt": [key, "Arn"]},
    }


@RULES
def test_what_lambda_does_not_take_ends_in_the_dead_letters(dev: Template, name: str, topic: str) -> None:
    error = _rule(dev, name)[1]["TopicRulePayload"]["ErrorAction"]["Sqs"]
    queue, role = dev.the("SQS::Queue", named="DeadLetters")[0], dev.the("IAM::Role", named="FleetGivingUp")
    assert error == {"QueueUrl": {"Ref": queue}, "RoleArn": {"Fn::GetAtt": [role[0], "Arn"]}, "UseBase64": False}
    [give_up] = dev.statements("FleetGivingUp")
    assert (give_up["Action"], give_up["Resource"]) == ("sqs:SendMessage", {"Fn::GetAtt": [queue, "Arn"]})
    [trust] = role[1]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "iot.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert trust["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Join"][1][-1] == ":rule/shiftwork_dev_*"


def test_the_rules_have_names_that_iot_takes(dev: Template) -> None:
    names = {rule["RuleName"] for rule in dev.of("IoT::TopicRule").values()}
    assert names == {"shiftwork_dev_jobs", "shiftwork_dev_executions"}


def test_the_deployment_switches_the_events_on(dev: Template) -> None:
    [(_, switch)] = [(key, one) for key, one in dev.body["Resources"].items() if one["Type"] == "Custom::IotJobEvents"]
    function = dev.the("Lambda::Function", named="FunctionsJobEvents")[0]
    assert switch["Properties"] == {"ServiceToken": {"Fn::GetAtt": [function, "Arn"]}, "ServiceTimeout": "300"}


def _rule(template: Template, name: str) -> tuple[str, dict[str, Any]]:
    key, rule = template.the("IoT::TopicRule", named=name)
    return key, dict(rule)
