"""What AWS shows late: DynamoDB's global secondary indexes, and DescribeExecution."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType

from tests.harsh.wire import body_of, refused

Place = tuple[str, DynamoType, DynamoType]


class LateIndexes:
    """Indexes that show the items as they were `seconds` ago.

    "Global secondary indexes support eventually consistent reads only" (DynamoDB Developer Guide, "Read consistency");
    a write to the table reaches them "within a fraction of a second", longer "in some unlikely failure scenarios"
    ("Using Global Secondary Indexes").
    """

    def __init__(self, now: Callable[[], float], seen: Counter[str], seconds: float) -> None:
        self._now, self._seen, self._seconds = now, seen, seconds
        self._before: dict[Place, list[tuple[float, Any]]] = {}
        self._last = 0.0

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let the indexes be late until the test ends."""
        for name in ("put_item", "update_item", "delete_item"):
            patch.setattr(DynamoDBBackend, name, self._noting(getattr(DynamoDBBackend, name)))
        query: Any = DynamoDBBackend.query

        def late(backend: DynamoDBBackend, *args: Any, index_name: str | None = None, **more: Any) -> Any:
            if index_name is None:
                return query(backend, *args, index_name=index_name, **more)
            with self._as_it_was(backend):
                return query(backend, *args, index_name=index_name, **more)

        patch.setattr(DynamoDBBackend, "query", late)

    def _noting(self, write: Any) -> Any:
        def noting(backend: DynamoDBBackend, *args: Any, **more: Any) -> Any:
            values = [*args, *more.values()]  # the name of the table, then the key or the item
            place = (values[0], DynamoType(values[1]["PK"]), DynamoType(values[1]["SK"]))
            was = _rows(backend, place).get(place[2])
            self._forget_another_story()
            self._before.setdefault(place, []).append((self._now(), deepcopy(was)))
            return write(backend, *args, **more)

        return noting

    def _forget_another_story(self) -> None:
        """Forget all if the time has gone back: a test came back to an earlier moment."""
        if self._now() < self._last:
            self._before.clear()
        self._last = self._now()

    @contextmanager
    def _as_it_was(self, backend: DynamoDBBackend) -> Iterator[None]:
        self._forget_another_story()
        horizon, current = self._now() - self._seconds, {}
        for place, states in list(self._before.items()):
            late = [was for at, was in states if at > horizon]
            if not late:
                del self._before[place]
                continue
            current[place] = _rows(backend, place).get(place[2])
            self._seen["late index entries"] += 1
            _set(backend, place, late[0])
        try:
            yield
        finally:
            for place, item in current.items():
                _set(backend, place, item)


class LateExecutions:
    """DescribeExecution as it was `seconds` ago.

    "This operation is eventually consistent. The results are best effort and may not reflect very recent updates and
    changes" (Step Functions API Reference). `ends`: also the end of an execution is shown late, not only its start.
    """

    def __init__(self, now: Callable[[], float], seen: Counter[str], seconds: float, *, ends: bool) -> None:
        self._now, self._seen, self._seconds, self._ends = now, seen, seconds, ends
        self._started: dict[str, float] = {}
        self._stopped: dict[str, float] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let descriptions be late until the test ends."""
        answer = BotocoreStubber.__call__

        def late(stubber: Any, event_name: str, request: AWSPreparedRequest, **more: Any) -> AWSResponse | None:
            found = answer(stubber, event_name, request, **more)
            if found is None or found.status_code != 200:
                return found
            match event_name.removeprefix("before-send.sfn."):
                case "StartExecution":
                    body = found.content
                    _note(self._started, json.loads(body)["executionArn"], self._now())
                    return AWSResponse(request.url, 200, found.headers, MockRawResponse(body))  # type: ignore[arg-type]
                case "StopExecution":
                    _note(self._stopped, json.loads(body_of(request))["executionArn"], self._now())
                case "DescribeExecution":
                    return self._as_it_was(request, found)
            return found

        patch.setattr(BotocoreStubber, "__call__", late)

    def _as_it_was(self, request: AWSPreparedRequest, found: AWSResponse) -> AWSResponse:
        execution, horizon = json.loads(found.content), self._now() - self._seconds
        arn = execution["executionArn"]
        if horizon < self._started.get(arn, 0) <= self._now():
            self._seen["late descriptions"] += 1
            return refused(request, 400, "ExecutionDoesNotExist", "Execution Does Not Exist")
        if self._ends and horizon < self._stopped.get(arn, 0) <= self._now():
            self._seen["late descriptions"] += 1
            execution = {name: execution[name] for name in execution.keys() - {"stopDate", "output", "error", "cause"}}
            execution["status"] = "RUNNING"
        body = MockRawResponse(json.dumps(execution))
        return AWSResponse(request.url, 200, found.headers, body)  # type: ignore[arg-type]


def _note(times: dict[str, float], name: str, now: float) -> None:
    """Note the first time. A later one than now is of another story, to which a test does not come back."""
    times[name] = min(now, times.get(name, now))


def _rows(backend: DynamoDBBackend, place: Place) -> dict[Any, Any]:
    rows: dict[Any, Any] = backend.get_table(place[0]).items.get(place[1], {})
    return rows


def _set(backend: DynamoDBBackend, place: Place, item: Any) -> None:
    table, partition, sort = place
    rows = backend.get_table(table).items[partition]
    if item is None:
        rows.pop(sort, None)
    else:
        rows[sort] = item
