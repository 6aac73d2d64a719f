"""moto made quick enough for thousands of runs, and right where the engine's proof needs it to be as AWS is."""

from collections.abc import Callable
from copy import copy, deepcopy
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from botocore.useragent import UserAgentString
from moto import backend_index
from moto.core.serialize import JSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.stepfunctions.models import Execution

_USED = ("dynamodb", "stepfunctions")


def install(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Until the test ends."""
    _light_transactions(patch)
    _light_calls(patch)
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


def _light_calls(patch: pytest.MonkeyPatch) -> None:
    """What moto and botocore work out for each call anew, and what is the same or not looked at here."""
    serialize = JSONSerializer._serialize_type_structure

    def as_it_is(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue":  # moto keeps them as DynamoDB answers them
            serialized[key] = value
        else:
            serialize(serializer, serialized, value, shape, key)

    patch.setattr(JSONSerializer, "_serialize_type_structure", as_it_is)
    patch.setattr(LimitedSizeDict, "__setitem__", dict.__setitem__)  # an item's size
    patch.setattr("moto.core.responses.method_names_from_class", cache(method_names_from_class))
    patch.setattr(UserAgentString, "to_string", lambda agent: "tests")
    first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _USED)
    patch.setattr(backend_index, "backend_url_patterns", first)


def _stops(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """To stop an execution that has ended changes nothing; moto makes it ABORTED."""

    def stop(execution: Execution, *args: Any, **more: Any) -> None:
        if execution.status == "RUNNING":
            execution.status, execution.stop_date = "ABORTED", now()

    patch.setattr(Execution, "stop", stop)
