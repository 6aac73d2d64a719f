"""The wire to AWS: it throttles, lets transactions conflict, and loses answers after their effect.

botocore asks a handler of `before-send` for the answer to each request that it would send, also to each one that it
repeats. moto is that handler (moto/core/botocore_stubber.py), and this stands before it.
"""

import json
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.harsh.limits import Buckets

Answer = AWSResponse | None
_XML = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_READS = ("Get", "BatchGet", "Query", "Describe", "List", "Search", "Test")


def refused(request: AWSPreparedRequest, status: int, code: str, message: str, **more: Any) -> AWSResponse:
    """An answer of AWS with this error, as its protocols have it."""
    if ".s3." in request.url:
        body, headers = _XML.format(code=code, message=message), {"content-type": "application/xml"}
    else:
        body = json.dumps({"__type": code, "message": message, "Message": message, **more})
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]


def body_of(request: AWSPreparedRequest) -> bytes:
    """The body of a request in JSON."""
    assert isinstance(request.body, bytes)
    return request.body


class Wire:
    """Each behaviour is off until its share is set. `seen` counts what befell the requests.

    `conflicts` is the share of DynamoDB's writes that conflict with another transaction (Developer Guide, "Transaction
    conflict handling in DynamoDB"): TransactWriteItems is cancelled with the reason TransactionConflict, a single write
    gets TransactionConflictException. `losses` is the share of requests whose answer is lost after the effect. The SDK
    then repeats the request; DynamoDB recognises a repeated transaction by its token (API Reference,
    TransactWriteItems, ClientRequestToken), and moto does not.
    """

    def __init__(self, now: Callable[[], float], passing: Callable[[], object]) -> None:
        self.buckets: Buckets | None = Buckets(now)
        self.conflicts = self.losses = 0.0
        self._refusals: dict[str, tuple[int, tuple[int, str, str]]] = {}
        self.seen: Counter[str] = Counter()
        self._passing = passing
        self._draw = Random(13)  # noqa: S311 - the same fates each time
        self._transactions: dict[str, tuple[Any, bytes]] = {}

    def refuse(self, operation: str, status: int, code: str, message: str = "", times: int = 1_000_000) -> None:
        """Answer the next requests of an operation with this error."""
        self._refusals[operation] = times, (status, code, message)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand before moto until the test ends."""
        answer = BotocoreStubber.__call__

        def harsh(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **more: Any) -> Answer:
            _, service, operation = event_name.split(".")
            self._passing()
            return self._refusal(service, operation, request) or self._answered(
                service, operation, request, lambda: answer(stubber, event_name, request, **more)
            )

        patch.setattr(BotocoreStubber, "__call__", harsh)

    def _refusal(self, service: str, operation: str, request: AWSPreparedRequest) -> Answer:
        times, error = self._refusals.get(operation, (0, (0, "", "")))
        if times:
            self._refusals[operation] = times - 1, error
            self.seen[f"{operation} refused"] += 1
            return refused(request, *error)
        if self.buckets and not self.buckets.take(service, operation):
            self.seen["throttled"] += 1
            return refused(request, 400, "ThrottlingException", "Rate exceeded")
        if service != "dynamodb" or self._draw.random() >= self.conflicts:
            return None
        if operation == "TransactWriteItems":
            self.seen["conflicting"] += 1
            items = len(json.loads(body_of(request))["TransactItems"])
            codes: list[dict[str, str]] = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (items - 1)
            message = "Transaction cancelled, please refer cancellation reasons for specific reasons"
            return refused(request, 400, "TransactionCanceledException", message, CancellationReasons=codes)
        if operation in _WRITES:
            self.seen["conflicting"] += 1
            return refused(request, 400, "TransactionConflictException", "Transaction is ongoing for the item")
        return None

    def _answered(
        self, service: str, operation: str, request: AWSPreparedRequest, send: Callable[[], Answer]
    ) -> Answer:
        token = json.loads(body_of(request)).get("ClientRequestToken") if operation == "TransactWriteItems" else None
        if token in self._transactions:
            headers, body = self._transactions[token]
            return AWSResponse(request.url, 200, headers, MockRawResponse(body))
        answer = send()
        if token and answer is not None and answer.status_code == 200:
            body = answer.content
            self._transactions[token] = (answer.headers, body)
            answer = AWSResponse(request.url, 200, answer.headers, MockRawResponse(body))  # type: ignore[arg-type]
        if not operation.startswith(_READS) and self._draw.random() < self.losses:
            self.seen["answers lost"] += 1
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer
