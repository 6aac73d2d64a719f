"""Dispatch firings again that Scheduler could not deliver, or on which the function `dispatch` failed.

A queue of such firings invokes this. If the starting deadline is over, the firing becomes a run that is FAILED, MISSED.
A message that fails here returns to the queue and comes again.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.events.dispatch import dispatch

logger = Logger()
_ENOUGH = 10_000  # milliseconds: a throttled firing takes some seconds


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry: messages of SQS. Returns those that must come again.

    Source: Lambda Developer Guide, "Handling errors for an SQS event source" (ReportBatchItemFailures).
    """
    left = [record["messageId"] for record in event["Records"] if not _done(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in left]}


def _done(record: Mapping[str, Any], context: LambdaContext) -> bool:
    if context.get_remaining_time_in_millis() < _ENOUGH:
        return False
    try:
        dispatch(_firing(record))
    except Exception:  # whatever it is, the message comes again, and after many times it is a dead letter with an alarm
        logger.exception("not dispatched", message_id=record["messageId"])
        return False
    return True


def _firing(record: Mapping[str, Any]) -> dict[str, str]:
    """The firing in a message: the body itself, or a part of it.

    Lambda's record has it as `requestPayload` ("Capturing records of asynchronous invocations"). The guide shows
    Scheduler's dead letters ("Configuring a schedule's dead-letter queue") only for other kinds of targets, as the
    request to the target's API. For Lambda, that request has the firing as the text `Payload`. The attribute
    SCHEDULED_TIME is always there.
    """
    body: Any = json.loads(record["body"])
    firing = body.get("requestPayload") or body.get("Payload") or body
    fields: dict[str, str] = json.loads(firing) if isinstance(firing, str) else firing
    at = record.get("messageAttributes", {}).get("SCHEDULED_TIME", {}).get("stringValue")
    return {**fields, "scheduledTime": at} if at else fields
