"""What a request and its answer say beside the body: the next page, the key of a repeated request."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.jobs.model.idempotency import IdempotencyKey


def next_page(event: Any, cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page: this request, from the cursor on (RFC 8288)."""
    if cursor is None:
        return {}
    query = [pair for pair in parse_qsl(event.raw_query_string) if pair[0] != "cursor"]
    path = event["requestContext"]["http"]["path"]
    return {"Link": f'<{path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'}


def key_of_request(event: APIGatewayProxyEventV2, key: str | None) -> IdempotencyKey | None:
    """The caller's key for this request: it belongs to the path, and stands for the body."""
    return IdempotencyKey.of(key, event.raw_path, event.decoded_body or "") if key else None
