"""The deployment's event bus, which gets its status events."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from functions.jobs.model.status_event import StatusEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef as Entry

SOURCE = "shiftwork"
# The most entries, and the most bytes in all, of one call (EventBridge User Guide, "Calculating PutEvents event entry
# size" and quotas).
_ENTRIES, _BYTES = 10, 256_000


class NotTakenError(Exception):
    """The bus refused an event. It has accepted all events before it; `taken` is their number."""

    def __init__(self, taken: int, message: str) -> None:
        super().__init__(f"The event bus refused an event: {message}")
        self.taken = taken


class EventBus:
    """Puts status events on the deployment's event bus."""

    def __init__(self, client: Callable[[], "EventBridgeClient"], name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[StatusEvent]) -> None:
        """Put events in their order. Raises NotTakenError; the bus may have accepted some of the events after it."""
        taken = 0
        for batch in _batches([self._entry(event) for event in events]):
            answer = self._client().put_events(Entries=batch)
            # One entry may fail while those after it do not ("Sending events with PutEvents").
            for number, result in enumerate(answer["Entries"]):
                if "ErrorCode" in result:
                    raise NotTakenError(taken + number, f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}")
            taken += len(batch)

    def _entry(self, event: StatusEvent) -> "Entry":
        detail = json.dumps(event.detail, separators=(",", ":"))
        return {"EventBusName": self._name, "Source": SOURCE, "DetailType": event.name, "Detail": detail}


def _batches(entries: Sequence["Entry"]) -> Iterator[list["Entry"]]:
    batch: list[Entry] = []
    used = 0
    for entry in entries:
        size = len(SOURCE) + len(entry["DetailType"]) + len(entry["Detail"])  # ASCII only
        if batch and (len(batch) == _ENTRIES or used + size > _BYTES):
            yield batch
            batch, used = [], 0
        batch.append(entry)
        used += size
    if batch:
        yield batch
