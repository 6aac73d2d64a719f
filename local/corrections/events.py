"""Rules: who may make them, which functions they may invoke, and what becomes of an event that cannot be delivered.

MiniStack asks for rule/default/<name> on the account's own bus, and for no rule where targets are put or removed; knows
no events:TargetArn; deletes a rule with its targets; and invokes any function. AWS asks for rule/<name> there (Service
Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge"), deletes no rule that has
targets (API Reference, DeleteRule), and invokes the functions whose policy admits the rule; else the event goes to the
target's dead-letter queue at once, if that one's policy admits the rule (User Guide, "Using dead-letter queues to
process undelivered events").
"""

import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import eventbridge, lambda_svc

from local.corrections import iam as roles
from local.corrections import sqs as queues

SERVICE = "events.amazonaws.com"
# The field in which a request names its rule.
NAMED_BY = {"PutTargets": "Rule", "RemoveTargets": "Rule", "ListTargetsByRule": "Rule"}
NAMED_BY |= dict.fromkeys(("PutRule", "DeleteRule", "DescribeRule", "EnableRule", "DisableRule"), "Name")


def install() -> None:
    """Ask for what AWS asks for."""
    _ask_for_rules()
    _tell_of_targets()
    _keep_rules_with_targets()
    _invoke_who_admits()


def _ask_for_rules() -> None:
    of_default_bus = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        arn = of_default_bus(service, method, path, headers, body, *rest)
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service != "events" or action not in (*NAMED_BY, "DescribeEventBus"):
            return arn
        asked = json.loads(body)
        if action == "DescribeEventBus":
            return f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{asked.get('Name', 'default')}"
        return eventbridge._rule_arn(asked.get(NAMED_BY[action], ""), asked.get("EventBusName", "default"))

    iam_actions.extract_resource_arn = extract_resource_arn


def _tell_of_targets() -> None:
    of_tags = iam_actions.request_tag_context

    def request_tag_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        context: dict[str, Any] = of_tags(service, action, body, params)
        if action != "events:PutTargets":
            return context
        return context | {"events:TargetArn": [target.get("Arn", "") for target in json.loads(body)["Targets"]]}

    iam_actions.request_tag_context = request_tag_context


def _keep_rules_with_targets() -> None:
    delete = eventbridge._delete_rule

    def delete_rule(data: dict[str, Any]) -> Any:
        key = eventbridge._rule_key(data.get("Name"), data.get("EventBusName", "default"))
        if eventbridge._targets.get(key):
            return error_response_json("ValidationException", "Rule can't be deleted since it has targets.", 400)
        return delete(data)

    eventbridge._delete_rule = delete_rule


def _invoke_who_admits() -> None:
    invoke = eventbridge._invoke_target

    def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        arn = target.get("Arn", "")
        if ":lambda:" not in arn or not roles.enforced() or function_admits(arn, rule["Arn"]):
            invoke(target, event, rule, view)
            return
        view = view or eventbridge._pattern_event_view(event)
        _bury(target, rule["Arn"], json.dumps(view.event_with_detail()))

    eventbridge._invoke_target = invoke_target


def function_admits(function: str, rule: str, service: str = SERVICE) -> bool:
    """Whether a function's policy lets a service invoke it for a rule."""
    policy, _ = lambda_svc.function_policy_for_arn(function) or ({}, "")
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function,
        region=get_region(),
        service_context={"aws:sourcearn": rule, "aws:sourceaccount": get_account_id()},
    )
    return bool(iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow")


def _bury(target: dict[str, Any], rule: str, event: str) -> None:
    queue = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    told = {"RULE_ARN": rule, "TARGET_ARN": target["Arn"], "ERROR_CODE": "NO_PERMISSIONS"}
    told["ERROR_MESSAGE"] = f"The function's policy does not admit {rule}."
    queues.send_for(SERVICE, rule, queue, event, {name: ("String", text) for name, text in told.items()})
