"""What each change of a device is told of: a line of log, and of its end a metric."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from functions.events import follow
from tests.api.fleets.fleet import Fleet, Run

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run that was rolled out."""
    return fleet.begin()


@pytest.fixture
def logged(run: Run, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """What the function has logged since the run was rolled out."""
    stream = StringIO()
    monkeypatch.setattr(follow.logger.registered_handler, "stream", stream)
    return lambda: list(map(json.loads, stream.getvalue().splitlines()))


def test_each_change_of_a_device_is_a_line_of_log_and_each_end_a_metric(
    fleet: Fleet, run: Run, logged: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", step="done")
    fleet.iot.report(fleet.iot_id(run), "TIMED_OUT", "pump-2")
    capsys.readouterr()
    fleet.tell_all()
    wanted = ("message", "level", "job_id", "run_id", "thing", "execution", "status", "details", "news")
    ids = ("team.job", run["id"])
    assert [tuple(line[name] for name in wanted) for line in logged()] == [
        ("device changed", "INFO", *ids, "pump-1", 1, "SUCCEEDED", {"step": "done"}, True),
        ("device changed", "WARNING", *ids, "pump-2", 1, "TIMED_OUT", {}, True),
    ]
    printed = map(json.loads, capsys.readouterr().out.splitlines())
    metrics = [line for line in printed if "_aws" in line]
    assert [(line["Stage"], line.get("DevicesSucceeded"), line.get("DevicesTimedOut")) for line in metrics] == [
        ("test", [1.0], None),
        ("test", None, [1.0]),
    ]
    for line in metrics:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Shiftwork"
        assert directive["Dimensions"] == [["Stage", "service"]], "one more, and each job would have its own"


def test_what_is_told_twice_is_counted_once(
    fleet: Fleet, run: Run, logged: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1")
    (event,) = fleet.tell_all()
    capsys.readouterr()
    fleet.tell(event)
    assert capsys.readouterr().out.count("_aws") == 0
    assert [(line["message"], line["news"]) for line in logged()] == [
        ("device changed", True),
        ("device changed", False),
    ]


def test_the_end_of_a_rollout_is_logged(fleet: Fleet, run: Run, logged: Lines) -> None:
    fleet.iot.report(fleet.iot_id(run), "REJECTED", "pump-1", "pump-2", "pump-3")
    fleet.tell(fleet.iot.events[-1])
    line = logged()[-1]
    wanted = ("message", "job_id", "run_id", "status", "error", "cause")
    assert tuple(line[name] for name in wanted) == (
        "job changed",
        "team.job",
        run["id"],
        "COMPLETED",
        "Shiftwork.DevicesFailed",
        "0 of 3 devices succeeded (REJECTED: 3). maxFailed is 0.",
    )
