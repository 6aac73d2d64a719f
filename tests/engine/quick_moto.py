"""moto made quick enough for thousands of runs, and right where the engine's proof needs it to be as AWS is."""

from collections.abc import Callable
from copy import copy, deepcopy
from datetime import datetime
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.stepfunctions.models import Execution


def install(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Until the test ends."""
    _light_transactions(patch)
    patch.setattr(LimitedSizeDict, "__setitem__", dict.__setitem__)  # moto would weigh each item
    _stops(patch, now)


def _light_transactions(patch: pytest.MonkeyPatch) -> None:
    """To take a transaction back, moto copies the table once for each item of it; here, the items in question."""
    keys: set[tuple[str, str]] = set()
    taken: dict[int, Table] = {}
    transact = DynamoDBBackend.transact_write_items

    def noting(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        taken.clear()
        keys.clear()
        for request in (request for item in transact_items for request in item.values()):
            key = request.get("Key", request.get("Item"))
            keys.add((key["PK"]["S"], key["SK"]["S"]))
        transact(backend, transact_items)

    def kept(table: Table, memo: Any) -> Table:
        if id(table) not in taken:
            taken[id(table)] = copied = copy(table)
            copied.items = copy(table.items)
            for partition in {hash_key for hash_key in table.items if any(hash_key.value == pk for pk, _ in keys)}:
                rows: dict[Any, Any] = table.items[partition]
                mine = {sort: (partition.value, sort.value) in keys for sort in rows}
                copied.items[partition] = {
                    sort: deepcopy(row, memo) if mine[sort] else row for sort, row in rows.items()
                }
        return taken[id(table)]

    patch.setattr(DynamoDBBackend, "transact_write_items", noting)
    patch.setattr(Table, "__deepcopy__", kept, raising=False)


def _stops(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """To stop an execution that has ended changes nothing; moto makes it ABORTED."""

    def stop(execution: Execution, *args: Any, **more: Any) -> None:
        if execution.status == "RUNNING":
            execution.status, execution.stop_date = "ABORTED", now()

    patch.setattr(Execution, "stop", stop)
