"""Addresses in answers: the deployment's own, and that of a list's next page."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.jobs.model.idempotency import IdempotencyKey


def own_url(event: APIGatewayProxyEventV2) -> str:
    """The API's URL, without a slash at its end, for links that are followed from elsewhere.

    API Gateway sets X-Forwarded-Proto, and answers to no other hosts than its own.
    """
    host = event.headers.get("host", event.request_context.domain_name)
    return f"{event.headers.get('x-forwarded-proto', 'https')}://{host}"


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
