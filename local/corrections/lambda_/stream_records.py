"""The records of a table's stream.

AWS keeps them for 24 hours ("Change data capture for DynamoDB Streams"), and so does MiniStack: in memory, with both
images of each, some 20 KB for a change of a run. Here the newest KEPT stay, and what a mapping has not read yet.

Not corrected: what MiniStack's own time to live deletes leaves no record.
"""

import threading
from typing import Any

from ministack.services import dynamodb, lambda_svc

KEPT = 100
# Held to read and to drop: a position counts from the stream's beginning, what was dropped included.
IN_STEP = threading.Lock()


def install() -> None:
    """Drop with each new record what is not needed any more."""
    emit = dynamodb._emit_stream_event

    def emit_and_drop(table: str, *change: Any, **more: Any) -> None:
        emit(table, *change, **more)
        _drop(table)

    dynamodb._emit_stream_event = emit_and_drop


def read(mapping: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """The next records of a mapping, at most `limit`."""
    table, name, positions = table_of(mapping["EventSourceArn"]), mapping["UUID"], lambda_svc._dynamodb_stream_positions
    with IN_STEP:
        positions[name] = begin = max(positions.get(name, 0), dynamodb.stream_start_position(table))
        found: list[dict[str, Any]] = dynamodb.stream_records_since(table, begin, limit)
        return found


def move_on(mapping: dict[str, Any], count: int) -> None:
    """So many records need not come again."""
    lambda_svc._dynamodb_stream_positions[mapping["UUID"]] += count


def table_of(stream: str) -> str:
    """The name of the table, by the stream's ARN."""
    return stream.partition("/stream/")[0].rpartition("/")[2]


def _drop(table: str) -> None:
    records = dynamodb._stream_records.get(table) or []
    if len(records) <= KEPT:
        return
    mappings = [one for one in lambda_svc._esms.values() if table_of(one["EventSourceArn"]) == table]
    with IN_STEP:
        trimmed = dynamodb._stream_trimmed.get(table, 0)
        positions = [lambda_svc._dynamodb_stream_positions.get(one["UUID"], trimmed) for one in mappings]
        surplus = min([len(records) - KEPT, *(position - trimmed for position in positions)])
        if surplus > 0:
            del records[:surplus]
            dynamodb._stream_trimmed[table] = trimmed + surplus
