"""Answers about runs, their history and their logs."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.api.answers.device import DeviceCountsAnswer
from functions.api.answers.task import AllocatedAnswer, TaskAnswer, TaskCountsAnswer
from functions.api.documents.fields import Number
from functions.api.http import Time
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.job import JobState
from functions.jobs.model.launch_plan import CPU_UNITS
from functions.jobs.model.run import Cause, Reason, Run, RunStatus, only_task
from functions.jobs.runs.log import LogLine


class OverridesAnswer(BaseModel):
    """The overrides of a run. Absent fields were not overridden. The payload itself is not shown."""

    env: Annotated[
        dict[str, str], Field(description="Additional environment variables.", examples=[{"TRACE": "1"}])
    ] = {}
    cmd: Annotated[str, Field(description="The command line.", examples=["echo once"])] = ""
    args: Annotated[list[str], Field(description="The arguments.", examples=[["--day", "2026-01-02"]])] = []
    cpus: Annotated[Number, Field(description="The requested vCPUs.", examples=[1])] = 0
    mem: Annotated[Number, Field(description="The requested memory in MiB.", examples=[2048])] = 0
    timeoutSeconds: Annotated[int, Field(description="The time limit of the run in seconds.", examples=[3600])] = 0
    attemptTimeoutSeconds: Annotated[
        int, Field(description="The time limit of an attempt in seconds.", examples=[600])
    ] = 0
    imageTag: Annotated[str, Field(description="The tag of the image.", examples=["v1.2.3"])] = ""
    devices: Annotated[
        list[DeviceStatus],
        Field(
            description="The run has only those devices of the repeated run that had these statuses.",
            examples=[["FAILED"]],
        ),
    ] = []
    payload: Annotated[bool, Field(description="Whether the run has a payload.", examples=[True])] = False

    @classmethod
    def of(cls, run: Run) -> "OverridesAnswer":
        """Return the overrides of a run."""
        given = run.overrides
        has_payload = given.payload is not None or given.payload_url is not None
        return cls.model_validate({**run.inputs, **({"payload": True} if has_payload else {})})


class RunAnswer(BaseModel):
    """A run. Besides Metronome's fields it has the reason of a failure, the inputs and the allocated size."""

    id: Annotated[str, Field(description="The run's id, which begins with a time.", examples=["20260102030405kV9x0"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    status: Annotated[RunStatus, Field(description="The run's status.", examples=["SUCCESS"])]
    createdAt: Annotated[Time, Field(description="When the run was triggered.")]
    completedAt: Annotated[Time | None, Field(description="When the run ended. Null while it is active.")]
    tasks: Annotated[
        list[TaskAnswer],
        Field(description="The attempts, the first one first. Empty if the run has several tasks: use /tasks."),
    ]
    devices: Annotated[DeviceCountsAnswer | None, Field(description="The devices, counted. Only for a fleet job.")] = (
        None
    )
    taskCounts: Annotated[
        TaskCountsAnswer | None, Field(description="The tasks, counted. Only if there are several.")
    ] = None
    reason: Annotated[
        Reason | None, Field(description="Why the run failed. Null if it has not.", examples=["EXIT_CODE"])
    ]
    message: Annotated[
        str | None,
        Field(description="A sentence that explains the reason.", examples=["Essential container in task exited"]),
    ]
    exitCode: Annotated[int | None, Field(description="The exit code of the last attempt.", examples=[3])]
    waitingFor: Annotated[
        str | None,
        Field(
            description="What the run waits for while ECS starts no task for it. Absent in lists, in the first 30"
            " seconds, and if a task has started.",
            examples=["The account's quota of Fargate: You've reached the limit on the number of vCPUs"],
        ),
    ] = None
    cause: Annotated[Cause, Field(description="The kind of trigger.", examples=["CALL"])]
    causeId: Annotated[
        str | None,
        Field(
            description="The hook, the event or the run of another job that started this run. Null for other causes.",
            examples=["team.report_5f2d0c1b9a8e7f64"],
        ),
    ]
    scheduleId: Annotated[
        str | None, Field(description="The schedule that started the run. Null if none did.", examples=["nightly"])
    ]
    scheduledAt: Annotated[
        Time | None,
        Field(description="The firing's time, for this run or the one that it repeats. Null without a schedule."),
    ]
    parameters: Annotated[
        dict[str, str], Field(description="The values of the parameters.", examples=[{"LEVEL": "debug"}])
    ]
    overrides: Annotated[OverridesAnswer, Field(description="The settings that differ from the job's.")]
    labels: Annotated[dict[str, str], Field(description="Labels to find the run by.", examples=[{"ticket": "OPS-7"}])]
    rerunOf: Annotated[
        str | None,
        Field(description="The run that this run repeats. Null if it repeats none.", examples=["20260102030405kV9x0"]),
    ]
    revision: Annotated[int, Field(description="The revision of the job.", examples=[1])]
    taskDefinition: Annotated[
        str | None,
        Field(
            description="The ARN of the ECS task definition. Absent for a fleet job.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task-definition/shiftwork-prod-team_report:1"],
        ),
    ] = None
    allocated: Annotated[
        AllocatedAnswer | None, Field(description="The size of its tasks. Absent for a fleet job.")
    ] = None

    @classmethod
    def of(cls, run: Run, waiting_for: str | None = None) -> "RunAnswer":
        """Return a run as an answer. `waiting_for` says what it waits for, if that is known."""
        task = only_task(run)
        return cls(
            id=run.id,
            jobId=run.job_id,
            status=run.status,
            createdAt=run.created_at,
            completedAt=run.completed_at,
            tasks=[TaskAnswer.of(run, task, attempt) for attempt in task.in_order],
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
            **_carried(run) | ({"waitingFor": waiting_for} if waiting_for else {}),
        )


def _carried(run: Run) -> dict[str, Any]:
    """Return the fields that depend on the kind of job: counts of devices, or task definition, size and tasks."""
    if run.plan.fleet:
        return {"devices": DeviceCountsAnswer.of(run)}
    given, plan = run.overrides, run.plan
    return {
        "taskDefinition": given.task_definition or plan.task_definition,
        "allocated": AllocatedAnswer(cpus=(given.cpu or plan.cpu) / CPU_UNITS, mem=given.memory or plan.memory),
        **({"taskCounts": TaskCountsAnswer.of(run)} if plan.task_count > 1 else {}),
    }


class SummaryAnswer(BaseModel):
    """The counts of a job's runs."""

    successCount: Annotated[int, Field(description="The number of runs that succeeded.", examples=[41])]
    failureCount: Annotated[int, Field(description="The number of runs that failed.", examples=[1])]
    skipCount: Annotated[int, Field(description="The number of skipped firings.", examples=[0])]
    lastSuccessAt: Annotated[Time | None, Field(description="When a run last succeeded. Null: never.")]
    lastFailureAt: Annotated[Time | None, Field(description="When a run last failed. Null: never.")]

    @classmethod
    def of(cls, state: JobState) -> "SummaryAnswer":
        """Return the counts of a job."""
        return cls(
            successCount=state.successes,
            failureCount=state.failures,
            skipCount=state.skips,
            lastSuccessAt=state.last_success_at,
            lastFailureAt=state.last_failure_at,
        )


class FinishedRunAnswer(BaseModel):
    """A finished run, in short form."""

    id: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    createdAt: Annotated[Time, Field(description="When the run was triggered.")]
    finishedAt: Annotated[Time | None, Field(description="When the run ended.")]
    tasks: Annotated[list[str], Field(description="The ids of its ECS tasks.", examples=[["0f1e2d3c4b5a"]])]
    reason: Annotated[
        Reason | None, Field(description="Why the run failed. Absent if it succeeded.", examples=["EXIT_CODE"])
    ] = None


class HistoryAnswer(SummaryAnswer):
    """The counts of a job's runs, and its finished runs, newest first, at most 1000."""

    successfulFinishedRuns: Annotated[list[FinishedRunAnswer], Field(description="The runs that succeeded.")]
    failedFinishedRuns: Annotated[list[FinishedRunAnswer], Field(description="The runs that failed.")]


def history(state: JobState, finished: Iterable[Run]) -> HistoryAnswer:
    """Return a job's counts and finished runs."""
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
        tasks=[attempt.task_id for attempt in only_task(run).in_order],
        **({"reason": run.reason} if run.reason else {}),
    )


class LineAnswer(BaseModel):
    """One line of a log."""

    timestamp: Annotated[Time, Field(description="The time of the line in CloudWatch Logs.")]
    message: Annotated[str, Field(description="The line.", examples=["hello"])]
    attempt: Annotated[int, Field(description="The number of the attempt that printed the line.", examples=[1])]


class LogAnswer(BaseModel):
    """A part of a task's log."""

    events: Annotated[list[LineAnswer], Field(description="The lines, in order. Empty: there is nothing new yet.")]
    nextToken: Annotated[str, Field(description="The start of the next part.", examples=["1:f/3641"])]

    @classmethod
    def of(cls, lines: Iterable[LogLine], token: str) -> "LogAnswer":
        """Return a part of a log as an answer."""
        events = [LineAnswer(timestamp=line.at, message=line.text, attempt=line.attempt) for line in lines]
        return cls(events=events, nextToken=token)
