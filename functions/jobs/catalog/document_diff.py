"""The differences between two documents, path by path."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def changes(before: Any, after: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Yield each difference, such as {"path": "/run/mem", "before": 32, "after": 64}.

    `before` or `after` is absent if that document has nothing at the path. Paths are JSON Pointers (RFC 6901). Lists
    are compared as a whole: after an inserted item, a comparison by position would report all others as changed.
    """
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        if json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True):  # to Python, true is 1
            yield {"path": path or "/", "before": before, "after": after}
        return
    for key in sorted(before.keys() | after.keys()):
        place = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in before:
            yield {"path": place, "after": after[key]}
        elif key not in after:
            yield {"path": place, "before": before[key]}
        else:
            yield from changes(before[key], after[key], place)
