"""The devices of a fleet run, and their numbers, as answers."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.answers.body import Time
from functions.jobs.model.device import OPEN, Device, DeviceReport, DeviceStatus
from functions.jobs.model.run import Run

_STATUS = Field(description="Where the job stands on it, in AWS IoT's words.", examples=["SUCCEEDED"])
_DETAILS = Field(
    description="What the device has said of it; null where nothing is known of that.",
    examples=[{"step": "verify", "progress": "100"}],
)


class DeviceCountsAnswer(BaseModel):
    """How the devices of a fleet run stand."""

    total: Annotated[int, Field(description="How many are known.", examples=[50])]
    finished: Annotated[int, Field(description="How many of them have ended.", examples=[48])]
    progress: Annotated[int, Field(description="The same in percent, rounded down.", examples=[96])]
    counts: Annotated[
        dict[DeviceStatus, int],
        Field(description="How many in each status.", examples=[{"SUCCEEDED": 47, "FAILED": 1}]),
    ]

    @classmethod
    def of(cls, run: Run) -> "DeviceCountsAnswer":
        """The numbers of a run."""
        total = sum(run.devices.values())
        finished = total - sum(run.devices.get(status, 0) for status in OPEN)
        progress = 100 * finished // total if total else 0
        return cls(total=total, finished=finished, progress=progress, counts=dict(run.devices))


class ExecutionAnswer(BaseModel):
    """One execution of the job on a device."""

    number: Annotated[
        int, Field(description="From 1 on: IoT hands the job again to a device that failed.", examples=[1])
    ]
    status: Annotated[DeviceStatus, _STATUS]
    queuedAt: Annotated[Time | None, Field(description="When it was queued for the device.")]
    startedAt: Annotated[Time | None, Field(description="When the device began.")]
    updatedAt: Annotated[Time, Field(description="When it last changed.")]
    details: Annotated[dict[str, str] | None, _DETAILS]

    @classmethod
    def of(cls, report: DeviceReport) -> "ExecutionAnswer":
        """An execution as an answer."""
        return cls(
            number=report.number,
            status=report.status,
            queuedAt=report.queued_at,
            startedAt=report.started_at,
            updatedAt=report.at,
            details=None if report.details is None else dict(report.details),
        )


class DeviceAnswer(BaseModel):
    """A device of a fleet run."""

    thing: Annotated[str, Field(description="Its name in AWS IoT.", examples=["pump-17"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.update"])]
    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    status: Annotated[DeviceStatus, _STATUS]
    updatedAt: Annotated[Time, Field(description="When that was.")]
    details: Annotated[dict[str, str] | None, _DETAILS]
    attempts: Annotated[list[ExecutionAnswer], Field(description="Its executions, the first one first.")]

    @classmethod
    def of(cls, device: Device) -> "DeviceAnswer":
        """A device as an answer."""
        latest = device.latest
        executions = [device.earlier[number] for number in sorted(device.earlier)] + [latest]
        return cls(
            thing=latest.thing,
            jobId=device.job_id,
            runId=device.run_id,
            status=latest.status,
            updatedAt=latest.at,
            details=None if latest.details is None else dict(latest.details),
            attempts=[ExecutionAnswer.of(one) for one in executions],
        )
