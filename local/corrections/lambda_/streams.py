"""Corrections of Lambda functions that read the stream of a DynamoDB table."""

import contextvars
import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc

from local.corrections import iam
from local.corrections.registry import correction, replace

LOG = logging.getLogger(__name__)
LOOKS_EVERY = 0.25  # seconds
TRIES_AGAIN_AFTER = 1.0  # AWS does not say
BATCH = 100
KEPT = 100  # records of a stream
# Held to read and to drop: a position counts from the stream's beginning, what was dropped included.
IN_STEP = threading.Lock()


@correction("lambda.streams")
def reading() -> None:
    """Read each stream in a thread of its mapping.

    MiniStack reads streams and queues in one thread, which waits for each function; what fails comes again without end,
    the whole batch each time. AWS (Lambda Developer Guide, "Process DynamoDB records with Lambda", "Configuring partial
    batch response", "Retain discarded records"): a stream is looked at four times a second, a mapping does not wait for
    another; a function may name the first record that failed; with BisectBatchOnFunctionError a failed batch is halved;
    MaximumRetryAttempts and MaximumRecordAgeInSeconds end the tries, and then the destination is told, if the
    function's role may send to it. A disabled mapping forgets nothing.
    """
    init, readers = lambda_svc._init_stream_position, Readers()

    def init_and_read(mapping_id: str, source: str, starting: str) -> None:
        init(mapping_id, source, starting)
        if ":dynamodb:" in source:
            readers.add(Reader(mapping_id, get_account_id(), get_region()))

    replace(lambda_svc, _init_stream_position=init_and_read, _poll_dynamodb_streams=lambda: False)
    replace(dynamodb, esm_wake=readers)  # MiniStack sets it when there is a new record


@correction("lambda.stream_records")
def records() -> None:
    """Keep the newest KEPT records of a stream, and what a mapping has not read yet.

    MiniStack keeps all, in memory, with both images of each: some 20 KB for a change of a run. AWS keeps them for 24
    hours ("Change data capture for DynamoDB Streams"). Not corrected: what MiniStack's own time to live deletes leaves
    no record.
    """
    emit = dynamodb._emit_stream_event

    def emit_and_drop(table: str, *change: Any, **more: Any) -> None:
        emit(table, *change, **more)
        _drop(table)

    replace(dynamodb, _emit_stream_event=emit_and_drop)


class Readers:
    """A thread for each mapping of a stream."""

    def __init__(self) -> None:
        self._all: list[Reader] = []

    def add(self, reader: "Reader") -> None:
        """Start a reader, and forget those that have ended."""
        self._all = [*(one for one in self._all if one.is_alive()), reader]
        reader.start()

    def set(self) -> None:
        """Wake all readers."""
        for reader in self._all:
            reader.news.set()


class Reader(threading.Thread):
    """Hands the records of a stream to a function, in order, until the mapping is gone."""

    def __init__(self, mapping_id: str, account: str, region: str) -> None:
        super().__init__(name="stream", daemon=True)
        self.news = threading.Event()
        self._id, self._place = mapping_id, (account, region)
        self._tries, self._limit = 0, 0

    def run(self) -> None:
        """Look, not before the mapping is stored, and then after news or a failure."""
        contextvars.Context().run(self._follow)

    def _follow(self) -> None:
        lambda_svc._request_account_id.set(self._place[0])
        lambda_svc._request_region.set(self._place[1])
        time.sleep(LOOKS_EVERY)
        while mapping := lambda_svc._esms.get(self._id):
            self.news.clear()
            if not self._tried(mapping):
                self.news.wait(TRIES_AGAIN_AFTER)
                time.sleep(LOOKS_EVERY)

    def _tried(self, mapping: dict[str, Any]) -> bool:
        try:
            return self._hand_over(mapping)
        except Exception:  # whatever it is, it must not be the end of this thread
            LOG.exception("the mapping %s of %s could not be read", self._id, mapping["FunctionName"])
            return False

    def _hand_over(self, mapping: dict[str, Any]) -> bool:
        """Hand over one batch; False if there is none, or its rest should not come again at once."""
        function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        stream = mapping["EventSourceArn"]
        table = dynamodb._tables.get(_table_of(stream)) or {}
        if not mapping.get("Enabled", True) or not function or table.get("LatestStreamArn") != stream:
            return False
        batch = _read(mapping, self._limit or int(mapping.get("BatchSize") or BATCH))
        if not batch:
            return False
        wanted = lambda_svc._apply_filter_criteria(batch, mapping)
        result = lambda_svc._execute_function(function, {"Records": wanted}) if wanted else {}
        done = _processed(mapping, batch, result)
        mapping["LastProcessingResult"] = f"OK - {done} records" if done else "FAILED"
        if done:
            self._next(mapping, done)
            return done == len(batch)
        return self._failed(mapping, function, batch, result)

    def _failed(self, mapping: dict[str, Any], function: dict[str, Any], batch: list[Any], result: Any) -> bool:
        LOG.warning("%s failed on %d records: %s", mapping["FunctionName"], len(batch), result.get("body"))
        if mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
            self._limit = len(batch) // 2
            return True
        self._tries += 1
        condition = _condition(mapping, batch, self._tries)
        if condition:
            _tell(mapping, function, batch, result, condition)
            self._next(mapping, len(batch))
        return bool(condition)

    def _next(self, mapping: dict[str, Any], count: int) -> None:
        _move_on(mapping, count)
        self._tries, self._limit = 0, 0


