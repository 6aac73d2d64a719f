"""A harsher AWS: moto, with what AWS may do and moto does not. Nothing of the code under test is changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.harsh.lags import LateExecutions, LateIndexes
from tests.harsh.pages import Pages
from tests.harsh.wire import Wire

if TYPE_CHECKING:
    from collections import Counter


@dataclass(frozen=True, slots=True)
class Harshness:
    """How harsh AWS is. Shares are from 0 to 1, lags in seconds; `whole` names operations whose pages are not cut."""

    conflicts: float = 0.1
    losses: float = 0.1
    index_lag: float = 0.0
    description_lag: float = 0.0
    late_ends: bool = False
    whole: frozenset[str] = frozenset()


class HarshAws:
    """Installs what is wanted. `seen` counts what befell the code under test, `wire` can be told to refuse more."""

    def __init__(self, now: Callable[[], float], passing: Callable[[], object], harshness: Harshness) -> None:
        self._now, self._harshness = now, harshness
        self.wire = Wire(now, passing)
        self.wire.conflicts, self.wire.losses = harshness.conflicts, harshness.losses
        self.seen: Counter[str] = self.wire.seen

    def install(self, patch: pytest.MonkeyPatch, clients: Iterable[Any]) -> None:
        """Be harsh until the test ends; `clients` are those whose pages are cut."""
        harshness = self._harshness
        if harshness.index_lag:
            LateIndexes(self._now, self.seen, harshness.index_lag).install(patch)
        if harshness.description_lag:
            lag, ends = harshness.description_lag, harshness.late_ends
            LateExecutions(self._now, self.seen, lag, ends=ends).install(patch)
        self.wire.install(patch)
        pages = Pages(self.seen, leave=harshness.whole)
        for client in clients:
            pages.install(client)
