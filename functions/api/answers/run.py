"""Runs, as answers show them."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.api.answers.body import Time
from functions.api.answers.device import DeviceCountsAnswer
from functions.api.answers.task import AllocatedAnswer, TaskAnswer, TaskCountsAnswer, attempt_answers
from functions.api.documents.fields import Number
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.job import JobState
from functions.jobs.model.run import Cause, Reason, Run, RunStatus
from functions.jobs.model.task import only_task
from functions.jobs.runs.log import LogLine


class OverridesAnswer(BaseModel):
    """What came with the call; what did not is left out, and a payload is not shown."""

    env: Annotated[dict[str, str], Field(description="Further environment variables.", examples=[{"TRACE": "1"}])] = {}
    cmd: Annotated[str, Field(description="Its command line.", examples=["echo once"])] = ""
    args: Annotated[list[str], Field(description="Its arguments.", examples=[["--day", "2026-01-02"]])] = []
    cpus: Annotated[Number, Field(description="The vCPUs that were asked for.", examples=[1])] = 0
    mem: Annotated[Number, Field(description="The MiB that were asked for.", examples=[2048])] = 0
    timeoutSeconds: Annotated[int, Field(description="How long it may take in all.", examples=[3600])] = 0
    attemptTimeoutSeconds: Annotated[int, Field(description="How long an attempt may take.", examples=[600])] = 0
    imageTag: Annotated[str, Field(description="The tag of its image.", examples=["v1.2.3"])] = ""
    devices: Annotated[
        list[DeviceStatus],
        Field(description="Only the devices of the run that it repeats which stood so.", examples=[["FAILED"]]),
    ] = []
    payload: Annotated[bool, Field(description="It has one.", examples=[True])] = False

    @classmethod
    def of(cls, run: Run) -> "OverridesAnswer":
        """What a run was given."""
        given = run.overrides
        has_payload = given.payload is not None or given.payload_url is not None
        return cls.model_validate({**run.inputs, **({"payload": True} if has_payload else {})})


class RunAnswer(BaseModel):
    """A run; beyond Metronome's fields it says why it failed, what it ran and what was allocated for it."""

    id: Annotated[str, Field(description="The run's id: it begins with the time.", examples=["20260102030405kV9x0"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    status: Annotated[RunStatus, Field(description="Where it stands.", examples=["SUCCESS"])]
    createdAt: Annotated[Time, Field(description="When it was asked for.")]
    completedAt: Annotated[Time | None, Field(description="When it ended; null while it is active.")]
    tasks: Annotated[
        list[TaskAnswer],
        Field(description="Its attempts, the first one first; empty if it has several tasks, which have a list."),
    ]
    devices: Annotated[DeviceCountsAnswer | None, Field(description="How its devices stand, if it is a fleet's.")] = (
        None
    )
    taskCounts: Annotated[TaskCountsAnswer | None, Field(description="How its tasks stand, if it has several.")] = None
    reason: Annotated[Reason | None, Field(description="Why it failed.", examples=["EXIT_CODE"])]
    message: Annotated[
        str | None, Field(description="The same in AWS's words.", examples=["Essential container in task exited"])
    ]
    exitCode: Annotated[int | None, Field(description="What its last task ended with.", examples=[3])]
    cause: Annotated[Cause, Field(description="What started it.", examples=["CALL"])]
    causeId: Annotated[
        str | None,
        Field(
            description="Which hook or event did, or which run of a job that this one waits for, if one did.",
            examples=["team.report_5f2d0c1b9a8e7f64"],
        ),
    ]
    scheduleId: Annotated[
        str | None, Field(description="The schedule that started it, if one did.", examples=["nightly"])
    ]
    scheduledAt: Annotated[
        Time | None, Field(description="For when a schedule had it, or the run that it repeats; null without one.")
    ]
    parameters: Annotated[dict[str, str], Field(description="Values for its variables.", examples=[{"LEVEL": "debug"}])]
    overrides: Annotated[OverridesAnswer, Field(description="What else it has otherwise than the job.")]
    labels: Annotated[dict[str, str], Field(description="Names to find it by.", examples=[{"ticket": "OPS-7"}])]
    rerunOf: Annotated[
        str | None, Field(description="The run that it repeats, if it does.", examples=["20260102030405kV9x0"])
    ]
    revision: Annotated[int, Field(description="The job's revision that it runs.", examples=[1])]
    taskDefinition: Annotated[
        str | None,
        Field(
            description="The ARN of what it runs; left out for a fleet.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task-definition/shiftwork-prod-team_report:1"],
        ),
    ] = None
    allocated: Annotated[AllocatedAnswer | None, Field(description="What it has; left out for a fleet.")] = None

    @classmethod
    def of(cls, run: Run) -> "RunAnswer":
        """A run as an answer."""
        return cls(
            id=run.id,
            jobId=run.job_id,
            status=run.status,
            createdAt=run.created_at,
            completedAt=run.completed_at,
            tasks=attempt_answers(run, only_task(run)),
            reason=run.reason,
            message=run.message,
            exitCode=run.exit_code,
            cause=run.cause,
            causeId=run.cause_id,
            scheduleId=run.schedule_id,
            scheduledAt=run.scheduled_at,
            parameters=dict(run.parameters),
            overrides=OverridesAnswer.of(run),
            labels=dict(run.labels),
            rerunOf=run.rerun_of,
            revision=run.plan.revision,
            **_carried(run),
        )


def _carried(run: Run) -> dict[str, Any]:
    """What it goes to: the devices of a fleet, or one task or several, of a size."""
    if run.plan.fleet:
        return {"devices": DeviceCountsAnswer.of(run)}
    given, plan = run.overrides, run.plan
    return {
        "taskDefinition": given.task_definition or plan.task_definition,
        "allocated": AllocatedAnswer.sized(given.cpu or plan.cpu, given.memory or plan.memory),
        **({"taskCounts": TaskCountsAnswer.of(run)} if plan.task_count > 1 else {}),
    }


class SummaryAnswer(BaseModel):
    """What has become of a job's runs, in numbers."""

    successCount: Annotated[int, Field(description="How many succeeded.", examples=[41])]
    failureCount: Annotated[int, Field(description="How many failed.", examples=[1])]
    skipCount: Annotated[int, Field(description="How many firings of schedules were skipped.", examples=[0])]
    lastSuccessAt: Annotated[Time | None, Field(description="When one last succeeded.")]
    lastFailureAt: Annotated[Time | None, Field(description="When one last failed.")]

    @classmethod
    def of(cls, state: JobState) -> "SummaryAnswer":
        """The counters of a job."""
        return cls(
            successCount=state.successes,
            failureCount=state.failures,
            skipCount=state.skips,
            lastSuccessAt=state.last_success_at,
            lastFailureAt=state.last_failure_at,
        )


class FinishedRunAnswer(BaseModel):
    """A finished run, in short."""

    id: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    createdAt: Annotated[Time, Field(description="When it was asked for.")]
    finishedAt: Annotated[Time | None, Field(description="When it ended.")]
    tasks: Annotated[list[str], Field(description="The ids of its tasks.", examples=[["0f1e2d3c4b5a"]])]
    reason: Annotated[Reason | None, Field(description="Why it failed.", examples=["EXIT_CODE"])] = None


class HistoryAnswer(SummaryAnswer):
    """The numbers, and the finished runs themselves, newest first, 1000 at most."""

    successfulFinishedRuns: Annotated[list[FinishedRunAnswer], Field(description="Those that succeeded.")]
    failedFinishedRuns: Annotated[list[FinishedRunAnswer], Field(description="Those that failed.")]


def history(state: JobState, finished: Iterable[Run]) -> HistoryAnswer:
    """A job's counters and finished runs."""
    runs = list(finished)
    return HistoryAnswer(
        **dict(SummaryAnswer.of(state)),
        successfulFinishedRuns=[_finished(run) for run in runs if run.status is RunStatus.SUCCESS],
        failedFinishedRuns=[_finished(run) for run in runs if run.status is RunStatus.FAILED],
    )


def _finished(run: Run) -> FinishedRunAnswer:
    return FinishedRunAnswer(
        id=run.id,
        createdAt=run.created_at,
        finishedAt=run.completed_at,
        tasks=[attempt.task_id for _, attempt in sorted(run.attempts.items())],
        **({"reason": run.reason} if run.reason else {}),
    )


class LineAnswer(BaseModel):
    """One line that a task printed."""

    timestamp: Annotated[Time, Field(description="When CloudWatch Logs had it from the task.")]
    message: Annotated[str, Field(description="The line.", examples=["hello"])]
    attempt: Annotated[int, Field(description="The number of the attempt that printed it.", examples=[1])]


class LogAnswer(BaseModel):
    """Part of a run's log."""

    events: Annotated[list[LineAnswer], Field(description="The lines, in order; none: nothing more yet.")]
    nextToken: Annotated[str, Field(description="Where the next part begins.", examples=["1:f/3641"])]

    @classmethod
    def of(cls, lines: Iterable[LogLine], token: str) -> "LogAnswer":
        """A page of lines."""
        events = [LineAnswer(timestamp=line.at, message=line.text, attempt=line.attempt) for line in lines]
        return cls(events=events, nextToken=token)
