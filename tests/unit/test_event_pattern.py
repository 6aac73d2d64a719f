"""Event patterns that EventBridge takes, and those that it would refuse when a job was saved already."""

import json
from typing import Any

import pytest

from functions.jobs.catalog.job_rules import MAX_CHARACTERS, pattern_problems


def wrong(pattern: dict[str, Any]) -> dict[str, str]:
    """What is wrong with it: path to sentence."""
    return {problem.path: problem.message for problem in pattern_problems(pattern, "")}


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["incoming"]}}},
        {"detail": {"state": ["running", 1, 1.5, True, None, ""]}},
        {"detail": {"size": [{"numeric": [">", 0, "<=", 5]}], "key": [{"prefix": {"equals-ignore-case": "a"}}]}},
        {"detail": {"state": [{"anything-but": ["a", "b"]}, {"exists": False}]}},
        {"source": ["a"], "$or": [{"detail": {"a": ["x"]}}, {"detail": {"b": [{"cidr": "10.0.0.0/24"}]}}]},
    ],
)
def test_what_eventbridge_takes(pattern: dict[str, Any]) -> None:
    assert not wrong(pattern)


@pytest.mark.parametrize(
    ("pattern", "path", "words"),
    [
        ({}, "", "is empty"),
        ({"detail": {}}, "/detail", "is empty"),
        ({"source": "aws.s3"}, "/source", 'must be a list of values, such as ["a"], or an object; got "aws.s3".'),
        ({"detail": {"size": 5}}, "/detail/size", "got 5."),
        ({"detail": None}, "/detail", "got null."),
        ({"source": []}, "/source", "got []."),
        ({"source": [["a"]]}, "/source(0)", "list within a list"),
        ({"source": ["a", {"prefix": "a", "suffix": "b"}]}, "/source(1)", "must have one operator"),
        ({"source": [{}]}, "/source(0)", "must have one operator"),
        ({"$or": [{"a": [1]}]}, "/$or", "two or more objects"),
        ({"$or": [{"a": [1]}, 1]}, "/$or", "two or more objects"),
        ({"$or": [{"a": [1]}, {"b": 1}]}, "/$or(1)/b", "got 1."),
        ({"detail": {"size": [float("inf")]}}, "", "too large for JSON"),
        ({"source": ["x" * MAX_CHARACTERS]}, "", f"EventBridge takes {MAX_CHARACTERS}"),
    ],
)
def test_what_it_refuses(pattern: dict[str, Any], path: str, words: str) -> None:
    said = wrong(pattern)
    assert list(said) == [path]
    assert words in said[path]


@pytest.mark.parametrize(
    "deep", ['{"a": ' * 500 + "1" + "}" * 500, '{"a": [{"anything-but": ' + "[" * 500 + "]" * 500 + "}]}"]
)
def test_a_pattern_that_is_nested_without_measure(deep: str) -> None:
    assert wrong(json.loads(deep)) == {"": "is nested more than 100 levels deep. Make it flatter."}
