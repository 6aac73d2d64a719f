"""GET /v1/metrics counts runs, from what `publish` has seen of them: not tasks, devices or executions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.aws import clients
from functions.events import publish
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, RunStatus
from functions.wiring import platform
from local.corrections.logs import metrics_in
from tests.api.conftest import CONTEXT, JOB, Call
from tests.api.fleets.fleet import Fleet
from tests.api.meter import metered
from tests.aws.conftest import NOW
from tests.conftest import ENVIRONMENT

Printed = pytest.CaptureFixture[str]
NOTHING = dict.fromkeys(("started", "succeeded", "failed", "stopped", "timedOut"), 0)


@pytest.fixture(autouse=True)
def bus(aws: None) -> None:
    clients.events().create_event_bus(Name=ENVIRONMENT["EVENT_BUS_NAME"])


def counted(call: Call) -> dict[str, int]:
    counters = call("GET", "/v1/metrics").json["counters"]
    return {name.removeprefix("runs."): one["count"] for name, one in counters.items()}


def publish_all(records: list[dict[str, Any]], printed: Printed) -> Any:
    """Publish records, and give CloudWatch the metrics in what the function printed, as CloudWatch Logs does."""
    printed.readouterr()
    answer = publish.handler({"Records": records}, CONTEXT)
    for line in printed.readouterr().out.splitlines():
        for metric in metrics_in(line):
            dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
            data: Any = {"MetricName": metric.name, "Dimensions": dimensions, "Unit": metric.unit}
            # Moto leaves out values of the second in which the sums are asked for.
            data["Timestamp"] = datetime.fromtimestamp(metric.at / 1000, UTC) - timedelta(seconds=2)
            for value in metric.values:
                boto3.client("cloudwatch").put_metric_data(
                    Namespace=metric.namespace, MetricData=[data | {"Value": value}]
                )
    return answer


def end(call: Call, job_id: str, status: RunStatus, reason: Reason | None = None) -> None:
    run = call("POST", f"/v1/jobs/{job_id}/runs").json
    assert platform().runs.settle(job_id, run["id"], Outcome(status=status, reason=reason), NOW)


def test_a_run_of_several_tasks_and_a_run_of_a_fleet_are_one_run_each(
    fleet: Fleet, call: Call, capsys: Printed
) -> None:
    call("POST", "/v1/jobs", JOB | {"id": "many", "run": JOB["run"] | {"taskCount": 3}})
    with metered() as meter:
        run = call("POST", "/v1/jobs/many/runs").json
        for index in range(3):
            platform().tasks.settle("many", run["id"], index, Outcome(status=RunStatus.SUCCESS), NOW)
        platform().runs.settle("many", run["id"], Outcome(status=RunStatus.SUCCESS), NOW)
        rollout = fleet.begin()
        fleet.iot.report(fleet.iot_id(rollout), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
        fleet.end(rollout)
    publish_all(meter.records(), capsys)
    assert counted(call) == NOTHING | {"started": 2, "succeeded": 2}


def test_each_end_is_counted_by_its_reason(call: Call, capsys: Printed) -> None:
    call("POST", "/v1/jobs", JOB)
    with metered() as meter:
        for reason in (Reason.EXIT_CODE, Reason.ABORTED, Reason.STOPPED, Reason.TIMEOUT, Reason.DEADLINE):
            end(call, "team.job", RunStatus.FAILED, reason)
    publish_all(meter.records(), capsys)
    assert counted(call) == NOTHING | {"started": 5, "failed": 2, "stopped": 1, "timedOut": 2}


def test_a_record_that_comes_again_since_the_bus_was_full_is_counted_once(call: Call, capsys: Printed) -> None:
    call("POST", "/v1/jobs", JOB)
    with metered() as meter:
        end(call, "team.job", RunStatus.SUCCESS)
    started, *ended = meter.records()
    refused = {"FailedEntryCount": 1, "Entries": [{"EventId": "e"}, {"ErrorCode": "ThrottlingException"}]}
    with Stubber(clients.events()) as full:
        full.add_response("put_events", refused)
        answer = publish_all([started, *ended], capsys)
    assert answer == {"batchItemFailures": [{"itemIdentifier": ended[0]["dynamodb"]["SequenceNumber"]}]}
    assert counted(call) == NOTHING | {"started": 1}
    publish_all(ended, capsys)
    assert counted(call) == NOTHING | {"started": 1, "succeeded": 1}


def test_the_stage_is_the_only_dimension(call: Call, capsys: Printed) -> None:
    """One more, and each of its values would cost a metric of its own."""
    call("POST", "/v1/jobs", JOB)
    with metered() as meter:
        call("POST", "/v1/jobs/team.job/runs")
    capsys.readouterr()
    publish.handler({"Records": meter.records()}, CONTEXT)
    (metric,) = [one for line in capsys.readouterr().out.splitlines() for one in metrics_in(line)]
    assert (metric.namespace, metric.name, metric.dimensions, metric.values) == (
        *("Shiftwork", "RunsStarted"),
        *({"Stage": "test"}, (1.0,)),
    )
