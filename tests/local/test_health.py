"""The health of a container, by the results of its checks."""

import pytest

from local.tasks.launch import HealthCheck
from local.tasks.order import Health


@pytest.mark.parametrize(
    ("start_period", "passed", "health"),
    [
        (0, [], "UNKNOWN"),
        (0, [True], "HEALTHY"),
        (0, [False], "UNKNOWN"),
        (0, [False, False], "UNHEALTHY"),
        (0, [False, True, False], "HEALTHY"),
        (0, [True, False, False], "UNHEALTHY"),
        (0, [False, False, True], "HEALTHY"),
        (30, [False, False, False], "UNKNOWN"),
        (30, [False, False, False, False], "UNKNOWN"),
        (30, [False, False, False, False, False], "UNHEALTHY"),
        (30, [True, False, False], "UNHEALTHY"),
    ],
)
def test_health_after_checks_every_ten_seconds(start_period: float, passed: list[bool], health: str) -> None:
    check = HealthCheck(command=["CMD", "true"], interval=10, timeout=5, retries=2, start_period=start_period)
    known = Health(check, started=0)
    for number, one in enumerate(passed):
        known.after(one, 10.0 * number)
    assert known.now == health


@pytest.mark.parametrize(
    ("command", "argv"),
    [(["CMD-SHELL", "a || b"], ["/bin/sh", "-c", "a || b"]), (["CMD", "curl", "-f", "x"], ["curl", "-f", "x"])],
)
def test_the_command_of_a_check(command: list[str], argv: list[str]) -> None:
    assert HealthCheck(command=command, interval=1, timeout=1, retries=1, start_period=0).argv == argv
