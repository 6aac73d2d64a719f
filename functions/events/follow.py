"""Handle events of AWS IoT about the IoT jobs of fleet runs and their device executions: a log line for each.

Topic rules invoke this. Events may come twice, late or in any order.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.device import OPEN, DeviceReport, DeviceStatus
from functions.jobs.runs.follow_devices import read_report
from functions.wiring import platform

logger = Logger()
NAMESPACE = "Shiftwork"
_ENOUGH = 8_000  # milliseconds: enough to end the execution after a page of devices


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: an event of a job or of a job execution (AWS IoT Developer Guide, "Jobs events")."""
    run_id = str(event.get("jobId", "")).removeprefix(f"{platform().settings.family_prefix}-")
    if event.get("eventType") == "JOB_EXECUTION":
        report = read_report(event)
        if report:
            _follow_device(run_id, report)
        else:
            logger.info("no news of a device", extra={"run_id": run_id, "topic": event.get("topic")})
        return

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > _ENOUGH

    rollout, verdict = platform().follower.note_job(run_id, datetime.now(UTC), time_left)
    ids = {"job_id": rollout.job_id if rollout else None, "run_id": run_id, "status": event.get("status")}
    ending = {"error": verdict.error, "cause": verdict.message} if verdict else {}
    logger.info("job changed", extra={**ids, **ending})


def _follow_device(run_id: str, report: DeviceReport) -> None:
    rollout, news = platform().follower.note_device(run_id, report)
    fields = {"run_id": run_id, "thing": report.thing, "execution": report.number, "status": report.status}
    fields |= {"job_id": rollout.job_id if rollout else None, "details": report.details, "news": news}
    log = logger.info if report.status in (*OPEN, DeviceStatus.SUCCEEDED) else logger.warning
    log("device changed", extra=fields)
    if news and report.status not in OPEN:
        _count(report.status)


def _count(status: DeviceStatus) -> None:
    """Count a device that ended with this status. The metric has no job id: its cost does not grow with jobs."""
    name = f"Devices{status.replace('_', ' ').title().replace(' ', '')}"
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="Stage", value=platform().settings.stage)
