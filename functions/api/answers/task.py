"""The tasks of a run, each with its attempts, and their numbers, as answers."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.answers.attempt import ExitCode, TaskAnswer, Why, attempt_answers
from functions.api.answers.body import Time
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.model.task import IndexedTask, task_reason


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