def _read(mapping: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """Return the next records of a mapping, at most `limit`."""
    table, name, positions = (
        _table_of(mapping["EventSourceArn"]),
        mapping["UUID"],
        lambda_svc._dynamodb_stream_positions,
    )
    with IN_STEP:
        positions[name] = begin = max(positions.get(name, 0), dynamodb.stream_start_position(table))
        found: list[dict[str, Any]] = dynamodb.stream_records_since(table, begin, limit)
        return found


def _move_on(mapping: dict[str, Any], count: int) -> None:
    """Note the number of records that are done: they do not come again."""
    lambda_svc._dynamodb_stream_positions[mapping["UUID"]] += count


def _table_of(stream: str) -> str:
    """Return the name of the table, by the stream's ARN."""
    return stream.partition("/stream/")[0].rpartition("/")[2]


def _drop(table: str) -> None:
    records = dynamodb._stream_records.get(table) or []
    if len(records) <= KEPT:
        return
    mappings = [one for one in lambda_svc._esms.values() if _table_of(one["EventSourceArn"]) == table]
    with IN_STEP:
        trimmed = dynamodb._stream_trimmed.get(table, 0)
        positions = [lambda_svc._dynamodb_stream_positions.get(one["UUID"], trimmed) for one in mappings]
        surplus = min([len(records) - KEPT, *(position - trimmed for position in positions)])
        if surplus > 0:
            del records[:surplus]
            dynamodb._stream_trimmed[table] = trimmed + surplus


def _processed(mapping: Mapping[str, Any], batch: list[Any], result: Any) -> int:
    """Return how many records, from the first on, need not come again."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return len(batch)
    body = result.get("body") or {}
    answer = json.loads(body) if isinstance(body, str) else body
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    named = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []]
    return min((numbers.index(name) if name in numbers else 0 for name in named), default=len(batch))


def _condition(mapping: Mapping[str, Any], batch: list[Any], tries: int) -> str:
    """Return why a batch does not come again; empty if it does."""
    retries, longest = (int(mapping.get(f"Maximum{name}", -1)) for name in ("RetryAttempts", "RecordAgeInSeconds"))
    if 0 <= retries < tries:
        return "RetryAttemptsExhausted"
    age = time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"])
    return "MaxRecordAgeExceeded" if 0 <= longest < age else ""


def _tell(mapping: dict[str, Any], function: dict[str, Any], batch: list[Any], result: Any, condition: str) -> None:
    """Tell the destination which records were given up, not the records themselves."""
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    if ":sqs:" in destination and not iam.allows(function["config"]["Role"], "sqs:SendMessage", destination):
        LOG.warning("the role of %s may not tell %s: %s", mapping["FunctionName"], destination, condition)
        return
    lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, mapping["EventSourceArn"], result, condition)
