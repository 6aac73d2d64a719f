"""Correction of what Lambda keeps of an asynchronous event that it could not process."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from local.corrections import sqs
from local.corrections.registry import correction, replace

LOG = logging.getLogger(__name__)
Attributes = dict[str, tuple[str, str]]


@correction("lambda.failures")
def failures() -> None:
    """Send AWS's record of a failed event to queues; other destinations are left to MiniStack.

    MiniStack's record has no version, time, request id and executed version, and always speaks of three attempts; its
    dead-letter queues get it too. AWS (Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"):
    a destination gets the record, a dead-letter queue the event alone, with the attributes RequestID, ErrorCode and
    ErrorMessage. Where IAM is enforced, the function's role must be allowed to send.
    """
    route = lambda_svc._route_async_failure

    def route_failure(target: str, name: str, event: Any, result: dict[str, Any]) -> None:
        function = lambda_svc._functions.get(name)
        if ":sqs:" not in target or not function:
            route(target, name, event, result)
            return
        try:
            sqs.send(function["config"]["Role"], target, *_message(target, function, event, result))
        except sqs.NotSentError as error:
            LOG.warning("a failed event of %s is lost: %s", name, error)

    replace(lambda_svc, _route_async_failure=route_failure)


def _message(target: str, function: dict[str, Any], event: Any, result: dict[str, Any]) -> tuple[str, Attributes]:
    body = result.get("body")
    error = body if isinstance(body, dict) else {}
    if _on_failure(function) == target:
        return json.dumps(_record(function, event, result, error)), {}
    text = str(error.get("errorMessage") or "")[:1024]  # characters: as much as AWS keeps
    return json.dumps(event), {
        "RequestID": ("String", new_uuid()),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", text),
    }


def _record(function: dict[str, Any], event: Any, result: dict[str, Any], error: Any) -> dict[str, Any]:
    version = "$LATEST"
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{function['config'].get('FunctionArn', '')}:{version}",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1 + _retries(function),
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": version,
            "functionError": result.get("function_error") or "Unhandled",
        },
        "responsePayload": error,
    }


def _settings(function: dict[str, Any]) -> dict[str, Any]:
    configs = function.get("event_invoke_configs") or {}
    return function.get("event_invoke_config") or configs.get("$LATEST") or {}


def _retries(function: dict[str, Any]) -> int:
    retries = _settings(function).get("MaximumRetryAttempts")
    return 2 if retries is None else int(retries)


def _on_failure(function: dict[str, Any]) -> Any:
    return ((_settings(function).get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
