"""AWS IoT Jobs: creates, describes and cancels the IoT jobs of fleet runs, and lists their device executions."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.iot.refusals import ABSENT, INVALID, THERE
from functions.aws.table.table import is_error
from functions.jobs.model.device import DeviceReport, DeviceStatus
from functions.jobs.model.page import Page
from functions.jobs.model.rollout import IotJob
from functions.jobs.ports.fleet import RefusedError

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_iot.type_defs import JobExecutionSummaryForJobTypeDef, TagTypeDef

_COUNTS = {
    DeviceStatus.QUEUED: "numberOfQueuedThings",
    DeviceStatus.IN_PROGRESS: "numberOfInProgressThings",
    DeviceStatus.SUCCEEDED: "numberOfSucceededThings",
    DeviceStatus.FAILED: "numberOfFailedThings",
    DeviceStatus.REJECTED: "numberOfRejectedThings",
    DeviceStatus.TIMED_OUT: "numberOfTimedOutThings",
    DeviceStatus.REMOVED: "numberOfRemovedThings",
    DeviceStatus.CANCELED: "numberOfCanceledThings",
}
# AWS IoT API Reference, CancelJob (comment) and Tag
_LONGEST_COMMENT, _LONGEST_TAG = 2028, 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# The reason code of CancelJob, for devices and the console (AWS IoT API Reference: capitals, digits, underscores)
_STOPPED = "SHIFTWORK_STOPPED"
_MOST = 250  # ListJobExecutionsForJob


def report_of(summary: "JobExecutionSummaryForJobTypeDef") -> DeviceReport:
    """The report in a summary. IoT's lists have no status details."""
    execution = summary["jobExecutionSummary"]
    queued_at, started_at = _utc(execution.get("queuedAt")), _utc(execution.get("startedAt"))
    at = _utc(execution.get("lastUpdatedAt")) or started_at or queued_at
    if at is None:
        raise ValueError(f"AWS IoT lists {summary['thingArn']} without a time.")
    return DeviceReport(
        thing=summary["thingArn"].partition(":thing/")[2],
        number=execution["executionNumber"],
        status=DeviceStatus(execution["status"]),
        at=at,
        queued_at=queued_at,
        started_at=started_at,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def job_of(description: Mapping[str, Any]) -> IotJob:
    """The IoT job in an answer of DescribeJob."""
    numbers = description.get("jobProcessDetails", {})
    return IotJob(
        status=description["status"],
        counts={status: numbers[name] for status, name in _COUNTS.items() if numbers.get(name)},
        reason_code=description.get("reasonCode"),
        comment=description.get("comment"),
        completed_at=description.get("completedAt"),
    )


def description_of(job_id: str, run_id: str) -> str:
    """The description of an IoT job. It names the job and the run; both ids are short and have plain characters."""
    return f"{job_id} {run_id}"


def tags(job_id: str, run_id: str) -> "list[TagTypeDef]":
    """The tags with the ids of the job and the run. A job id that is too long for a tag is left out."""
    ids = {"shiftwork:job": job_id, "shiftwork:run": run_id}
    return [{"Key": name, "Value": value} for name, value in ids.items() if len(value) <= _LONGEST_TAG]


def plain(comment: str) -> str:
    """The comment without characters that AWS IoT refuses, and not too long."""
    return _CONTROL.sub(" ", comment)[:_LONGEST_COMMENT]


class IotCoreJobs:
    """Implements functions.jobs.ports.fleet.IotJobs. `prefix` begins the ids of the deployment's IoT jobs."""

    def __init__(self, client: Callable[[], "IoTClient"], prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def create(self, run_id: str, job_id: str, targets: Sequence[str], request: Mapping[str, Any]) -> None:
        """Create the IoT job of a run for these ARNs. A repeated call changes nothing. Raises RefusedError.

        A LimitExceededException is temporary, because jobs count as concurrent only while they are rolled out (AWS IoT
        Developer Guide, "Job limits"). So it propagates, and the caller tries again.
        """
        try:
            self._client().create_job(
                jobId=self._id(run_id),
                targets=targets,
                description=description_of(job_id, run_id),
                tags=tags(job_id, run_id),
                **request,
            )
        except ClientError as error:
            if is_error(error, THERE):
                if not self._is_ours(run_id, job_id):
                    raise
            elif is_error(error, INVALID, ABSENT):
                raise RefusedError(error.response["Error"]["Message"]) from error
            else:
                raise

    def describe(self, run_id: str) -> IotJob | None:
        """The state of the run's IoT job; None if there is none."""
        job = self._describe(run_id)
        return job_of(job) if job else None

    def cancel(self, run_id: str, *, force: bool, comment: str) -> None:
        """Cancel the IoT job, with `force` also on devices that work on it; do nothing if it has ended."""
        accepted = plain(comment)
        request = {"comment": accepted} if accepted else {}
        try:
            self._client().cancel_job(jobId=self._id(run_id), reasonCode=_STOPPED, force=force, **request)
        except ClientError as error:
            if is_error(error, INVALID):
                job = self.describe(run_id)
                if job and not job.has_ended:
                    raise
            elif not is_error(error, ABSENT):
                raise

    def devices(self, run_id: str, cursor: str | None, status: DeviceStatus | None = None) -> Page[DeviceReport]:
        """Read a page of IoT's list of the job's devices; an empty page if there is no such job.

        If IoT no longer accepts the cursor, as after days, read the first page.
        """
        wanted: dict[str, Any] = {"status": status, "nextToken": cursor}
        given = {name: value for name, value in wanted.items() if value}
        try:
            answer = self._client().list_job_executions_for_job(jobId=self._id(run_id), maxResults=_MOST, **given)
        except ClientError as error:
            if is_error(error, ABSENT):
                return Page([], None)
            if cursor is None or not is_error(error, INVALID):
                raise
            return self.devices(run_id, None, status)
        summaries = answer.get("executionSummaries", [])
        return Page([report_of(summary) for summary in summaries], answer.get("nextToken"))

    def events_are_on(self) -> bool:
        """Whether AWS IoT publishes job events: a switch of the whole account and region."""
        events = self._client().describe_event_configurations().get("eventConfigurations", {})
        return events.get("JOB", {}).get("Enabled", False) and events.get("JOB_EXECUTION", {}).get("Enabled", False)

    def _is_ours(self, run_id: str, job_id: str) -> bool:
        """Whether the existing IoT job belongs to this run; False if it is gone. Raises RefusedError if it does not."""
        job = self._describe(run_id)
        if job and job.get("description") != description_of(job_id, run_id):
            raise RefusedError(f"The IoT job {self._id(run_id)} already exists and belongs to another run.")
        return job is not None

    def _describe(self, run_id: str) -> dict[str, Any] | None:
        try:
            return dict(self._client().describe_job(jobId=self._id(run_id))["job"])
        except ClientError as error:
            if not is_error(error, ABSENT):
                raise
            return None

    def _id(self, run_id: str) -> str:
        return f"{self._prefix}{run_id}"
