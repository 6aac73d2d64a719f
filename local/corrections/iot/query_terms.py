"""One term of a query of fleet indexing: a field, and what it has."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Thing = Mapping[str, Any]  # as SearchIndex shows it
Matches = Callable[[Thing], bool]
SIGNS = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
NAMES = ("thingName", "thingId", "thingTypeName", "thingGroupNames")


class QueryError(ValueError):
    """It is not a query that can be read."""


def term(field: str, sign: str, value: str) -> Matches:
    """A value in a field, or in any of them; raises QueryError."""
    if field and field not in NAMES and not field.startswith(("attributes.", "connectivity.")):
        raise QueryError(f"the field {field} cannot be queried")
    if not field and value.endswith(":"):
        raise QueryError(f"{value} has no value")
    if value.startswith(("*", "?")) and len(value) > 1:
        raise QueryError(f"{value}: a term cannot begin with a wildcard")
    test = _comparison(sign, value) if sign in SIGNS else _pattern(value).fullmatch
    return lambda thing: any(test(text) for text in _values(thing, field))


def _comparison(sign: str, value: str) -> Callable[[str], bool]:
    try:
        limit = float(value)
    except ValueError as error:
        raise QueryError(f"{value} is not a number") from error

    def test(text: str) -> bool:
        return bool(re.fullmatch(r"-?\d+(\.\d+)?", text)) and bool(SIGNS[sign](float(text), limit))

    return test


def _pattern(value: str) -> re.Pattern[str]:
    """Without regard to case. A backslash takes its character as it is; so do quotes, but for wildcards."""
    bare = value[1:-1] if value.startswith('"') and value.endswith('"') and len(value) > 1 else value
    parts = re.findall(r"\\.|.", bare, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(part) or re.escape(part[-1]) for part in parts), re.IGNORECASE | re.DOTALL)


def _values(thing: Thing, field: str) -> list[str]:
    """What a thing has in a field, or in all of them."""
    if not field:
        named = [value for name in NAMES for value in _values(thing, name)]
        return [*named, *(thing.get("attributes") or {}).values()]
    place, _, key = field.partition(".")
    found = (thing.get(place) or {}).get(key) if key else thing.get(place)
    listed = found if isinstance(found, list) else [found]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in listed if value is not None]
