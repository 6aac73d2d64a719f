"""Lambda functions that read the stream of a table.

MiniStack reads streams and queues in one thread, which waits for each function; what fails comes again without end, the
whole batch each time. AWS (Lambda Developer Guide, "Process DynamoDB records with Lambda", "Configuring partial batch
response", "Retain discarded records"): a stream is looked at four times a second, a mapping does not wait for another;
a function may name the first record that failed; with BisectBatchOnFunctionError a failed batch is halved;
MaximumRetryAttempts and MaximumRecordAgeInSeconds end the tries, and then the destination is told, if the function's
role may send to it. A disabled mapping forgets nothing.
"""

import contextvars
import logging
import threading
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc

from local.corrections.lambda_ import stream_failures, stream_records

LOG = logging.getLogger(__name__)
LOOKS_EVERY = 0.25  # seconds
TRIES_AGAIN_AFTER = 1.0  # AWS does not say
BATCH = 100


class Readers:
    """A thread for each mapping of a stream."""

    def __init__(self) -> None:
        self._all: list[Reader] = []

    def install(self) -> None:
        """Read in place of MiniStack."""
        init = lambda_svc._init_stream_position

        def init_and_read(mapping_id: str, source: str, starting: str) -> None:
            init(mapping_id, source, starting)
            if ":dynamodb:" in source:
                self._all = [reader for reader in self._all if reader.is_alive()]
                reader = Reader(mapping_id, get_account_id(), get_region())
                self._all.append(reader)
                reader.start()

        lambda_svc._init_stream_position = init_and_read
        lambda_svc._poll_dynamodb_streams = lambda: False
        dynamodb.esm_wake = self  # MiniStack's word for: there is a new record

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
        table = dynamodb._tables.get(stream_records.table_of(stream)) or {}
        if not mapping.get("Enabled", True) or not function or table.get("LatestStreamArn") != stream:
            return False
        batch = stream_records.read(mapping, self._limit or int(mapping.get("BatchSize") or BATCH))
        if not batch:
            return False
        wanted = lambda_svc._apply_filter_criteria(batch, mapping)
        result = lambda_svc._execute_function(function, {"Records": wanted}) if wanted else {}
        done = stream_failures.done(mapping, batch, result)
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
        condition = stream_failures.over(mapping, batch, self._tries)
        if condition:
            stream_failures.tell(mapping, function, batch, result, condition)
            self._next(mapping, len(batch))
        return bool(condition)

    def _next(self, mapping: dict[str, Any], count: int) -> None:
        stream_records.move_on(mapping, count)
        self._tries, self._limit = 0, 0
