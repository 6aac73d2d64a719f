"""Answers about the devices of a fleet run."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.http import Time
from functions.jobs.model.device import OPEN, Device, DeviceReport, DeviceStatus
from functions.jobs.model.run import Run

_STATUS = Field(
    description="The status of the device execution, in AWS IoT's words; or LEFT_OUT if the device never gets the job.",
    examples=["SUCCEEDED"],
)
_DETAILS = Field(
    description="The status details that the device reported; for LEFT_OUT the `reason`. Null if they are not known.",
    examples=[{"step": "verify", "progress": "100"}],
)


class DeviceCountsAnswer(BaseModel):
    """The devices of a fleet run, counted by status."""

    total: Annotated[int, Field(description="The number of known devices.", examples=[50])]
    finished: Annotated[int, Field(description="The number of devices whose execution has ended.", examples=[48])]
    progress: Annotated[int, Field(description="The finished devices in percent, rounded down.", examples=[96])]
    counts: Annotated[
        dict[DeviceStatus, int],
        Field(description="The number of devices in each status.", examples=[{"SUCCEEDED": 47, "FAILED": 1}]),
    ]

    @classmethod
    def of(cls, run: Run) -> "DeviceCountsAnswer":
        """Count the devices of a run."""
        total = sum(run.devices.values())
        finished = total - sum(run.devices.get(status, 0) for status in OPEN)
        progress = 100 * finished // total if total else 0
        return cls(total=total, finished=finished, progress=progress, counts=dict(run.devices))


class ExecutionAnswer(BaseModel):
    """One attempt of a device execution."""

    number: Annotated[
        int, Field(description="The attempt's number, from 1. A retry is the next attempt.", examples=[1])
    ]
    status: Annotated[DeviceStatus, _STATUS]
    queuedAt: Annotated[Time | None, Field(description="When AWS IoT queued the attempt for the device.")]
    startedAt: Annotated[Time | None, Field(description="When the device started the attempt.")]
    updatedAt: Annotated[Time, Field(description="When the attempt last changed.")]
    details: Annotated[dict[str, str] | None, _DETAILS]

    @classmethod
    def of(cls, report: DeviceReport) -> "ExecutionAnswer":
        """Return an attempt as an answer."""
        return cls(
            number=report.number,
            status=report.status,
            queuedAt=report.queued_at,
            startedAt=report.started_at,
            updatedAt=report.at,
            details=None if report.details is None else dict(report.details),
        )


class DeviceAnswer(BaseModel):
    """A device of a fleet run, with its device execution."""

    thing: Annotated[str, Field(description="The name of the thing in AWS IoT.", examples=["pump-17"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.update"])]
    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    status: Annotated[DeviceStatus, _STATUS]
    updatedAt: Annotated[Time, Field(description="When the status last changed.")]
    details: Annotated[dict[str, str] | None, _DETAILS]
    attempts: Annotated[
        list[ExecutionAnswer], Field(description="The attempts, the first one first. Empty for LEFT_OUT.")
    ]

    @classmethod
    def of(cls, device: Device) -> "DeviceAnswer":
        """Return a device as an answer."""
        latest = device.latest
        reports = [*(device.earlier[number] for number in sorted(device.earlier)), latest]
        return cls(
            thing=latest.thing,
            jobId=device.job_id,
            runId=device.run_id,
            status=latest.status,
            updatedAt=latest.at,
            details=None if latest.details is None else dict(latest.details),
            attempts=[ExecutionAnswer.of(report) for report in reports if report.number],
        )
