"""Queries of fleet indexing: which things match (IoT Developer Guide, "Query syntax").

Terms with a field or for all fields, prefixes, comparisons, AND, OR, NOT, -, groups, and a field for a group. Ranges in
brackets are not read, nor are queries of shadows.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Thing = Mapping[str, Any]  # as SearchIndex shows it
Matches = Callable[[Thing], bool]
SIGNS = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
NAMES = ("thingName", "thingId", "thingTypeName", "thingGroupNames")


class QueryError(ValueError):
    """The query cannot be read."""


def _term(field: str, sign: str, value: str) -> Matches:
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
    """Return a pattern that ignores case. A backslash takes its character as it is; so do quotes, except wildcards."""
    bare = value[1:-1] if value.startswith('"') and value.endswith('"') and len(value) > 1 else value
    parts = re.findall(r"\\.|.", bare, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(part) or re.escape(part[-1]) for part in parts), re.IGNORECASE | re.DOTALL)


def _values(thing: Thing, field: str) -> list[str]:
    """Return the values of a thing in a field, or in all of them."""
    if not field:
        named = [value for name in NAMES for value in _values(thing, name)]
        return [*named, *(thing.get("attributes") or {}).values()]
    place, _, key = field.partition(".")
    found = (thing.get(place) or {}).get(key) if key else thing.get(place)
    listed = found if isinstance(found, list) else [found]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in listed if value is not None]


TOKEN = re.compile(
    r"""\s*(?: (?P<mark>[()]) | (?P<word>AND|OR|NOT)(?=[\s(]|$) | (?P<not>-)(?=\S)
          | (?:(?P<field>[A-Za-z][\w.-]*?)(?P<sign>:|>=|<=|>|<|=))?
            (?P<value>"(?:[^"\\]|\\.)*"|(?:\\.|[^\s()])+|(?=\()) )""",
    re.VERBOSE,
)


def parse(text: str) -> Matches:
    """Read a query; raises QueryError."""
    reader = _Reader(text)
    matches = reader.alternatives("")
    if reader.token:
        raise QueryError(f"{text}: nothing is expected at {reader.token.group().strip()}")
    return matches


class _Reader:
    """One query, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text.strip(), 0
        self.token: re.Match[str] | None = None
        self.step()

    def step(self) -> None:
        """Go to the next token; none at the end."""
        if self.at >= len(self.text):
            self.token = None
            return
        self.token = TOKEN.match(self.text, self.at)
        if not self.token:
            raise QueryError(f"{self.text}: cannot be read from character {self.at}")
        self.at = self.token.end()

    def takes(self, kind: str, value: str) -> bool:
        """Return whether the token is this one, and if so go to the next."""
        found = self.token is not None and self.token[kind] == value
        if found:
            self.step()
        return found

    def alternatives(self, field: str) -> Matches:
        """One or more, with OR between them."""
        every = [self._all(field)]
        while self.takes("word", "OR"):
            every.append(self._all(field))
        return lambda thing: any(one(thing) for one in every)

    def _all(self, field: str) -> Matches:
        every = [self._one(field)]
        while self.takes("word", "AND") or (self.token and self.token["mark"] != ")" and self.token["word"] != "OR"):
            every.append(self._one(field))
        return lambda thing: all(one(thing) for one in every)

    def _one(self, field: str) -> Matches:
        if self.takes("word", "NOT") or self.takes("not", "-"):
            refused = self._one(field)
            return lambda thing: not refused(thing)
        if self.takes("mark", "("):
            return self._group(field)
        token = self.token
        if token is None or token["value"] is None:
            raise QueryError(f"{self.text}: a term is missing")
        self.step()
        if token["value"] == "":
            return self._group(token["field"]) if self.takes("mark", "(") else _never
        return _term(token["field"] or field, token["sign"] or ":", token["value"])

    def _group(self, field: str) -> Matches:
        inner = self.alternatives(field)
        if not self.takes("mark", ")"):
            raise QueryError(f"{self.text}: a bracket is not closed")
        return inner


def _never(_: Thing) -> bool:
    return False
