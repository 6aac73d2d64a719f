"""Calls by AWS's SDK: what goes out, and what its answers become. The SDK itself reads the payloads here."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest
from awscrt.exceptions import AwsCrtError
from awscrt.mqtt_request_response import Response
from awsiot import iotjobs

from shiftwork_agent.errors import ExecutionState, LaterError, RejectedError
from shiftwork_agent.iot import IotJobs
from shiftwork_agent.jobs.execution import Execution


@dataclass
class Sdk:
    """The SDK's request-response client below IotJobsClientV2, without a connection: it answers from a list."""

    answers: list[tuple[str, bytes] | Exception]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def make_request(self, options: Any) -> "Future[Response]":
        self.asked.append((options.publish_topic, json.loads(options.payload)))
        future: Future[Response] = Future()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(Response(f"{options.publish_topic}/{answer[0]}", answer[1]))
        return future


def calls(*answers: tuple[str, object] | Exception) -> tuple[IotJobs, Sdk]:
    raw = [a if isinstance(a, Exception) else (a[0], a[1] if isinstance(a[1], bytes) else _json(a[1])) for a in answers]
    sdk = Sdk(raw)
    client = iotjobs.IotJobsClientV2.__new__(iotjobs.IotJobsClientV2)
    client._rr_client = sdk
    return IotJobs(client, "pump-1", 1), sdk


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


EXECUTION = {"jobId": "a", "executionNumber": 2, "versionNumber": 7, "status": "IN_PROGRESS", "thingName": "pump-1"}


def test_start_next() -> None:
    document = {"operation": "x"}
    made, sdk = calls(("accepted", {"execution": {**EXECUTION, "jobDocument": document, "statusDetails": {"k": "v"}}}))
    assert made.start_next() == Execution("a", 2, 7, document, {"k": "v"})
    assert sdk.asked[0][0] == "$aws/things/pump-1/jobs/start-next"


@pytest.mark.parametrize("answer", [{}, {"execution": {}}, {"timestamp": 1}])
def test_nothing_to_do(answer: object) -> None:
    assert calls(("accepted", answer))[0].start_next() is None


def test_update_says_what_it_expects() -> None:
    made, sdk = calls(("accepted", {"executionState": {"status": "SUCCEEDED", "versionNumber": 8}}))
    assert made.update(Execution("a", 2, 7), "SUCCEEDED", {"k": "v"}) == 8
    topic, payload = sdk.asked[0]
    payload.pop("clientToken")
    assert topic == "$aws/things/pump-1/jobs/a/update"
    assert payload == {
        "status": "SUCCEEDED",
        "statusDetails": {"k": "v"},
        "expectedVersion": 7,
        "executionNumber": 2,
        "includeJobExecutionState": True,
    }


def test_update_without_details_leaves_them_as_they_are() -> None:
    made, sdk = calls(("accepted", {}))
    assert made.update(Execution("a", 2, 7), "IN_PROGRESS", {}) == 8
    assert "statusDetails" not in sdk.asked[0][1]


def test_a_refusal_has_its_code_and_state() -> None:
    state = {"status": "CANCELED", "versionNumber": 9}
    made, _ = calls(
        ("rejected", {"code": "VersionMismatch", "message": "no", "executionState": state}), ("rejected", {})
    )
    with pytest.raises(RejectedError, match="VersionMismatch: no") as error:
        made.update(Execution("a", 2, 7), "IN_PROGRESS", {})
    assert (error.value.code, error.value.state) == ("VersionMismatch", ExecutionState("CANCELED", 9))
    with pytest.raises(RejectedError) as error:
        made.update(Execution("a", 2, 7), "IN_PROGRESS", {})
    assert (error.value.code, error.value.state) == ("Unknown", None)


@pytest.mark.parametrize("call", [IotJobs.start_next, lambda made: made.update(Execution("a", 2, 7), "FAILED", {})])
def test_no_answer_means_later(call: Callable[[IotJobs], object]) -> None:
    made, _ = calls(AwsCrtError(0, "AWS_ERROR_TIMEOUT", "no answer"))
    with pytest.raises(LaterError):
        call(made)


def test_a_job_whose_document_cannot_be_read_is_handed_over_without_it() -> None:
    deep = b'{"execution": {"jobId": "a", "jobDocument": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}"
    made, sdk = calls(("accepted", deep), ("accepted", {"execution": EXECUTION}))
    assert made.start_next() == Execution("a", 2, 7, None)
    assert sdk.asked[1] == (
        "$aws/things/pump-1/jobs/$next/get",
        {"includeJobDocument": False, "clientToken": sdk.asked[1][1]["clientToken"]},
    )
