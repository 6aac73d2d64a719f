"""The URLs in answers: the API's own, and the link to a list's next page."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2


def own_url(event: APIGatewayProxyEventV2) -> str:
    """Return the API's URL without a slash at its end, for links that others follow.

    API Gateway sets X-Forwarded-Proto and accepts only its own host names.
    """
    host = event.headers.get("host", event.request_context.domain_name)
    return f"{event.headers.get('x-forwarded-proto', 'https')}://{host}"


def next_page(event: Any, cursor: str | None, name: str = "cursor") -> dict[str, str]:
    """Return the Link header of the next page (RFC 8288): this request with the cursor. Without a cursor, none.

    `name` is the query parameter that takes the cursor.
    """
    if cursor is None:
        return {}
    query = [pair for pair in parse_qsl(event.raw_query_string) if pair[0] != name]
    path = event["requestContext"]["http"]["path"]
    return {"Link": f'<{path}?{urlencode([*query, (name, cursor)])}>; rel="next"'}
