"""The custom resource that makes ECS's service-linked role, called as CloudFormation calls it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.aws import clients
from functions.events.link_ecs import handler
from tests.aws.answer_site import IDS, AnswerSite
from tests.aws_answers import refusing

TAKEN = "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix."
DONE = {"Status": "SUCCESS", "PhysicalResourceId": "ecs-service-linked-role", **IDS}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many seconds were waited, each time; no time passes."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@contextmanager
def denied(times: int) -> Iterator[list[Any]]:
    """Deny the first calls, as IAM does while it does not know a new permission everywhere; the calls made."""
    calls: list[Any] = []
    client = clients.iam()
    response = type("Response", (), {"status_code": 403})

    def deny(params: dict[str, Any], **_: Any) -> Any:
        calls.append(params)
        error = {"Code": "AccessDenied", "Message": "is not authorized to perform: iam:CreateServiceLinkedRole"}
        return (response, {"Error": error}) if len(calls) <= times else None

    client.meta.events.register_first("before-call.iam.CreateServiceLinkedRole", deny)
    yield calls


def test_a_fresh_account_gets_the_role_and_time_until_ecs_can_assume_it(site: AnswerSite, waits: list[float]) -> None:
    assert site.ask(handler, "Create")[1] == DONE
    [role] = clients.iam().list_roles(PathPrefix="/aws-service-role/")["Roles"]
    assert role["Path"] == "/aws-service-role/ecs.amazonaws.com/"
    assert waits == [20]


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_an_account_that_has_the_role_goes_on_at_once(site: AnswerSite, waits: list[float], request_type: str) -> None:
    with refusing(clients.iam(), "CreateServiceLinkedRole", "InvalidInput", TAKEN):
        assert site.ask(handler, request_type)[1] == DONE
    assert waits == []


def test_the_role_stays_when_the_stack_is_deleted(site: AnswerSite) -> None:
    assert site.ask(handler, "Delete", PhysicalResourceId="ecs-service-linked-role")[1] == DONE
    assert clients.iam().list_roles()["Roles"] == []


def test_a_permission_that_is_new_is_waited_for(site: AnswerSite, waits: list[float]) -> None:
    with denied(times=3) as calls:
        assert site.ask(handler, "Create")[1] == DONE
    assert (len(calls), waits) == (4, [10, 10, 10, 20])


def test_a_permission_that_never_comes_fails_the_deployment_within_a_minute(
    site: AnswerSite, waits: list[float]
) -> None:
    with denied(times=99):
        _, answer = site.ask(handler, "Create")
    assert answer["Status"] == "FAILED"
    assert "did not create the role AWSServiceRoleForECS" in answer["Reason"] and "AccessDenied" in answer["Reason"]
    assert sum(waits) <= 60


def test_another_refusal_is_not_taken_for_a_role_that_exists(site: AnswerSite, waits: list[float]) -> None:
    with refusing(clients.iam(), "CreateServiceLinkedRole", "InvalidInput", "no such service"):
        _, answer = site.ask(handler, "Create")
    assert (answer["Status"], waits) == ("FAILED", []) and "no such service" in answer["Reason"]
