"""AWS's passing errors: one table, and for how long a call is repeated before its caller is asked to come again.

The clients ask `delay` after each failed attempt, instead of botocore's own retries. Those count attempts and know no
limit of time, and they repeat LimitExceededException, which says at EventBridge and IoT that a quota is reached. What
is not in the table is an answer, and goes to the adapter at once: so do quotas.
"""

import random
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from functions.jobs.model.errors import UnavailableError

# Codes that mean the same at each service: too many calls, or a fault of AWS (each service's API Reference, "Common
# errors"). S3: "Error responses", SlowDown. DynamoDB Developer Guide, "Error handling with DynamoDB".
_ANYWHERE = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "SlowDown"),
        *("RequestLimitExceeded", "ProvisionedThroughputExceededException", "RequestTimeout"),
        *("InternalServerError", "InternalFailure", "InternalFailureException", "InternalServerException"),
        *("InternalError", "InternalException", "ServerException", "ServiceUnavailable", "ServiceUnavailableException"),
    }
)
_STATUSES = (500, 502, 503, 504)
# Two callers at once: (service, code) -> what the message says, where the code alone says too little.
_RACES: Mapping[tuple[str, str], str] = {
    # The API Reference has no code of its own for it: the text is the one that ECS sends.
    ("ecs", "ClientException"): "Too many concurrent attempts to create a new revision",
    # EventBridge API Reference, PutRule and PutTargets
    ("eventbridge", "ConcurrentModificationException"): "",
    # S3 User Guide, "Add preconditions to S3 operations": a delete finished before the conditional write
    ("s3", "ConditionalRequestConflict"): "",
    ("s3", "OperationAborted"): "",
    # DynamoDB Developer Guide, "Transaction conflict handling in DynamoDB"
    ("dynamodb", "TransactionConflictException"): "",
    ("dynamodb", "TransactionInProgressException"): "",
}
# Reasons of a cancelled transaction (DynamoDB API Reference, TransactWriteItems). Nothing took effect.
_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})

BUDGET = 10.0  # seconds for which one call is repeated
_FIRST, _LONGEST = 0.05, 4.0  # seconds: the longest wait before the second attempt, and before later ones
_SINCE = "shiftwork-first-failed-at"
# The time of time.monotonic() until which calls are repeated, if whoever makes them has less time than BUDGET for each.
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def is_passing(service: str, answer: Mapping[str, Any], status: int) -> bool:
    """Whether this answer of a service, such as `ecs`, is an error that may be gone at the next attempt."""
    error = answer.get("Error", {})
    code, message = error.get("Code", ""), error.get("Message") or ""
    if code == "TransactionCanceledException":
        reasons = {reason["Code"] for reason in answer.get("CancellationReasons", [])}
        return bool(reasons & _REASONS) and "ConditionalCheckFailed" not in reasons
    if code in _ANYWHERE or status in _STATUSES:
        return True
    expected = _RACES.get((service, code))
    return expected is not None and expected in message


def delay(
    response: tuple[Any, Mapping[str, Any]] | None,
    operation: Any,
    attempts: int,
    caught_exception: Exception | None,
    request_dict: Mapping[str, Any],
    **_: Any,
) -> float | None:
    """Return the seconds until the next attempt; None if the call is over. A handler of botocore's `needs-retry`.

    Raises UnavailableError if the time is over. The wait is random, so that callers do not come back together.
    """
    service = operation.service_model.service_id.hyphenize()
    if response is None:
        if not isinstance(caught_exception, NoConnectionError | HTTPClientError):
            return None
        what = type(caught_exception).__name__
    else:
        http, answer = response
        if not is_passing(service, answer, http.status_code):
            return None
        what = ": ".join(filter(None, (answer["Error"].get("Code"), answer["Error"].get("Message"))))
    now = time.monotonic()
    until = request_dict["context"].setdefault(_SINCE, now) + BUDGET
    until = min(until, deadline.get() or until)
    wait = random.uniform(0, min(_LONGEST, _FIRST * 2 ** min(attempts, 10)))  # noqa: S311 - jitter, not a secret
    if now + wait > until:
        raise UnavailableError(f"{service} {operation.name}: {what}") from caught_exception
    return wait


def in_this_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """The call for another thread, with the time limit of this one."""
    until = deadline.get()

    def limited(*args: Any) -> Any:
        deadline.set(until)
        return call(*args)

    return limited
