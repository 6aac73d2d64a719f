"""What a million runs cost, by what one run makes the functions do, and that docs/operate.md says so."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from functions.aws import clients
from functions.aws.run_metrics import METRICS
from functions.events import dispatch, publish, settle, track
from functions.jobs.model.run_count import RunCount
from infra.events import STEPS_OF_A_TASK
from infra.functions import TABLE
from local.corrections.logs import metrics_in
from tests import prices
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of
from tests.api.firings import LATE
from tests.api.meter import metered
from tests.aws.conftest import make_run
from tests.conftest import ENVIRONMENT
from tests.state_machines.runs import DONE, carry

PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")
MILLION = 1_000_000
# Of an invocation: measured on a warm function, rounded up. Half a GB of memory.
SECONDS = 0.1
# What Lambda itself writes of an invocation: platform.start and platform.report as JSON.
OF_LAMBDA = 700  # bytes
_NUMBERS = {5: "five"}
FUNCTIONS = {"Dispatch": dispatch, "Track": track, "Settle": settle, "Publish": publish}


@dataclass
class Ran:
    """What a run made the functions do: invocations of each, write units, status events, bytes of log, metrics."""

    invoked: Counter[str] = field(default_factory=Counter)
    units: int = 0
    events: int = 0
    logged: int = 0
    metrics: set[str] = field(default_factory=set)

    def invoke(self, name: str, event: Any) -> Any:
        self.invoked[name] += 1
        return FUNCTIONS[name].handler(event, CONTEXT)


@pytest.fixture
def ran(call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    """A scheduled run of one task, which succeeds at once."""
    daily = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": LATE}
    assert call("POST", "/v1/jobs", JOB | {"schedules": [daily]}).status == 201
    clients.events().create_event_bus(Name=ENVIRONMENT["EVENT_BUS_NAME"])
    ran, log = Ran(), StringIO()
    for module in FUNCTIONS.values():
        monkeypatch.setattr(module.logger.registered_handler, "stream", log)
    clients.events().meta.events.register(
        "provide-client-params.events.PutEvents", lambda params, **_: _count(ran, params["Entries"])
    )
    with metered() as meter:
        firing = {"jobId": "team.job", "scheduleId": "daily", "scheduledTime": "2026-01-02T12:00:00Z"}
        run = {"id": ran.invoke("Dispatch", firing)["runId"]}
        for version, status in enumerate(STEPS_OF_A_TASK):
            more = {"stoppedAt": "2026-01-02T12:01:00Z", "stopCode": "EssentialContainerExited"}
            more = more if status == "STOPPED" else {}
            ran.invoke("Track", {"detail": task_of(run, status, version, **more)})
        detail = {"name": run["id"], "status": "SUCCEEDED", "stopDate": 1767355260000, "input": '{"jobId": "team.job"}'}
        ran.invoke("Settle", {"detail": detail | {"output": json.dumps(DONE)}})
    capsys.readouterr()
    for record in meter.records():  # each in a batch of its own, as where little happens
        ran.invoke("Publish", {"Records": [record]})
    metrics = capsys.readouterr().out
    assert call("GET", f"{RUNS}/{run['id']}").json["status"] == "SUCCESS"
    ran.units, ran.logged = meter.units, len(log.getvalue()) + len(metrics)
    ran.metrics = {metric.name for line in metrics.splitlines() for metric in metrics_in(line)}
    return ran


def test_the_page_tells_what_a_run_costs(ran: Ran) -> None:
    """The counts are exact; a line of log may get a field without a change of the page."""
    invocations, entered = sum(ran.invoked.values()), len(carry(make_run(), [DONE]).entered)
    assert ran.invoked == {"Dispatch": 1, "Track": 3, "Settle": 1, "Publish": 5}
    traces = entered + sum(ran.invoked[row.name] for row in TABLE if row.traced)
    a_call = prices.INVOCATION + SECONDS * 0.5 * prices.GB_SECOND
    cost = {
        f"Step Functions: {entered} state": entered * prices.TRANSITION,
        f"DynamoDB: {ran.units} write units": ran.units * prices.WRITE,
        f"Lambda: {invocations} invocations": invocations * a_call,
        f"EventBridge: a firing, {ran.events} status events": prices.FIRING + ran.events * prices.BUS_EVENT,
        "CloudWatch Logs: the lines of the functions": (ran.logged + invocations * OF_LAMBDA) * prices.LOG_BYTE,
        f"X-Ray: {traces} traces, if it records each": traces * prices.TRACE,
    }
    said = _table("a million runs")
    assert list(said) == [*cost, "together"]
    for name, value in {**cost, "together": sum(cost.values())}.items():
        assert said[name] == pytest.approx(MILLION * value, rel=0.1), name


def test_the_page_tells_what_the_metrics_of_runs_cost(ran: Ran) -> None:
    assert ran.metrics == {METRICS[RunCount.STARTED], METRICS[RunCount.SUCCEEDED]}
    most = len(METRICS) * prices.METRIC
    assert f"The {_NUMBERS[len(METRICS)]} metrics of runs cost at most {most:.2f} USD a month" in PAGE


def test_the_page_tells_what_the_task_costs() -> None:
    """The smallest size for a minute, in the network of the stack, whose tasks have public addresses."""
    said = _table("a million minutes of the smallest task")
    task = (0.25 * prices.VCPU_HOUR + 0.5 * prices.GB_HOUR) / 60
    assert said["Fargate: 0.25 vCPU and 0.5 GB"] == pytest.approx(MILLION * task, abs=1)
    assert said["its public IPv4 address"] == pytest.approx(MILLION * prices.ADDRESS_HOUR / 60, abs=1)


def _count(ran: Ran, entries: list[Any]) -> None:
    ran.events += len(entries)


def _table(head: str) -> dict[str, float]:
    """The rows of a table of the page, by their first cell."""
    [body] = re.findall(rf"^\| {head} \| USD \|\n\|---\|---\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
    return {name: float(value) for name, value in re.findall(r"^\| (.*?) \| (.*?) \|$", body, re.MULTILINE)}
