"""Events that start jobs: whose rules may hand them over, to whom, and where an event goes that cannot be delivered."""

from typing import Any

from infra.settings import Settings
from tests.infra.template import Properties, Template

# On the account's own bus, and on any other: the bus is in the ARN.
RULES = (":rule/shiftwork-dev_*", ":rule/*/shiftwork-dev_*")


def test_who_keeps_the_rules_is_told_of_them_and_may_change_those_of_the_stage_only(dev: Template) -> None:
    react = _arn_of(dev, "Lambda::Function", "FunctionsReactFunction")
    told = {
        "RULE_PREFIX": "shiftwork-dev_",
        "REACT_FUNCTION_ARN": react,
        "DEAD_LETTERS_ARN": _arn_of(dev, "SQS::Queue", "DeadLettersQueue"),
    }
    for name in ("Api", "Sweep"):
        variables = dev.the("Lambda::Function", named=f"Functions{name}Function")[1]["Environment"]["Variables"]
        assert variables == variables | told
        by_sid = {one["Sid"]: one for one in dev.statements(f"Functions{name}Role")}
        keep, target = by_sid["KeepRules"], by_sid["TargetRules"]
        assert keep["Action"] == [f"events:{call}" for call in ("PutRule", "RemoveTargets", "DeleteRule")]
        assert target["Action"] == "events:PutTargets"
        assert _ends(keep["Resource"]) == _ends(target["Resource"]) == RULES
        condition = {"ForAllValues:ArnEquals": {"events:TargetArn": react}, "Null": {"events:TargetArn": "false"}}
        assert target["Condition"] == condition


def test_the_stacks_own_rules_and_those_of_other_stages_are_not_among_them(dev: Template, prod: Template) -> None:
    for template in (dev, prod):
        # Without a name of its own a rule is called <stack>-<logical id>-<something> (CloudFormation, "Name type").
        assert not [rule for rule in template.of("Events::Rule").values() if "Name" in rule]
    stages = [Settings(stage=stage).stack_name for stage in ("dev", "dev2", "d")]
    assert not [name for name in stages if f"{name}_".startswith("shiftwork-dev_") and name != "shiftwork-dev"]


def test_react_is_invoked_by_these_rules_and_by_nobody_else(dev: Template) -> None:
    function = _arn_of(dev, "Lambda::Function", "FunctionsReactFunction")
    grants = [one for one in dev.of("Lambda::Permission").values() if one["FunctionName"] == function]
    assert {(one["Action"], one["Principal"]) for one in grants} == {("lambda:InvokeFunction", "events.amazonaws.com")}
    assert _ends([one["SourceArn"] for one in grants]) == RULES


def test_the_dead_letters_take_what_these_rules_cannot_deliver(dev: Template) -> None:
    letters, _ = dev.the("SQS::Queue", named="DeadLettersQueue")
    [policy] = [one for one in dev.of("SQS::QueuePolicy").values() if one["Queues"] == [{"Ref": letters}]]
    [admitted] = [one for one in policy["PolicyDocument"]["Statement"] if one.get("Sid") == "EventsThatStartJobs"]
    assert (admitted["Effect"], admitted["Action"]) == ("Allow", "sqs:SendMessage")
    assert admitted["Principal"] == {"Service": "events.amazonaws.com"}
    assert _ends(admitted["Condition"]["ArnLike"]["aws:SourceArn"]) == RULES


def _ends(arns: list[Any]) -> tuple[Any, ...]:
    return tuple(arn["Fn::Join"][1][-1] for arn in arns)


def _arn_of(template: Template, kind: str, named: str) -> Properties:
    return {"Fn::GetAtt": [template.the(kind, named=named)[0], "Arn"]}
