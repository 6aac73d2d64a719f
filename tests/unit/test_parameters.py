"""Parameters get values from all that starts runs: what is declared, allowed and required."""

from typing import Any

import pytest

from functions.jobs.inputs.parameters import value_problems
from tests.unit.definitions import saved, wrong_with

RUN: dict[str, Any] = {"cmd": "true", "cpus": 1, "mem": 128, "disk": 0, "env": {"PLAIN": "", "KEY": {"secret": "s"}}}
RUN["secrets"] = {"s": {"source": "/s"}}
LEVEL = {"default": "info", "allowed": ["debug", "info"]}
DAY = {"required": True}


def nightly(**parameters: str) -> list[dict[str, Any]]:
    """A schedule that gives these."""
    return [{"id": "nightly", "cron": "0 3 * * *", "parameters": parameters}]


def uploaded(**parameters: str) -> list[dict[str, Any]]:
    """An event that gives these."""
    return [{"id": "uploaded", "pattern": {"source": ["aws.s3"]}, "parameters": parameters}]


@pytest.mark.parametrize(
    ("document", "name", "words"),
    [
        (
            {"schedules": nightly(DAY="1", OTHER="")},
            "OTHER",
            "Schedule nightly gives OTHER a value, but the job has no OTHER",
        ),
        ({"schedules": nightly(DAY="1", KEY="")}, "KEY", "Schedule nightly gives KEY a value, but the job has no KEY"),
        ({"schedules": nightly(DAY="1", LEVEL="loud")}, "LEVEL", "is not allowed. Use one of debug, info."),
        ({"schedules": nightly(LEVEL="info")}, "DAY", "Schedule nightly gives DAY no value, and it is required"),
        (
            {"events": uploaded(DAY="$.time", OTHER="$.id")},
            "OTHER",
            "Event uploaded gives OTHER a value, but the job has no OTHER",
        ),
        ({"events": uploaded(LEVEL="$.detail.level")}, "DAY", "Event uploaded gives DAY no value"),
        ({"events": [{"id": "e", "pattern": {"id": [1]}}]}, "DAY", "Event e gives DAY no value, and it is required"),
        ({"dependencies": [{"id": "other"}]}, "DAY", "A dependency gives DAY no value, and it is required"),
    ],
)
def test_all_that_starts_runs_gives_what_is_declared_and_required(
    document: dict[str, Any], name: str, words: str
) -> None:
    said = wrong_with(run=RUN, parameters={"LEVEL": LEVEL, "DAY": DAY}, **document)
    assert list(said) == [f"/parameters/{name}"]
    assert words in said[f"/parameters/{name}"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"schedules": nightly(DAY="1", LEVEL="debug", PLAIN="x")},
        {"events": uploaded(DAY="$.time", LEVEL="$.detail.level", PLAIN="$.resources[0]")},
    ],
)
def test_what_is_right(document: dict[str, Any]) -> None:
    assert not wrong_with(run=RUN, parameters={"LEVEL": LEVEL, "DAY": DAY, "FREE": {}}, **document)


def test_a_long_list_of_values_is_not_said_in_full() -> None:
    spec = saved(parameters={"A": {"allowed": [f"value-{n}" for n in range(200)]}}).spec
    (problem,) = value_problems(spec, {"A": "x" * 5000}, "This call")
    assert len(problem.message) < 500
