"""CloudWatch answers GetMetricData: what was put, what lines of log have, and nothing where nothing was."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.local.workbench import Workbench


def sums(workbench: Workbench, name: str, **dimensions: str) -> Any:
    now = datetime.now(UTC)
    metric: Any = {"Namespace": "Tests", "MetricName": name}
    metric["Dimensions"] = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    answer = workbench.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "one", "MetricStat": stat}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
    )
    (result,) = answer["MetricDataResults"]
    return result["Values"]


def test_what_was_put_is_summed(workbench: Workbench) -> None:
    data = [{"MetricName": "Put", "Value": 2.0}, {"MetricName": "Put", "Value": 3.0}]
    workbench.aws.client("cloudwatch").put_metric_data(Namespace="Tests", MetricData=data)
    assert sum(sums(workbench, "Put")) == 5


def test_a_metric_that_nobody_has_put_is_empty(workbench: Workbench) -> None:
    assert sums(workbench, "NeverPut") == []


def test_metrics_in_lines_of_log_are_summed_by_their_dimensions(workbench: Workbench) -> None:
    logs, now = workbench.aws.client("logs"), int(datetime.now(UTC).timestamp() * 1000)
    logs.create_log_group(logGroupName="of-metrics")
    logs.create_log_stream(logGroupName="of-metrics", logStreamName="one")
    about = {"Namespace": "Tests", "Dimensions": [["Stage"]], "Metrics": [{"Name": "Logged", "Unit": "Count"}]}
    line = {"_aws": {"Timestamp": now, "CloudWatchMetrics": [about]}, "Stage": "one", "Logged": [1.0, 4.0]}
    lines = [json.dumps(line), json.dumps(line | {"Stage": "another"}), '{"_aws": 1}', "{no JSON", "[1]"]
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(logGroupName="of-metrics", logStreamName="one", logEvents=events)
    assert sum(sums(workbench, "Logged", Stage="one")) == 5
