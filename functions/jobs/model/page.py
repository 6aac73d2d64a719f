"""Lists in parts: a request for a part, and the part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and the cursor with which the next part begins; None at the end."""

    items: Sequence[T]
    cursor: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRequest:
    """A request for a part of a list: at most `limit` items, from `cursor` on (None: from the beginning)."""

    limit: int
    cursor: str | None = None
