"""The deployment's event bus in EventBridge, where status events go."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from functions.jobs.model.status_event import StatusEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef as Entry

SOURCE = "shiftwork"
# EventBridge User Guide, "Calculating PutEvents event entry size" and quotas: so many entries, fewer bytes in all.
_ENTRIES, _BYTES = 10, 256_000


class NotTakenError(Exception):
    """The bus has refused an event; it has all that came before it. `taken` is how many those are."""

    def __init__(self, taken: int, why: str) -> None:
        super().__init__(f"The bus refused an event: {why}")
        self.taken = taken


class EventBus:
    """EventBridge's call on the one bus."""

    def __init__(self, client: Callable[[], "EventBridgeClient"], name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[StatusEvent]) -> None:
        """Put events in their order. Raises NotTakenError; of the events after that one, the bus may have some."""
        taken = 0
        for batch in _batches([self._entry(event) for event in events]):
            answer = self._client().put_events(Entries=batch)
            # "Sending events with PutEvents": an entry may fail alone, and the others after it do not.
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
