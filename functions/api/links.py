"""The URLs in answers: the API's own, and the pages of lists with the link to the next page."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.http import LargeAnswerError, answer
from functions.jobs.model.page import Page, PageRequest

T = TypeVar("T")


def own_url(event: APIGatewayProxyEventV2) -> str:
    """Return the API's URL without a slash at its end, for links that others follow.

    API Gateway sets X-Forwarded-Proto and accepts only its own host names.
    """
    host = event.headers.get("host", event.request_context.domain_name)
    return f"{event.headers.get('x-forwarded-proto', 'https')}://{host}"


Query = Sequence[tuple[str, str]]


def next_page(event: Any, cursor: str | None, also: Query = (), name: str = "cursor") -> dict[str, str]:
    """Return the Link header of the next page (RFC 8288): this request with the cursor. Without a cursor, none.

    `name` is the query parameter that takes the cursor.
    """
    if cursor is None:
        return {}
    query = [pair for pair in parse_qsl(event.raw_query_string) if pair[0] != name]
    path = event["requestContext"]["http"]["path"]
    return {"Link": f'<{path}?{urlencode([*query, *also, (name, cursor)])}>; rel="next"'}


def answer_page(
    event: Any,
    request: PageRequest,
    read: Callable[[PageRequest], Page[T]],
    show: Callable[[Sequence[T]], list[Any]],
    also: Query = (),
) -> Response[str]:
    """Answer with a page of a list, and the link to the next one, whose query `also` has these parameters.

    If the items that were asked for are larger than Lambda can return, the page has fewer: it is read again, because
    only the list knows where its next page begins. Raises LargeAnswerError if a single item is too large.
    """
    while True:
        found = read(request)
        try:
            return answer(200, show(found.items), next_page(event, found.cursor, also))
        except LargeAnswerError:
            if len(found.items) == 1:
                raise
            request = PageRequest(limit=len(found.items) // 2, cursor=request.cursor)
