"""Metrics in CloudWatch of the executions that carry runs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDataQueryTypeDef, MetricTypeDef

# Step Functions Developer Guide, "Monitoring Step Functions metrics using CloudWatch"
_METRICS = {
    "started": "ExecutionsStarted",
    "succeeded": "ExecutionsSucceeded",
    "failed": "ExecutionsFailed",
    "stopped": "ExecutionsAborted",
    "timedOut": "ExecutionsTimedOut",
}
_DAY = timedelta(days=1)


class CloudWatchRunMetrics:
    """Implements functions.jobs.ports.runs.RunMetrics."""

    def __init__(self, client: Callable[[], "CloudWatchClient"], state_machine_arn: str) -> None:
        self._client = client
        self._dimensions: list[DimensionTypeDef] = [{"Name": "StateMachineArn", "Value": state_machine_arn}]

    def of_runs(self, now: datetime) -> Mapping[str, int]:
        """Count the runs of the last 24 hours: those that were started, and those that ended by the way they ended."""
        queries = [self._query(name.lower(), metric) for name, metric in _METRICS.items()]
        answer = self._client().get_metric_data(StartTime=now - _DAY, EndTime=now, MetricDataQueries=queries)
        sums = {result["Id"]: int(sum(result["Values"])) for result in answer["MetricDataResults"]}
        return {name: sums.get(name.lower(), 0) for name in _METRICS}

    def _query(self, query_id: str, metric: str) -> "MetricDataQueryTypeDef":
        metric_of_machine: MetricTypeDef = {
            "Namespace": "AWS/States",
            "MetricName": metric,
            "Dimensions": self._dimensions,
        }
        return {"Id": query_id, "MetricStat": {"Metric": metric_of_machine, "Period": 3600, "Stat": "Sum"}}
