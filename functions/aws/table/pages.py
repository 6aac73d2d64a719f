"""Cursors: the place in a query that the next page begins at, as one opaque text."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from functions.aws.table.table import Item, Table, is_error
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import Page, PageRequest

T = TypeVar("T")
# A page reads at most so many items: with a filter that few of them pass it may be short, and still have a next one.
READ = 1000


def page(
    table: Table, wish: PageRequest, make: Callable[[Item], T], key: Callable[[Item], Item], **query: Any
) -> Page[T]:
    """One query's page; `key` gives the place of an item in it. Raises InvalidTokenError for a cursor of another query.

    A filter is applied to what is read, so with one more is read than is wanted: one query either way.
    """
    start = _place(wish.cursor, key) if wish.cursor else None
    try:
        items, last = table.page(limit=READ if "FilterExpression" in query else wish.limit, start=start, **query)
    except ClientError as error:
        if start and is_error(error, "ValidationException"):
            raise InvalidTokenError("cursor") from error
        raise
    if len(items) > wish.limit:
        items = items[: wish.limit]
        last = key(items[-1])
    return Page([make(item) for item in items], _cursor(last) if last else None)


def _cursor(place: Mapping[str, str]) -> str:
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
    """What picks an item's place in a query: the key attributes of the table and of the index."""
    return lambda item: {name: item[name] for name in names}
