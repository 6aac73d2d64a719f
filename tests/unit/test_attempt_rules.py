"""What a job cannot say of its attempts, and what it may."""

from typing import Any

import pytest

from tests.unit.definitions import refused, request

RETRY: dict[str, Any] = {"waitSeconds": 10, "factor": 2, "maxWaitSeconds": 360, "jitter": False, "rules": []}
LONG = {"action": "FAIL", "message": "x" * 256}


@pytest.mark.parametrize(
    ("run", "path", "words"),
    [
        ({"retry": RETRY | {"waitSeconds": 361}}, "/run/retry/waitSeconds", "more than maxWaitSeconds (360)"),
        ({"retry": RETRY | {"rules": [LONG, {"action": "FAIL"}]}}, "/run/retry/rules(1)", "exitCodes, reasons or mess"),
        ({"retry": RETRY | {"rules": [LONG] * 20}}, "/run/retry/rules", "at most 4096 characters"),
        ({"attemptTimeoutSeconds": 61, "timeoutSeconds": 60}, "/run/attemptTimeoutSeconds", "timeoutSeconds (60)"),
        ({"parallelism": 1}, "/run/parallelism", "taskCount of 2 or more"),
        ({"taskCount": 1, "parallelism": 2}, "/run/parallelism", "taskCount of 2 or more"),
        ({"toleratedFailures": 0}, "/run/toleratedFailures", "taskCount of 2 or more"),
        ({"taskCount": 3, "toleratedFailures": 3}, "/run/toleratedFailures", "less than taskCount (3)"),
    ],
)
def test_what_would_mean_nothing_is_refused(run: dict[str, Any], path: str, words: str) -> None:
    said = refused(cmd="true", **run)
    assert list(said) == [path]
    assert words in said[path]


@pytest.mark.parametrize(
    "run",
    [
        {"retry": RETRY, "restart": {"policy": "NEVER"}},
        {
            "retry": RETRY
            | {"attempts": 100, "waitSeconds": 360, "rules": [{"action": "IGNORE", "reasons": ["TIMEOUT"]}]}
        },
        {"attemptTimeoutSeconds": 60, "timeoutSeconds": 60},
        {"attemptTimeoutSeconds": 60},
        {"taskCount": 3, "parallelism": 10, "toleratedFailures": 2, "retry": RETRY},
    ],
)
def test_what_means_something_is_taken(run: dict[str, Any]) -> None:
    assert request(cmd="true", **run)
