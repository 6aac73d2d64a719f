"""The bus of status events, on moto: the order, the size of requests, and refused events."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.aws import clients
from functions.aws.eventbridge.bus import EventBus, NotTakenError
from functions.jobs.model.status_event import StatusEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

NAME = "shiftwork-test"


class Requests(list[dict[str, Any]]):
    """The bodies of all requests to EventBridge."""

    def __init__(self, client: "EventBridgeClient") -> None:
        super().__init__()
        client.meta.events.register("provide-client-params.events.PutEvents", self._note)

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        self.append(params)


@pytest.fixture
def requests(aws: None) -> Iterator[Requests]:
    """What is sent to the bus."""
    clients.events().create_event_bus(Name=NAME)
    yield Requests(clients.events())


@pytest.fixture
def bus(requests: Requests) -> EventBus:
    """The bus."""
    return EventBus(clients.events, NAME)


def event(number: int, *, name: str = "job_run_updated", text: str = "") -> StatusEvent:
    return StatusEvent(name=name, detail={"number": number, "text": text})


def sent(requests: Requests) -> list[list[int]]:
    """The events' numbers, by request."""
    return [[json.loads(entry["Detail"])["number"] for entry in request["Entries"]] for request in requests]


def test_a_rule_gets_what_is_put(bus: EventBus, requests: Requests) -> None:
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="received")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["shiftwork"], "detail-type": ["job_run_failed"], "detail": {"number": [1]}}
    clients.events().put_rule(Name="failed", EventBusName=NAME, EventPattern=json.dumps(pattern))
    clients.events().put_targets(Rule="failed", EventBusName=NAME, Targets=[{"Id": "queue", "Arn": arn}])
    bus.put([event(0, name="job_run_failed"), event(1, name="job_run_failed", text="é"), event(1)])
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    events = [json.loads(message["Body"]) for message in received]
    assert [(one["source"], one["detail-type"], one["detail"]) for one in events] == [
        ("shiftwork", "job_run_failed", {"number": 1, "text": "é"})
    ]


def test_no_event_is_no_call(bus: EventBus, requests: Requests) -> None:
    bus.put([])
    assert requests == []


def test_ten_go_at_once_and_in_order(bus: EventBus, requests: Requests) -> None:
    bus.put([event(number) for number in range(23)])
    assert sent(requests) == [list(range(10)), list(range(10, 20)), [20, 21, 22]]
    assert {entry["EventBusName"] for request in requests for entry in request["Entries"]} == {NAME}


def test_no_request_is_larger_than_eventbridge_takes(bus: EventBus, requests: Requests) -> None:
    bus.put([event(number, text="\U0001f600" * 8_000) for number in range(6)])
    assert sent(requests) == [[0, 1], [2, 3], [4, 5]]
    for request in requests:
        sizes = [entry[key].encode() for entry in request["Entries"] for key in ("Source", "DetailType", "Detail")]
        assert sum(map(len, sizes)) < 256 * 1024


def test_the_first_refused_event_is_named_and_no_later_request_is_made(bus: EventBus, requests: Requests) -> None:
    refused = [event(12, name=""), event(13, name="")]  # moto refuses an entry without its type
    with pytest.raises(NotTakenError, match=r"InvalidArgument: .*DetailType is a required argument") as raised:
        bus.put([*(event(number) for number in range(12)), *refused, *(event(number) for number in range(14, 25))])
    assert raised.value.taken == 12
    assert sent(requests) == [list(range(10)), list(range(10, 20))]
