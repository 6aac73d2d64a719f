"""Records of the table's stream become events on the bus; what the bus refuses comes again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.aws import clients
from functions.aws.table.run_items import item_of
from functions.aws.table.table import pack, run_key
from functions.events.publish import handler
from functions.jobs.model.run import Run, RunStatus
from tests.api.conftest import CONTEXT
from tests.aws.conftest import RUN
from tests.conftest import ENVIRONMENT


@pytest.fixture
def bus(aws: None) -> Iterator[Stubber]:
    """EventBridge, which answers what a test wants."""
    with Stubber(clients.events()) as stub:
        yield stub
        stub.assert_no_pending_responses()


def record(number: int, old: Run | None, new: Run | None, *, key: str = "") -> dict[str, Any]:
    """As in Lambda's guide, "Using AWS Lambda with Amazon DynamoDB"."""
    images = {
        name: pack(item_of(run) | {"SK": key or f"RUN#{run.id}"})
        for name, run in (("OldImage", old), ("NewImage", new))
        if run
    }
    known = new or old
    assert known
    return {
        "eventID": f"id-{number}",
        "eventName": "MODIFY" if old and new else "INSERT" if new else "REMOVE",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767323045.0,
            "Keys": pack({**run_key(known.job_id, known.id), **({"SK": key} if key else {})}),
            "SequenceNumber": f"{number}00000000000000000000",
            **images,
        },
    }


ACTIVE = replace(RUN, status=RunStatus.ACTIVE)
RECORDS = [
    record(1, None, RUN, key="STATE"),
    record(2, None, RUN),
    record(3, ACTIVE, ACTIVE),
    record(4, RUN, ACTIVE),
    record(5, ACTIVE, None),
    record(6, ACTIVE, replace(ACTIVE, status=RunStatus.SUCCESS)),
]


def answer(*errors: str) -> dict[str, Any]:
    """What EventBridge answers: an error's code for each entry, or nothing."""
    entries = [{"ErrorCode": code, "ErrorMessage": "later"} if code else {"EventId": "e"} for code in errors]
    return {"FailedEntryCount": len(list(filter(None, errors))), "Entries": entries}


def test_what_is_worth_telling_is_told_in_order(bus: Stubber) -> None:
    asked: list[Any] = []
    clients.events().meta.events.register(
        "provide-client-params.events.PutEvents", lambda params, **_: asked.append(params)
    )
    bus.add_response("put_events", answer("", "", ""))
    assert handler({"Records": RECORDS}, CONTEXT) == {"batchItemFailures": []}
    [request] = asked
    names = [(entry["EventBusName"], entry["Source"], entry["DetailType"]) for entry in request["Entries"]]
    assert names == [
        (ENVIRONMENT["EVENT_BUS_NAME"], "shiftwork", f"job_run_{name}") for name in ("started", "updated", "finished")
    ]


@pytest.mark.parametrize(
    ("errors", "again_from"),
    [
        (("ThrottlingException", "", ""), 2),
        (("", "InternalFailure", ""), 4),
        (("", "ThrottlingException", "ThrottlingException"), 4),
        (("", "", "InternalFailure"), 6),
    ],
)
def test_the_first_refused_record_comes_again_with_all_after_it(
    bus: Stubber, errors: tuple[str, ...], again_from: int
) -> None:
    bus.add_response("put_events", answer(*errors))
    answered = handler({"Records": RECORDS}, CONTEXT)
    number = RECORDS[again_from - 1]["dynamodb"]["SequenceNumber"]
    assert answered == {"batchItemFailures": [{"itemIdentifier": number}]}


def test_a_bus_that_does_not_answer_fails_the_batch(bus: Stubber) -> None:
    bus.add_client_error("put_events", "AccessDeniedException")
    with pytest.raises(clients.events().exceptions.ClientError, match="AccessDenied"):
        handler({"Records": RECORDS}, CONTEXT)


def test_nothing_to_tell_is_no_call(bus: Stubber) -> None:
    assert handler({"Records": [RECORDS[0], RECORDS[2], RECORDS[4]]}, CONTEXT) == {"batchItemFailures": []}
