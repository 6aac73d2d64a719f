"""AWS's passing errors: repeated for a bounded time, then 503 with Retry-After; quotas and races answer as they are."""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws import clients
from tests.api.conftest import JOB, PATH, RUNS, Answer, Call
from tests.conftest import ENVIRONMENT
from tests.engine import quick_moto
from tests.harsh.aws import HarshAws, Harshness
from tests.harsh.clock import CALL, SharedClock

if TYPE_CHECKING:
    from tests.harsh.clock import MovedClock

CONCURRENT = "Too many concurrent attempts to create a new revision of the specified family."
EVENT = {"events": [{"id": "uploaded", "pattern": {"source": ["aws.s3"]}}]}
PASSING = [
    ("RegisterTaskDefinition", 400, "ClientException", CONCURRENT),
    ("RegisterTaskDefinition", 400, "ThrottlingException", "Rate exceeded"),
    ("RegisterTaskDefinition", 500, "ServerException", ""),
    ("TransactWriteItems", 400, "ProvisionedThroughputExceededException", ""),
    ("TransactWriteItems", 400, "TransactionInProgressException", ""),
    ("BatchGetItem", 400, "ThrottlingException", ""),
    ("TestEventPattern", 400, "ThrottlingException", ""),
]
LONGEST = 29  # seconds: API Gateway gives up after 30


@pytest.fixture
def harsh(harsh: HarshAws) -> HarshAws:
    """An AWS that does only what a test says."""
    harsh.wire.conflicts = harsh.wire.losses = 0
    return harsh


@pytest.mark.parametrize(("operation", "status", "code", "message"), PASSING)
def test_a_passing_error_is_repeated_and_then_a_503(
    call: Call, harsh: HarshAws, clock: "MovedClock", operation: str, status: int, code: str, message: str
) -> None:
    harsh.wire.refuse(operation, status, code, message, times=3)
    assert call("POST", "/v1/jobs", JOB | EVENT).status == 201
    harsh.wire.refuse(operation, status, code, message)
    begun = clock.now()
    answer = call("POST", "/v1/jobs", JOB | EVENT | {"id": "team.other"})
    assert answer.status == 503
    assert 20 <= int(answer.headers["Retry-After"]) <= 60
    assert code in answer.json["message"]
    assert clock.now() - begun < LONGEST
    harsh.wire.refuse(operation, status, code, message, times=0)
    assert call("POST", "/v1/jobs", JOB | EVENT | {"id": "team.other"}).status == 201


def test_conflicting_transactions_are_repeated_and_then_a_503(call: Call, harsh: HarshAws) -> None:
    harsh.wire.conflicts = 0.5
    assert call("POST", "/v1/jobs", JOB).status == 201
    harsh.wire.conflicts = 1
    assert call("POST", RUNS).status == 503


def test_all_calls_of_a_request_share_its_time(call: Call, harsh: HarshAws, clock: "MovedClock") -> None:
    harsh.wire.losses = 0.6
    begun = clock.now()
    statuses = Counter(call("POST", "/v1/jobs", JOB | EVENT | {"id": f"job{number}"}).status for number in range(5))
    assert statuses.keys() <= {201, 503}
    assert clock.now() - begun < 5 * LONGEST


def test_a_quota_answers_at_once(call: Call, harsh: HarshAws, clock: "MovedClock") -> None:
    harsh.wire.refuse("PutRule", 400, "LimitExceededException", "The requested resource exceeds the maximum number")
    begun = clock.now()
    assert call("POST", "/v1/jobs", JOB | EVENT).status == 409
    assert harsh.seen["PutRule refused"] == 1
    assert clock.now() - begun < 1


def test_what_ecs_refuses_for_good_is_a_422_at_once(call: Call, harsh: HarshAws) -> None:
    harsh.wire.refuse("RegisterTaskDefinition", 400, "ClientException", "No Fargate configuration exists")
    answer = call("POST", "/v1/jobs", JOB)
    assert (answer.status, harsh.seen["RegisterTaskDefinition refused"]) == (422, 1)


def test_a_payload_is_put_although_a_delete_comes_between(call: Call, harsh: HarshAws) -> None:
    clients.s3().create_bucket(
        Bucket=ENVIRONMENT["PAYLOAD_BUCKET"], CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    call("POST", "/v1/jobs", JOB | {"payload": "OPTIONAL"})
    harsh.wire.refuse("PutObject", 409, "ConditionalRequestConflict", times=2)
    assert call("POST", RUNS, {"payload": {"text": "x" * 10_000}}).status == 201
    assert harsh.seen["PutObject refused"] == 2


def test_a_run_that_was_put_is_answered_and_the_sweep_starts_it(call: Call, harsh: HarshAws) -> None:
    call("POST", "/v1/jobs", JOB)
    harsh.wire.refuse("StartExecution", 400, "ThrottlingException", "Rate exceeded")
    answer = call("POST", RUNS)
    assert (answer.status, answer.json["status"]) == (201, "INITIAL")


def test_a_job_is_saved_although_scheduler_throttles_and_the_sweep_writes_the_schedule(
    call: Call, harsh: HarshAws
) -> None:
    harsh.wire.refuse("UpdateSchedule", 400, "ThrottlingException", "Rate exceeded")
    schedules = [{"id": "nightly", "cron": "0 3 * * *"}]
    assert call("POST", "/v1/jobs", JOB | {"schedules": schedules}).status == 201
    assert call("GET", PATH).status == 200


@pytest.mark.slow
def test_of_two_hundred_jobs_saved_at_once_all_are_saved(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each client repeats a 503 five times, after the seconds of Retry-After, as `curl --retry 5` does."""
    random.seed(7)  # the waits are random, and the test is the same each time
    clock = SharedClock()
    clock.install(monkeypatch)
    quick_moto.install(monkeypatch, lambda: datetime.now(UTC))
    aws = HarshAws(clock.now, lambda: clock.sleep(CALL), Harshness(conflicts=0.02, losses=0))
    aws.install(monkeypatch, [])
    taken: list[float] = []

    def save(number: int) -> Answer:
        for left in reversed(range(6)):
            begun = clock.now()
            answer = call("POST", "/v1/jobs", JOB | {"id": f"job{number}"})
            taken.append(clock.now() - begun)
            if answer.status != 503 or not left:
                break
            clock.sleep(int(answer.headers["Retry-After"]))
        return answer

    begun = clock.now()
    answers = clock.at_once([lambda number=number: save(number) for number in range(200)])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {201: 200}
    assert max(taken) < LONGEST
    assert clock.now() - begun < 400, "ECS takes 200 task definitions in 180 seconds"
    assert aws.seen["throttled"] > 0


def test_nothing_is_repeated_by_botocore_itself(aws: None) -> None:
    used: list[Any] = [clients.dynamodb(), clients.ecs(), clients.s3(), clients.iot(), clients.events()]
    assert {client.meta.config.retries["total_max_attempts"] for client in used} == {1}
