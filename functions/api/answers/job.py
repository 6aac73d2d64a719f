"""Answers about jobs, their revisions and dry runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.api.answers.run import HistoryAnswer, RunAnswer, SummaryAnswer
from functions.api.answers.schedule import ScheduleAnswer, WaitingAnswer, schedule_json
from functions.api.answers.task import AllocatedAnswer
from functions.api.documents.job import JobDocument
from functions.api.http import Time, time_json
from functions.jobs.catalog.document_diff import changes
from functions.jobs.catalog.save import Draft
from functions.jobs.model.job import Job, Revision
from functions.jobs.model.launch_plan import CPU_UNITS

Json = dict[str, Any]


class JobAnswer(JobDocument):
    """A job, with the parts that the request embeds."""

    # mypy refuses the narrower list because lists can be written to; nothing writes to an answer's.
    schedules: Annotated[list[ScheduleAnswer], Field(description="The job's schedules.", examples=[[]])]  # type: ignore[assignment]
    activeRuns: Annotated[
        list[RunAnswer], Field(description="Embedded: the active runs. A list of jobs leaves an empty one out.")
    ] = []
    waitingFiring: Annotated[
        WaitingAnswer | None, Field(description="Embedded with activeRuns: the waiting firing (policy QUEUE).")
    ] = None
    historySummary: Annotated[SummaryAnswer | None, Field(description="Embedded: the counts of runs.")] = None
    history: Annotated[HistoryAnswer | None, Field(description="Embedded: the counts and the finished runs.")] = None


class ChangeAnswer(BaseModel):
    """One difference between two documents."""

    path: Annotated[str, Field(description="The place, as a JSON Pointer.", examples=["/run/mem"])]
    before: Annotated[Any, Field(description="The old value. Absent if there was none.", examples=[128])] = None
    after: Annotated[Any, Field(description="The new value. Absent if there is none.", examples=[256])] = None


class RevisionAnswer(BaseModel):
    """One saved version of a job document."""

    revision: Annotated[int, Field(description="The revision's number; 1 is the job as it was created.", examples=[1])]
    savedAt: Annotated[Time, Field(description="When the revision was saved.")]
    taskDefinition: Annotated[
        str | None,
        Field(
            description="The ARN of the ECS task definition. Absent for a fleet job.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task-definition/shiftwork-prod-team_report:1"],
        ),
    ] = None
    allocated: Annotated[
        AllocatedAnswer | None, Field(description="The size of the revision's tasks. Absent for a fleet job.")
    ] = None
    job: Annotated[Json, Field(description="The job document, without schedules.", examples=[{"id": "team.report"}])]

    @classmethod
    def of(cls, revision: Revision) -> "RevisionAnswer":
        """Return a revision as an answer."""
        plan = revision.plan
        tasks: Json = {
            "taskDefinition": plan.task_definition,
            "allocated": AllocatedAnswer(cpus=plan.cpu / CPU_UNITS, mem=plan.memory),
        }
        return cls(
            revision=plan.revision,
            savedAt=revision.saved_at,
            job=dict(revision.spec),
            **({} if plan.fleet else tasks),
        )


class DraftAnswer(BaseModel):
    """What a save would write. Nothing was written."""

    job: Annotated[JobAnswer, Field(description="The job as it would be saved.")]
    allocated: Annotated[
        AllocatedAnswer | None, Field(description="The size that tasks would get. Absent for a fleet job.")
    ] = None
    taskDefinition: Annotated[
        Json | None,
        Field(
            description="The task definition to register with ECS. Absent for a fleet job.",
            examples=[{"family": "shiftwork-prod-team_report"}],
        ),
    ] = None
    createJob: Annotated[
        Json | None,
        Field(
            description="Only for a fleet job: what a run sends to AWS IoT's CreateJob, without targets and with the "
            "parameters' defaults.",
            examples=[{"targetSelection": "SNAPSHOT", "document": '{"operation":"reboot"}'}],
        ),
    ] = None
    changes: Annotated[
        list[ChangeAnswer], Field(description="What an update would change. Empty for a new job.", examples=[[]])
    ]


def job_json(job: Job, now: datetime) -> Json:
    """Return a job's document with its schedules and, if the job is paused, with `pausedAt`."""
    schedules = [schedule_json(schedule, now) for schedule in job.schedules.values()]
    return {**job.spec, "schedules": schedules, **({"pausedAt": time_json(job.paused_at)} if job.paused_at else {})}


def draft_json(draft: Draft, now: datetime) -> Json:
    """Return the answer to a dry run."""
    before: Mapping[str, Any] = draft.old.spec if draft.old else {}
    plan = draft.job.plan
    tasks = {
        "allocated": AllocatedAnswer(cpus=plan.cpu / CPU_UNITS, mem=plan.memory).model_dump(),
        "taskDefinition": draft.definition,
    }
    return {
        "job": job_json(draft.job, now),
        **({"createJob": draft.definition} if plan.fleet else tasks),
        "changes": list(changes(before, draft.job.spec)) if draft.old else [],
    }
