"""Changes of moto: quick enough for thousands of runs, and like AWS where the engine's tests need it."""

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
    """Change moto until the test ends."""
    _light_transactions(patch)
    patch.setattr(LimitedSizeDict, "__setitem__", dict.__setitem__)  # moto would measure each item
    _stops(patch, now)


def _light_transactions(patch: pytest.MonkeyPatch) -> None:
    """Copy only the items of a transaction for its rollback. moto copies the whole table once for each item."""
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
    """Stopping an execution that has ended changes nothing. moto makes it ABORTED."""

    def stop(execution: Execution, *args: Any, **more: Any) -> None:
        if execution.status == "RUNNING":
            execution.status, execution.stop_date = "ABORTED", now()

    patch.setattr(Execution, "stop", stop)
