"""Part of a list, and the cursor that the next part begins at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and the cursor that the next part begins at; None at the end."""

    items: Sequence[T]
    cursor: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRequest:
    """Which part of a list: at most `limit` items, after `cursor`."""

    limit: int
    cursor: str | None = None
