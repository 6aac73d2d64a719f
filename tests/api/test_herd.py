"""Many firings at once, by threads: AWS's calls are atomic, what is between them is not."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from functions.aws import clients
from functions.events import dispatch, missed
from functions.jobs.ports.runs import BusyError
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call, walk
from tests.conftest import ENVIRONMENT

pytestmark = pytest.mark.slow

MIDNIGHT = datetime(2026, 1, 2, tzinfo=UTC)
FOREVER = 10**9  # seconds: these firings are of the past, and none is too late
HERD = 1000
TICKS = 50


@pytest.fixture
def one_call_at_a_time(call: Call) -> Iterator[None]:
    """moto takes a transaction back by restoring its tables: another call in between would be lost."""
    lock = threading.Lock()

    def enter(**_: Any) -> None:
        lock.acquire()

    def leave(**_: Any) -> None:
        lock.release()

    for client in (clients.dynamodb(), clients.stepfunctions()):
        client.meta.events.register_first("before-send", enter)
        client.meta.events.register("response-received", leave)
    yield


class Faults:
    """Once begun, AWS now and then refuses a call, or its answer is lost; `seen` counts them."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._draw = Random(4)  # noqa: S311 - about the same faults every time

    def refuse(self, model: Any, **_: Any) -> None:
        if self._draw.random() < 0.1:
            self.seen[f"{model.name} throttled"] += 1
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, model.name)

    def lose(self, model: Any, **_: Any) -> None:
        if self._draw.random() < 0.05:
            self.seen[f"{model.name} lost"] += 1
            raise ConnectionClosedError(endpoint_url=model.name)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """As long as this goes on."""
        hands = [client.meta.events for client in (clients.dynamodb(), clients.stepfunctions())]
        for hand in hands:
            hand.register("before-call", self.refuse)
            hand.register("after-call", self.lose)
        yield
        for hand in hands:
            hand.unregister("before-call", self.refuse)
            hand.unregister("after-call", self.lose)


def deliver(tick: dict[str, str]) -> str:
    """As AWS delivers a firing: Lambda tries three times, then it is in the queue, until it is taken from there."""
    for _ in range(3):
        with suppress(ClientError, ConnectionClosedError, BusyError):
            return dispatch.handler(tick, CONTEXT)["result"]
    message = {"messageId": "m", "body": json.dumps({"requestPayload": tick})}
    for _ in range(20):
        if not missed.handler({"Records": [message]}, CONTEXT)["batchItemFailures"]:
            return "from the queue"
    raise AssertionError("never taken from the queue")


def make(call: Call, job: str, policy: str) -> None:
    daily = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": FOREVER, "concurrencyPolicy": policy}
    assert call("POST", "/v1/jobs", JOB | {"id": job, "schedules": [daily]}).status == 201


@contextmanager
def all_reading_before_any_writes() -> Iterator[None]:
    """The worst that can happen: each of TICKS threads has seen the job idle when the first of them writes."""
    barrier, begun = threading.Barrier(TICKS), threading.local()

    def wait(**_: Any) -> None:
        if not hasattr(begun, "writing"):
            begun.writing = True
            barrier.wait(timeout=60)

    clients.dynamodb().meta.events.register("before-call.dynamodb.TransactWriteItems", wait)
    yield
    clients.dynamodb().meta.events.unregister("before-call.dynamodb.TransactWriteItems", wait)


def fire_all(ticks: list[dict[str, str]], at_once: int = 16) -> Counter[str]:
    with ThreadPoolExecutor(at_once) as pool:
        return Counter(pool.map(deliver, ticks))


def firing(job: str, minute: int) -> dict[str, str]:
    at = (MIDNIGHT + timedelta(minutes=minute)).isoformat()
    return {"jobId": job, "scheduleId": "daily", "scheduledTime": at}


@pytest.mark.parametrize(("policy", "others"), [("FORBID", "ACTIVE_RUN"), ("QUEUE", "SUPERSEDED"), ("REPLACE", None)])
def test_of_fifty_ticks_at_once_one_run_is_active(
    call: Call, one_call_at_a_time: None, policy: str, others: str | None
) -> None:
    make(call, "team.job", policy)
    ticks = [firing("team.job", minute) for minute in range(TICKS)]
    with all_reading_before_any_writes():
        fire_all(ticks, at_once=TICKS)
    fire_all(ticks)  # each is delivered twice
    (active,) = call("GET", RUNS).json
    skips = Counter(skip["reason"] for skip in call("GET", f"{PATH}/skips").json)
    runs = call("GET", f"{RUNS}?limit=100").json
    waiting = 1 if policy == "QUEUE" else 0
    assert len(runs) + waiting + skips.total() == TICKS, "each tick is one run, one skip, or waits"
    if others:
        assert runs == [active]
        assert set(skips) == {others}
    summary = call("GET", f"{PATH}?embed=historySummary").json["historySummary"]
    assert (summary["skipCount"], summary["failureCount"]) == (skips.total(), len(runs) - 1)


def test_of_a_thousand_firings_at_once_none_is_lost_and_none_doubled(call: Call, one_call_at_a_time: None) -> None:
    jobs, faults = [f"job{number}" for number in range(100)], Faults()
    for job in jobs:
        make(call, job, "ALLOW")
    ticks = [firing(job, minute) for job in jobs for minute in range(HERD // len(jobs))]
    with faults.at_work():
        results = fire_all(ticks)
    assert min(faults.seen.values()) > HERD // 40, f"the faults were few: {faults.seen}"
    assert results["from the queue"] > HERD // 50, "some had no luck with Lambda's three tries"
    runs = walk(call, "/v1/runs?limit=100")
    assert Counter((run["jobId"], run["scheduledAt"]) for run in runs).most_common(1)[0][1] == 1
    machine = ENVIRONMENT["STATE_MACHINE_ARN"]
    executions = clients.stepfunctions().list_executions(stateMachineArn=machine, maxResults=HERD)["executions"]
    assert len(runs) == HERD
    assert {run["id"] for run in runs} == {execution["name"] for execution in executions}
