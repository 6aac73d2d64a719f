"""Tasks of a run and their attempts, as answers show them."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.answers.body import Time
from functions.jobs.container.task_definition import log_stream
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import Attempt, Reason, Run, RunStatus, TaskStatus
from functions.jobs.model.task import IndexedTask, attempt_reason, task_reason


class AllocatedAnswer(BaseModel):
    """The Fargate size that was allocated: the smallest that fits what was asked for."""

    cpus: Annotated[float, Field(description="vCPUs.", examples=[0.25])]
    mem: Annotated[int, Field(description="Memory in MiB.", examples=[512])]

    @classmethod
    def of(cls, plan: LaunchPlan) -> "AllocatedAnswer":
        """The size in a launch plan."""
        return cls.sized(plan.cpu, plan.memory)

    @classmethod
    def sized(cls, cpu: int, memory: int) -> "AllocatedAnswer":
        """The size with so many CPU units, 1024 to a vCPU, and MiB."""
        return cls.model_construct(cpus=cpu / 1024 if cpu % 1024 else cpu // 1024, mem=memory)


Why = Annotated[Reason | None, Field(description="Why it failed.", examples=["EXIT_CODE"])]
ExitCode = Annotated[int | None, Field(description="What its main container ended with.", examples=[0])]


class TaskAnswer(BaseModel):
    """One attempt of a run: an ECS task."""

    id: Annotated[str, Field(description="The last part of the task's ARN.", examples=["0f1e2d3c4b5a"])]
    startedAt: Annotated[Time | None, Field(description="When its container started.")]
    completedAt: Annotated[Time | None, Field(description="When it finished; only if it did so with success.")] = None
    stoppedAt: Annotated[Time | None, Field(description="When it ended, however it did; null while it goes on.")]
    status: Annotated[TaskStatus, Field(description="Where it stands.", examples=["TASK_RUNNING"])]
    attempt: Annotated[int, Field(description="Its number within the run.", examples=[1])]
    taskArn: Annotated[
        str,
        Field(
            description="Where ECS has it.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task/shiftwork-prod/0f1e2d3c4b5a"],
        ),
    ]
    exitCode: ExitCode
    reason: Why
    message: Annotated[
        str | None,
        Field(description="Why it stopped, in the words of ECS.", examples=["Essential container in task exited"]),
    ]
    logStream: Annotated[
        str,
        Field(
            description="Where CloudWatch Logs has what its main container printed, in the jobs' log group.",
            examples=["team.report/main/0f1e2d3c4b5a"],
        ),
    ]
    allocated: Annotated[AllocatedAnswer | None, Field(description="What ECS gave it; null until that is known.")]


def attempt_answers(run: Run, task: IndexedTask) -> list[TaskAnswer]:
    """The attempts of a task, the first one first."""
    return [_attempt(run, task, attempt) for _, attempt in sorted(task.attempts.items())]


def _attempt(run: Run, task: IndexedTask, attempt: Attempt) -> TaskAnswer:
    finished = {"completedAt": attempt.stopped_at} if attempt.status is TaskStatus.FINISHED else {}
    known = attempt.cpu is not None and attempt.memory is not None
    return TaskAnswer(
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
        allocated=AllocatedAnswer.sized(attempt.cpu or 0, attempt.memory or 0) if known else None,
        **finished,
    )


class TaskCountsAnswer(BaseModel):
    """How the tasks of a run with several stand."""

    total: Annotated[int, Field(description="How many the run has.", examples=[10])]
    succeeded: Annotated[int, Field(description="How many have succeeded.", examples=[8])]
    failed: Annotated[int, Field(description="How many have failed for good.", examples=[1])]
    failedIndexes: Annotated[list[int], Field(description="Which have failed for good.", examples=[[3]])]

    @classmethod
    def of(cls, run: Run) -> "TaskCountsAnswer":
        """The numbers of a run."""
        return cls(
            total=run.plan.task_count,
            succeeded=run.succeeded_tasks,
            failed=len(run.failed_tasks),
            failedIndexes=sorted(run.failed_tasks),
        )


class IndexedTaskAnswer(BaseModel):
    """One of the tasks of a run, with its attempts."""

    index: Annotated[int, Field(description="Its place among the run's tasks, from 0 on.", examples=[3])]
    status: Annotated[RunStatus, Field(description="Where it stands.", examples=["FAILED"])]
    completedAt: Annotated[Time | None, Field(description="When it ended for good; null while it is active.")]
    reason: Why
    message: Annotated[
        str | None, Field(description="The same in AWS's words.", examples=["Essential container in task exited"])
    ]
    exitCode: ExitCode
    attempts: Annotated[list[TaskAnswer], Field(description="Its attempts, the first one first.")]

    @classmethod
    def of(cls, run: Run, task: IndexedTask) -> "IndexedTaskAnswer":
        """A task of this run as an answer."""
        return cls(
            index=task.index,
            status=task.status,
            completedAt=task.completed_at,
            reason=task_reason(run, task),
            message=task.message,
            exitCode=task.exit_code,
            attempts=attempt_answers(run, task),
        )
