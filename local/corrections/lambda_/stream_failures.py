"""What becomes of a batch of a stream's records that a function failed on.

Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda", "Retain discarded records for a
DynamoDB event source".
"""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc

from local.corrections import iam as roles

LOG = logging.getLogger(__name__)


def done(mapping: Mapping[str, Any], batch: list[Any], result: Any) -> int:
    """How many records, from the first on, need not come again."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return len(batch)
    body = result.get("body") or {}
    answer = json.loads(body) if isinstance(body, str) else body
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    named = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []]
    return min((numbers.index(name) if name in numbers else 0 for name in named), default=len(batch))


def over(mapping: Mapping[str, Any], batch: list[Any], tries: int) -> str:
    """Why a batch does not come again; empty if it does."""
    retries, longest = (int(mapping.get(f"Maximum{name}", -1)) for name in ("RetryAttempts", "RecordAgeInSeconds"))
    if 0 <= retries < tries:
        return "RetryAttemptsExhausted"
    age = time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"])
    return "MaxRecordAgeExceeded" if 0 <= longest < age else ""


def tell(mapping: dict[str, Any], function: dict[str, Any], batch: list[Any], result: Any, condition: str) -> None:
    """Which records they are, not the records themselves."""
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    if ":sqs:" in destination and not roles.allows(function["config"]["Role"], "sqs:SendMessage", destination):
        LOG.warning("the role of %s may not tell %s: %s", mapping["FunctionName"], destination, condition)
        return
    lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, mapping["EventSourceArn"], result, condition)
