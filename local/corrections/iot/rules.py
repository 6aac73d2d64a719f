"""Corrections of topic rules: what they may do, and functions of their SQL."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot, lambda_svc

from local.corrections import iam
from local.corrections.events import function_admits
from local.corrections.registry import correction, replace

SERVICE = "iot.amazonaws.com"
KNOWN: dict[str, Callable[[str, str], bool]] = {"startswith": str.startswith, "endswith": str.endswith}


class RefusedError(Exception):
    """The rule's action is not allowed, or has nothing to act on."""


@correction("iot.rules")
def rules() -> None:
    """Ask whether a rule may, before it does.

    MiniStack invokes any function, once, and writes anywhere whatever the role. AWS (IoT Developer Guide, "Granting an
    AWS IoT rule the access it requires", "Lambda", "Error handling (error action)"): a function's policy admits the
    rule; other actions use a role that IoT may assume and that allows the call; what fails goes to the error action. A
    function is invoked asynchronously: Lambda tries a failed event again.
    """
    act = iot._dispatch_rule_action

    async def dispatch_rule_action(account: str, region: str, rule: str, action: dict[str, Any], event: Any) -> None:
        with request_scope(account, region):
            if "lambda" in action:
                _invoke(action["lambda"]["functionArn"], iot._topic_rule_arn(rule), event)
                return
            for kind, settings in action.items():
                _check(kind, settings or {}, f"{region}:{account}")
        await act(account, region, rule, action, event)

    replace(iot, _dispatch_rule_action=dispatch_rule_action)


def _invoke(function: str, rule: str, event: Any) -> None:
    found, config, _ = lambda_svc._get_func_record_for_ref(function)
    if not found or not config:
        raise RefusedError(f"The function {function} does not exist.")
    if iam.enforced() and not function_admits(function, rule, SERVICE):
        raise RefusedError(f"The policy of {function} does not let {SERVICE} invoke it for {rule}.")
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(found, config), event)


def _check(kind: str, settings: Mapping[str, Any], place: str) -> None:
    role = settings.get("roleArn") or ""
    if not iam.trusts(role, SERVICE):
        raise RefusedError(f"{SERVICE} may not assume the role {role or '(none)'}.")
    for action, resource in _needs(kind, settings, place).items():
        if not iam.allows(role, action, resource):
            raise RefusedError(f"{role} is not authorized to perform: {action} on resource: {resource}")


def _needs(kind: str, settings: Mapping[str, Any], place: str) -> dict[str, str]:
    """The action that the role needs, and on what. An action that MiniStack does not know needs nothing."""
    queue, table = settings.get("queueUrl", "").rsplit("/", 1)[-1], settings.get("putItem", {}).get("tableName")
    needs = {
        "sqs": {"sqs:SendMessage": f"arn:aws:sqs:{place}:{queue}"},
        "sns": {"sns:Publish": settings.get("targetArn", "")},
        "dynamoDBv2": {"dynamodb:PutItem": f"arn:aws:dynamodb:{place}:table/{table}"},
        "republish": {"iot:Publish": f"arn:aws:iot:{place}:topic/{settings.get('topic')}"},
    }
    return needs.get(kind, {})


@correction("iot.sql")
def sql() -> None:
    """Teach topic rules the functions startswith and endswith.

    MiniStack does not know them: a rule that asks for one never matches. AWS (IoT Developer Guide, "AWS IoT SQL
    reference", "Functions"): whether the first string starts, or ends, with the second; undefined if either is.
    """
    evaluate = iot._eval_select_function

    def eval_select_function(name: str, arguments: list[str], *message: Any) -> Any:
        if name not in KNOWN or len(arguments) != 2:
            return evaluate(name, arguments, *message)
        text, part = (iot._sql_as_string(iot._eval_select_expr(one, *message)) for one in arguments)
        return iot._MISSING if text is None or part is None else KNOWN[name](text, part)

    known = iot._IMPLEMENTED_SQL_FUNCS | KNOWN.keys()
    replace(iot, _eval_select_function=eval_select_function, _IMPLEMENTED_SQL_FUNCS=known)
