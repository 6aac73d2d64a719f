"""The custom resource that switches on the job events of AWS IoT, called as CloudFormation calls it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError

import pytest

from functions.aws import clients
from functions.events.job_events import handler
from tests.aws.answer_site import IDS, AnswerSite
from tests.aws_answers import answering, refusing


@contextmanager
def switched() -> Iterator[list[Any]]:
    """The switches that are sent to AWS IoT."""
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
        content_type, answer = site.ask(handler, request_type, **more)
    assert asked == [{"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}]
    assert content_type == "", "the URL is signed for none"
    assert answer == {"Status": "SUCCESS", "PhysicalResourceId": "iot-job-events", **IDS}


def test_they_stay_on_when_the_stack_is_deleted(site: AnswerSite) -> None:
    with switched() as asked:
        _, answer = site.ask(handler, "Delete", PhysicalResourceId="iot-job-events")
    assert (asked, answer["Status"], answer["PhysicalResourceId"]) == ([], "SUCCESS", "iot-job-events")


def test_a_refusal_fails_the_deployment_with_its_message(site: AnswerSite) -> None:
    with refusing(clients.iot(), "UpdateEventConfigurations", "InvalidRequestException", "not yours " * 500):
        _, answer = site.ask(handler, "Create")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "iot-job-events")
    assert "AWS IoT did not switch on its job events" in answer["Reason"] and "not yours" in answer["Reason"]
    assert len(json.dumps(answer)) <= 4096, "CloudFormation User Guide, Custom resource response objects"


def test_a_refused_answer_is_an_error_so_that_it_comes_again(site: AnswerSite) -> None:
    site.status = 503
    with switched(), pytest.raises(HTTPError):
        site.ask(handler, "Create")
