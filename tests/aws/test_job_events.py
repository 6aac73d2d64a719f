"""The custom resource that has AWS IoT tell of jobs: asked as CloudFormation asks, answered where it says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError

import pytest

from functions.aws import clients
from functions.events.job_events import handler
from tests.aws.answer_site import AnswerSite, serve
from tests.aws_answers import answering, refusing

CONTEXT: Any = SimpleNamespace(
    function_name="job-events", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="request"
)


@pytest.fixture
def site(aws: None) -> Iterator[AnswerSite]:
    """Where answers are put to."""
    with serve() as site:
        yield site


def ask(site: AnswerSite, request: str, **more: str) -> tuple[str | None, dict[str, Any]]:
    """Ask for something, as CloudFormation does; the answer."""
    ids = {"StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "EventsOn"}
    handler({"RequestType": request, "ResponseURL": site.url, **ids, **more}, CONTEXT)
    return site.answers[-1]


@contextmanager
def switched() -> Iterator[list[Any]]:
    """What IoT is asked to switch."""
    asked: list[Any] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params["eventConfigurations"])

    client = clients.iot()
    client.meta.events.register("provide-client-params.iot.UpdateEventConfigurations", note)
    with answering(client, "UpdateEventConfigurations"):
        yield asked


@pytest.mark.parametrize(
    ("request_type", "more"), [("Create", {}), ("Update", {"PhysicalResourceId": "iot-job-events"})]
)
def test_both_kinds_of_events_are_switched_on_and_no_others(
    site: AnswerSite, request_type: str, more: dict[str, str]
) -> None:
    with switched() as asked:
        content_type, told = ask(site, request_type, **more)
    assert asked == [{"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}]
    assert content_type == "", "the URL is signed for none"
    assert told == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "iot-job-events",
        "StackId": "arn:stack",
        "RequestId": "r-1",
        "LogicalResourceId": "EventsOn",
    }


def test_they_stay_on_when_the_stack_goes(site: AnswerSite) -> None:
    with switched() as asked:
        _, told = ask(site, "Delete", PhysicalResourceId="iot-job-events")
    assert (asked, told["Status"], told["PhysicalResourceId"]) == ([], "SUCCESS", "iot-job-events")


def test_a_refusal_fails_the_deployment_with_its_words(site: AnswerSite) -> None:
    with refusing(clients.iot(), "UpdateEventConfigurations", "AccessDeniedException", "not yours " * 500):
        _, told = ask(site, "Create")
    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "iot-job-events")
    assert "AWS IoT did not switch on its job events" in told["Reason"] and "not yours" in told["Reason"]
    assert len(json.dumps(told)) <= 4096, "CloudFormation User Guide, Custom resource response objects"


def test_an_answer_that_is_not_taken_is_an_error_and_so_comes_again(site: AnswerSite) -> None:
    site.status = 503
    with switched(), pytest.raises(HTTPError):
        ask(site, "Create")
