"""What EventBridge takes for an event pattern. Which operators there are is EventBridge's to say.

Source: EventBridge User Guide, "Event pattern syntax", "Comparison operators for use in event patterns" and "Amazon
EventBridge quotas" (event pattern size).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from functions.jobs.errors import Problem

MAX_CHARACTERS = 2048
_MAX_DEPTH = 100


def pattern_problems(pattern: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """What is wrong with a pattern at this path of a document."""
    if _is_deeper(pattern, _MAX_DEPTH):
        yield Problem(path, f"is nested more than {_MAX_DEPTH} times.")
        return
    yield from _object_problems(pattern, path)
    try:
        size = len(json.dumps(pattern, allow_nan=False, ensure_ascii=False, separators=(",", ":")))
    except ValueError:
        yield Problem(path, "holds a number that is too large for JSON.")
        return
    if size > MAX_CHARACTERS:
        words = f"takes {size} characters as JSON, and EventBridge takes {MAX_CHARACTERS}"
        yield Problem(path, f"{words}: shorten it, or make several events.")


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


def _object_problems(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, "is empty: name at least one field of the events.")
    for name, item in value.items():
        here = f"{path}/{name}"
        if name == "$or":
            yield from _or_problems(item, here)
        elif isinstance(item, Mapping):
            yield from _object_problems(item, here)
        elif not isinstance(item, list) or not item:
            yield Problem(here, f'must be a list of values, such as ["a"], or an object; got {json.dumps(item)[:100]}.')
        else:
            yield from (problem for n, one in enumerate(item) for problem in _value_problems(one, f"{here}({n})"))


def _or_problems(items: Any, path: str) -> Iterator[Problem]:
    if not isinstance(items, list) or len(items) < 2 or not all(isinstance(one, Mapping) for one in items):
        yield Problem(path, "must be a list of two or more objects, each a pattern.")
        return
    for place, one in enumerate(items):
        yield from _object_problems(one, f"{path}({place})")


def _value_problems(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        yield Problem(path, "is a list within a list: give texts, numbers, true, false, null or an operator.")
    elif isinstance(value, Mapping) and len(value) != 1:
        yield Problem(path, 'must have one operator, such as {"prefix": "a"}: list several, of which one must hold.')
