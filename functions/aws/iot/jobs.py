"""AWS IoT Core Jobs."""

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


def report_of(summary: "JobExecutionSummaryForJobTypeDef") -> DeviceReport:
    """The report in a summary: lists have no details."""
    told = summary["jobExecutionSummary"]
    queued_at, started_at = _utc(told.get("queuedAt")), _utc(told.get("startedAt"))
    at = _utc(told.get("lastUpdatedAt")) or started_at or queued_at
    if at is None:
        raise ValueError(f"IoT tells no time of {summary['thingArn']}.")
    return DeviceReport(
        thing=summary["thingArn"].partition(":thing/")[2],
        number=told["executionNumber"],
        status=DeviceStatus(told["status"]),
        at=at,
        queued_at=queued_at,
        started_at=started_at,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


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


def job_of(told: Mapping[str, Any]) -> IotJob:
    """The job in an answer of DescribeJob."""
    numbers = told.get("jobProcessDetails", {})
    return IotJob(
        status=told["status"],
        counts={status: numbers[name] for status, name in _COUNTS.items() if numbers.get(name)},
        reason_code=told.get("reasonCode"),
        comment=told.get("comment"),
        completed_at=told.get("completedAt"),
    )


# AWS IoT API Reference, CancelJob (comment) and Tag
_LONGEST_COMMENT, _LONGEST_TAG = 2028, 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def description(job_id: str, run_id: str) -> str:
    """Whose it is. Both ids are short, and of plain characters."""
    return f"{job_id} {run_id}"


def tags(job_id: str, run_id: str) -> "list[TagTypeDef]":
    """Whose it is, but for a job's id that is longer than a tag may be."""
    told = {"shiftwork:job": job_id, "shiftwork:run": run_id}
    return [{"Key": name, "Value": value} for name, value in told.items() if len(value) <= _LONGEST_TAG]


def plain(comment: str) -> str:
    """A comment as IoT takes it."""
    return _CONTROL.sub(" ", comment)[:_LONGEST_COMMENT]


# What CancelJob says to devices and in the console (AWS IoT API Reference: capitals, digits and underscores).
_STOPPED = "SHIFTWORK_STOPPED"
_MOST = 250  # ListJobExecutionsForJob


class IotCoreJobs:
    """Implements functions.jobs.ports.fleet.IotJobs. `prefix` begins the ids of all our IoT jobs."""

    def __init__(self, client: Callable[[], "IoTClient"], prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def create(self, run_id: str, job_id: str, targets: Sequence[str], request: Mapping[str, Any]) -> None:
        """Create it for these ARNs; if it is there and is this run's, that is fine. Raises RefusedError.

        A LimitExceededException is not for ever: jobs count as concurrent only while they are rolled out (AWS IoT
        Developer Guide, "Job limits"). So it propagates, to be tried again.
        """
        try:
            self._client().create_job(
                jobId=self._id(run_id),
                targets=targets,
                description=description(job_id, run_id),
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
        """How IoT's job stands; None if there is none."""
        job = self._describe(run_id)
        return job_of(job) if job else None

    def cancel(self, run_id: str, *, force: bool, comment: str) -> None:
        """Cancel it; nothing to do if it has ended or was never made. `force`: also where it is in progress."""
        words = plain(comment)
        said = {"comment": words} if words else {}
        try:
            self._client().cancel_job(jobId=self._id(run_id), reasonCode=_STOPPED, force=force, **said)
        except ClientError as error:
            if is_error(error, INVALID):
                job = self.describe(run_id)
                if job and not job.has_ended:
                    raise
            elif not is_error(error, ABSENT):
                raise

    def devices(self, run_id: str, cursor: str | None, status: DeviceStatus | None = None) -> Page[DeviceReport]:
        """Part of IoT's list of the job's devices; empty if there is no such job.

        A cursor that IoT does not take any more, as one kept for days, begins the list anew.
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
        """Whether IoT tells of jobs and their executions: a switch of the whole account and region."""
        told = self._client().describe_event_configurations().get("eventConfigurations", {})
        return told.get("JOB", {}).get("Enabled", False) and told.get("JOB_EXECUTION", {}).get("Enabled", False)

    def _is_ours(self, run_id: str, job_id: str) -> bool:
        """That the job that is there is this run's: creating it again changes nothing. False: it is not found now."""
        job = self._describe(run_id)
        if job and job.get("description") != description(job_id, run_id):
            raise RefusedError(f"There is an IoT job {self._id(run_id)} already, and it is not this run's.")
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
