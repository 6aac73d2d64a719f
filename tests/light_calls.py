"""What moto and botocore work out for each call anew, and what is the same or not looked at in these tests."""

from copy import copy, deepcopy
from functools import cache
from typing import Any, cast

import pytest
from botocore.useragent import UserAgentString
from moto import backend_index
from moto.core.serialize import JSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import expressions

_USED = ("dynamodb", "stepfunctions")
_lex = ConditionExpressionParser._lex_condition_expression
_conditions: dict[str, Any] = {}


def install(patch: pytest.MonkeyPatch) -> None:
    """Until the test ends."""
    serialize = JSONSerializer._serialize_type_structure

    def as_it_is(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue":  # moto keeps them as DynamoDB answers them
            serialized[key] = value
        else:
            serialize(serializer, serialized, value, shape, key)

    patch.setattr(JSONSerializer, "_serialize_type_structure", as_it_is)
    patch.setattr("moto.core.responses.method_names_from_class", cache(method_names_from_class))
    patch.setattr(UserAgentString, "to_string", lambda agent: "tests")
    first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _USED)
    patch.setattr(backend_index, "backend_url_patterns", first)
    updates = cast("Any", expressions).UpdateExpressionParser
    patch.setattr(updates, "make", cache(updates.make))  # moto changes only copies of what this makes
    patch.setattr(ConditionExpressionParser, "_lex_condition_expression", _lexed)
    patch.setattr("moto.core.models.RESPONSES_METHODS", [])  # these tests send nothing past botocore
    _light_transactions(patch)


def _lexed(parser: ConditionExpressionParser) -> Any:
    """The words of a condition, which the parser takes from the list one by one."""
    text = parser.condition_expression or ""
    if text not in _conditions:
        _conditions[text] = _lex(parser)
    return copy(_conditions[text])


def _light_transactions(patch: pytest.MonkeyPatch) -> None:
    """Copy only the items of a transaction for its rollback. moto copies the whole table once for each item."""
    keys: set[tuple[DynamoType, DynamoType]] = set()
    taken: dict[int, Table] = {}
    transact = DynamoDBBackend.transact_write_items

    def noting(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        taken.clear()
        keys.clear()
        for request in (request for item in transact_items for request in item.values()):
            key = request.get("Key", request.get("Item"))
            keys.add((DynamoType(key["PK"]), DynamoType(key["SK"])))
        transact(backend, transact_items)

    def kept(table: Table, memo: Any) -> Table:
        if id(table) not in taken:
            taken[id(table)] = copied = copy(table)
            copied.items = copy(table.items)
            for partition, sort in keys:
                rows: dict[Any, Any] = table.items.get(partition, {})
                if copied.items.get(partition) is rows:
                    copied.items[partition] = copy(rows)
                if sort in rows:
                    copied.items[partition][sort] = deepcopy(rows[sort], memo)
        return taken[id(table)]

    patch.setattr(DynamoDBBackend, "transact_write_items", noting)
    patch.setattr(Table, "__deepcopy__", kept, raising=False)
