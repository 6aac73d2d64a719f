"""A firing was not dispatched: Scheduler could not deliver it, or dispatch failed on it. Dispatch it again.

If it is too late for it, a FAILED run says so. What fails here comes back into the queue, and is tried again.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.events.dispatch import dispatch

logger = Logger()
_ENOUGH = 10_000  # milliseconds: a firing that meets throttling takes some seconds


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry: messages of SQS; answers those that shall come again (Lambda, "Handling errors for an SQS event
    source": ReportBatchItemFailures).
    """
    left = [record["messageId"] for record in event["Records"] if not _done(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in left]}


def _done(record: Mapping[str, Any], context: LambdaContext) -> bool:
    if context.get_remaining_time_in_millis() < _ENOUGH:
        return False
    try:
        dispatch(_firing(record))
    except Exception:  # whatever it is, it comes again, and after many times is a dead letter with an alarm
        logger.exception("not dispatched", message_id=record["messageId"])
        return False
    return True


def _firing(record: Mapping[str, Any]) -> dict[str, str]:
    """The firing in a message: the target's input itself, or what holds it.

    Lambda's record has it as requestPayload ("Capturing records of asynchronous invocations"). Scheduler's dead letter
    ("Configuring a schedule's dead-letter queue") is shown for targets of other kinds only, as the request to the
    target's API: for Lambda that has it as the text Payload. SCHEDULED_TIME is there in any case.
    """
    body: Any = json.loads(record["body"])
    firing = body.get("requestPayload") or body.get("Payload") or body
    told: dict[str, str] = json.loads(firing) if isinstance(firing, str) else firing
    at = record.get("messageAttributes", {}).get("SCHEDULED_TIME", {}).get("stringValue")
    return {**told, "scheduledTime": at} if at else told
