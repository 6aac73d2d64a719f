"""The metrics of runs in CloudWatch: their names, and their sums over a day."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.jobs.model.run_count import RunCount

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricTypeDef

NAMESPACE, STAGE = "Shiftwork", "Stage"  # `STAGE` is the only dimension
METRICS = {
    RunCount.STARTED: "RunsStarted",
    RunCount.SUCCEEDED: "RunsSucceeded",
    RunCount.FAILED: "RunsFailed",
    RunCount.STOPPED: "RunsStopped",
    RunCount.TIMED_OUT: "RunsTimedOut",
}
_DAY = timedelta(days=1)


class CloudWatchRunMetrics:
    """Implements functions.jobs.ports.runs.RunMetrics."""

    def __init__(self, client: Callable[[], "CloudWatchClient"], stage: str) -> None:
        self._client = client
        self._stage = stage

    def of_runs(self, now: datetime) -> Mapping[RunCount, int]:
        """Count the runs of the last 24 hours: those that were started, and those that ended by the way they ended."""
        queries = [self._query(count.lower(), metric) for count, metric in METRICS.items()]
        answer = self._client().get_metric_data(StartTime=now - _DAY, EndTime=now, MetricDataQueries=queries)
        sums = {result["Id"]: int(sum(result["Values"])) for result in answer["MetricDataResults"]}
        return {count: sums.get(count.lower(), 0) for count in METRICS}

    def _query(self, query_id: str, name: str) -> "MetricDataQueryTypeDef":
        metric: MetricTypeDef = {
            "Namespace": NAMESPACE,
            "MetricName": name,
            "Dimensions": [{"Name": STAGE, "Value": self._stage}],
        }
        return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}
