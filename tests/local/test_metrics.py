"""CloudWatch answers GetMetricData: what was put, and nothing where nothing was."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.local.workbench import Workbench


def sums(workbench: Workbench, name: str) -> Any:
    now = datetime.now(UTC)
    stat = {"Metric": {"Namespace": "Tests", "MetricName": name}, "Period": 60, "Stat": "Sum"}
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
