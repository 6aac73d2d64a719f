"""What the end of the tests' output says: which tests this machine could not run, and what to do about it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

# Recorded by a test that ran on a stand-in; the value is the program that this machine does not have.
STAND_IN = "ran on a stand-in for"


def closing_lines(stats: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """One line for the tests that were skipped, one for those that ran on a stand-in; none if there are none."""
    if skipped := Counter(_reason(report) for report in stats.get("skipped", ())):
        yield "Skipped: " + "; ".join(f"{count} ({reason})" for reason, count in skipped.items())
    passed = (report for report in stats.get("passed", ()) if report.when == "call")
    if stand_ins := Counter(value for report in passed for name, value in report.user_properties if name == STAND_IN):
        counts = "; ".join(f"{count} (install {program} to run them on it)" for program, count in stand_ins.items())
        yield f"Ran on stand-ins: {counts}"


def _reason(report: pytest.TestReport) -> str:
    """The reason that the test gives: it says what to do."""
    *_, reason = report.longrepr if isinstance(report.longrepr, tuple) else (str(report.longrepr),)
    return str(reason).removeprefix("Skipped: ")
