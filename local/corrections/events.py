"""Corrections of EventBridge: who may make rules, which functions they may invoke, and what becomes of failures."""

import collections
import json
import logging
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import eventbridge, lambda_svc

from local.corrections import iam, sqs
from local.corrections.registry import correction, replace

SERVICE = "events.amazonaws.com"
# The field in which a request names its rule.
NAMED_BY = {"PutTargets": "Rule", "RemoveTargets": "Rule", "ListTargetsByRule": "Rule"}
NAMED_BY |= dict.fromkeys(("PutRule", "DeleteRule", "DescribeRule", "EnableRule", "DisableRule"), "Name")


@correction("events.access")
def access() -> None:
    """Ask for the rule itself, and tell policies of its targets.

    MiniStack asks for rule/default/<name> on the account's own bus, asks for no rule where targets are put or removed,
    and knows no events:TargetArn. AWS asks for rule/<name> there (Service Authorization Reference, "Actions, resources,
    and condition keys for Amazon EventBridge").
    """
    replace(
        iam_actions,
        extract_resource_arn=_naming_rules(iam_actions.extract_resource_arn),
        request_tag_context=_telling_of_targets(iam_actions.request_tag_context),
    )


def _naming_rules(of_default_bus: Callable[..., Any]) -> Callable[..., Any]:
    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        arn = of_default_bus(service, method, path, headers, body, *rest)
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service != "events" or action not in (*NAMED_BY, "DescribeEventBus"):
            return arn
        asked = json.loads(body)
        if action == "DescribeEventBus":
            return f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{asked.get('Name', 'default')}"
        return eventbridge._rule_arn(asked.get(NAMED_BY[action], ""), asked.get("EventBusName", "default"))

    return extract_resource_arn


def _telling_of_targets(of_tags: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def request_tag_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        context: dict[str, Any] = of_tags(service, action, body, params)
        if action != "events:PutTargets":
            return context
        return context | {"events:TargetArn": [target.get("Arn", "") for target in json.loads(body)["Targets"]]}

    return request_tag_context


@correction("events.deletion")
def deletion() -> None:
    """Delete no rule that has targets.

    MiniStack deletes a rule with its targets. AWS refuses (EventBridge API Reference, DeleteRule).
    """
    delete = eventbridge._delete_rule

    def delete_rule(data: dict[str, Any]) -> Any:
        key = eventbridge._rule_key(data.get("Name"), data.get("EventBusName", "default"))
        if eventbridge._targets.get(key):
            return error_response_json("ValidationException", "Rule can't be deleted since it has targets.", 400)
        return delete(data)

    replace(eventbridge, _delete_rule=delete_rule)


@correction("events.permissions")
def permissions() -> None:
    """Invoke the functions whose policy admits the rule.

    MiniStack invokes any function. AWS sends an event that it cannot deliver to the target's dead-letter queue at once,
    if that one's policy admits the rule (EventBridge User Guide, "Using dead-letter queues to process undelivered
    events").
    """
    invoke = eventbridge._invoke_target

    def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        arn = target.get("Arn", "")
        if ":lambda:" not in arn or not iam.enforced() or function_admits(arn, rule["Arn"]):
            invoke(target, event, rule, view)
            return
        view = view or eventbridge._pattern_event_view(event)
        _bury(target, rule["Arn"], json.dumps(view.event_with_detail()))

    replace(eventbridge, _invoke_target=invoke_target)


def function_admits(function: str, rule: str, service: str = SERVICE) -> bool:
    """Return whether a function's policy lets a service invoke it for a rule."""
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
    sqs.send_for(SERVICE, rule, queue, event, {name: ("String", text) for name, text in told.items()})


LOG = logging.getLogger(__name__)


@correction("events.invocations")
def invocations() -> None:
    """Invoke functions asynchronously, and forget events that were put.

    MiniStack invokes a function once and drops its failure. AWS invokes asynchronously (Lambda Developer Guide, "How
    Lambda handles errors and retries with asynchronous invocation"): a failed event is tried twice more, then goes to
    the function's dead-letter queue or failure destination. MiniStack does that for its other sources. It also keeps
    every event that was ever put, and nobody reads them.
    """

    def dispatch_to_lambda(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            LOG.warning("the target %s of a rule does not exist", name)
            return
        event: Any = json.loads(payload)
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)

    kept: collections.deque[Any] = collections.deque(maxlen=0)
    replace(eventbridge, _dispatch_to_lambda=dispatch_to_lambda, _events_log_list=lambda: kept)
