"""Functions of the device's owner."""

import pytest

from tests.agent.orders import Place


def test_a_function_gets_the_document_and_the_job(valves: Place) -> None:
    outcome = valves.run({"operation": "custom_job", "otherInfo": "someValue"})
    assert outcome.status == "SUCCEEDED"
    assert outcome.details == {"otherInfo": "someValue", "job": "job-1", "n": "1"}
    assert valves.told == [{"step": "closing", "progress": "50"}]


@pytest.mark.parametrize(
    ("name", "status", "details"),
    [
        ("nothing", "SUCCEEDED", {}),
        ("refuses", "REJECTED", {"errorCode": "ERR_BATTERY", "reason": "Below 20 %"}),
        ("fails", "FAILED", {"errorCode": "ERR_VALVE", "reason": "Stuck"}),
        ("broken", "FAILED", {"errorCode": "ERR_UNEXPECTED", "reason": "ZeroDivisionError: division by zero"}),
        (
            "wrong",
            "FAILED",
            {"errorCode": "ERR_UNEXPECTED", "reason": "The handler returned int: return a dict, or nothing"},
        ),
    ],
)
def test_how_a_function_ends(valves: Place, name: str, status: str, details: dict[str, str]) -> None:
    outcome = valves.run({"operation": name})
    assert (outcome.status, outcome.details) == (status, details)


@pytest.mark.parametrize("name", ["missing", "elsewhere"])
def test_a_function_that_is_not_there(valves: Place, name: str) -> None:
    outcome = valves.run({"operation": name})
    assert outcome.status == "FAILED"
    assert "is not to be found in" in outcome.details["reason"]
