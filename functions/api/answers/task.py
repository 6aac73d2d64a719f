"""Answers about the tasks of a run and their attempts."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

from functions.api.http import Time, number_json
from functions.jobs.container.task_definition import log_stream
from functions.jobs.model.launch_plan import CPU_UNITS
from functions.jobs.model.run import (
    Attempt,
    IndexedTask,
    Reason,
    Run,
    RunStatus,
    TaskStatus,
    attempt_reason,
    task_reason,
)


class AllocatedAnswer(BaseModel):
    """The allocated Fargate size: the smallest that fits the requested one."""

    cpus: Annotated[
        float,
        PlainSerializer(number_json, return_type=Any),
        WithJsonSchema({"type": "number"}),
        Field(description="The number of vCPUs.", examples=[0.25]),
    ]
    mem: Annotated[int, Field(description="The memory in MiB.", examples=[512])]


Why = Annotated[Reason | None, Field(description="Why it failed. Null if it has not failed.", examples=["EXIT_CODE"])]
ExitCode = Annotated[
    int | None, Field(description="The exit code of the main container. Null if there is none.", examples=[0])
]


class TaskAnswer(BaseModel):
    """One attempt of a task: an ECS task."""

    id: Annotated[
        str, Field(description="The id of the ECS task: the last part of its ARN.", examples=["0f1e2d3c4b5a"])
    ]
    startedAt: Annotated[Time | None, Field(description="When the ECS task started.")]
    completedAt: Annotated[Time | None, Field(description="When the attempt succeeded. Absent if it has not.")] = None
    stoppedAt: Annotated[Time | None, Field(description="When the attempt ended. Null while it is active.")]
    status: Annotated[TaskStatus, Field(description="The attempt's status.", examples=["TASK_RUNNING"])]
    attempt: Annotated[int, Field(description="The attempt's number, from 1.", examples=[1])]
    taskArn: Annotated[
        str,
        Field(
            description="The ARN of the ECS task.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task/shiftwork-prod/0f1e2d3c4b5a"],
        ),
    ]
    exitCode: ExitCode
    reason: Why
    message: Annotated[
        str | None,
        Field(
            description="Why the ECS task stopped, in the words of ECS.",
            examples=["Essential container in task exited"],
        ),
    ]
    logStream: Annotated[
        str,
        Field(
            description="The CloudWatch log stream of the main container, in the log group of the jobs.",
            examples=["team.report/main/0f1e2d3c4b5a"],
        ),
    ]
    allocated: Annotated[AllocatedAnswer | None, Field(description="The size of the ECS task. Null until it is known.")]

    @classmethod
    def of(cls, run: Run, task: IndexedTask, attempt: Attempt) -> "TaskAnswer":
        """Return an attempt of a task as an answer."""
        finished = {"completedAt": attempt.stopped_at} if attempt.status is TaskStatus.FINISHED else {}
        allocated = None
        if attempt.cpu is not None and attempt.memory is not None:
            allocated = AllocatedAnswer(cpus=attempt.cpu / CPU_UNITS, mem=attempt.memory)
        return cls(
            id=attempt.task_id,
            startedAt=attempt.started_at,
            stoppedAt=attempt.stopped_at,
            status=attempt.status,
            attempt=attempt.number,
            taskArn=attempt.task_arn,
            exitCode=attempt.exit_code,
            reason=attempt_reason(run, task, attempt),
            message=attempt.message,
            logStream=log_stream(run.job_id, attempt.task_id),
            allocated=allocated,
            **finished,
        )


class TaskCountsAnswer(BaseModel):
    """The tasks of a run, counted. A run with one task has no counts."""

    total: Annotated[int, Field(description="The number of tasks.", examples=[10])]
    succeeded: Annotated[int, Field(description="The number of tasks that have succeeded.", examples=[8])]
    failed: Annotated[int, Field(description="The number of tasks that have failed for good.", examples=[1])]
    failedIndexes: Annotated[list[int], Field(description="The indexes of these failed tasks.", examples=[[3]])]

    @classmethod
    def of(cls, run: Run) -> "TaskCountsAnswer":
        """Count the tasks of a run."""
        return cls(
            total=run.plan.task_count,
            succeeded=run.succeeded_tasks,
            failed=len(run.failed_tasks),
            failedIndexes=sorted(run.failed_tasks),
        )


class IndexedTaskAnswer(BaseModel):
    """One task of a run, with its attempts."""

    index: Annotated[int, Field(description="The task's index in the run, from 0.", examples=[3])]
    status: Annotated[RunStatus, Field(description="The task's status.", examples=["FAILED"])]
    completedAt: Annotated[Time | None, Field(description="When the task ended for good. Null while it is active.")]
    reason: Why
    message: Annotated[
        str | None,
        Field(description="A sentence that explains the reason.", examples=["Essential container in task exited"]),
    ]
    exitCode: ExitCode
    attempts: Annotated[list[TaskAnswer], Field(description="The attempts, the first one first.")]

    @classmethod
    def of(cls, run: Run, task: IndexedTask) -> "IndexedTaskAnswer":
        """Return a task of the run as an answer."""
        return cls(
            index=task.index,
            status=task.status,
            completedAt=task.completed_at,
            reason=task_reason(run, task),
            message=task.message,
            exitCode=task.exit_code,
            attempts=[TaskAnswer.of(run, task, attempt) for attempt in task.in_order],
        )
