"""Pages of queries. A cursor is the place where the next page begins, as one opaque text."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from functions.aws.table.table import Item, Table, is_error
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import Page, PageRequest

T = TypeVar("T")
# The most items that one page reads. If few of them pass a filter, a page may be short and still have a next one.
READ = 1000
# Queries that fill a page without a filter. DynamoDB ends each at 1 MB, and an answer of Lambda has at most 6 MB.
_QUERIES = 4


def page(
    table: Table, request: PageRequest, make: Callable[[Item], T], key: Callable[[Item], Item], **query: Any
) -> Page[T]:
    """Read one page. Raises InvalidTokenError for a cursor that another query gave out.

    `key` picks the place of an item in the query. DynamoDB filters what it has read, so a query with a filter reads
    more items than the page has, and only once. Without a filter, queries go on until the page is full: it is short
    only if its items are very large.
    """
    start = _place(request.cursor, key) if request.cursor else None
    is_filtered = "FilterExpression" in query
    items: list[Item] = []
    last = start
    try:
        for _ in range(1 if is_filtered else _QUERIES):
            limit = READ if is_filtered else request.limit - len(items)
            found, last = table.page(limit=limit, start=last, **query)
            items += found
            if last is None or len(items) >= request.limit:
                break
    except ClientError as error:
        if start and is_error(error, "ValidationException"):
            raise InvalidTokenError("cursor") from error
        raise
    if len(items) > request.limit:
        items = items[: request.limit]
        last = key(items[-1])
    return Page([make(item) for item in items], cursor_of(last) if last else None)


def cursor_of(place: Mapping[str, str]) -> str:
    """Return the cursor of the page that begins after this place: the key attributes of an item."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def _place(cursor: str, key: Callable[[Item], Item]) -> Item:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if place == key(place) and all(isinstance(value, str) and value for value in place.values()):
            return dict(place)
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise InvalidTokenError("cursor") from broken
    raise InvalidTokenError("cursor")


def key_of(*names: str) -> Callable[[Item], Item]:
    """A function that picks the place of an item in a query: the key attributes of the table and of the index."""
    return lambda item: {name: item[name] for name in names}
