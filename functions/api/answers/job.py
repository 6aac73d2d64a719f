"""Jobs and their revisions, as answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.api.answers.body import Time, time_json
from functions.api.answers.run import HistoryAnswer, RunAnswer, SummaryAnswer
from functions.api.answers.schedule import ScheduleAnswer, WaitingAnswer, schedule_json
from functions.api.answers.task import AllocatedAnswer
from functions.api.documents.job import JobDocument
from functions.jobs.catalog.document_diff import changes
from functions.jobs.catalog.save import Draft
from functions.jobs.model.job import Job, Revision

Json = dict[str, Any]


class JobAnswer(JobDocument):
    """A job, and what was asked to be embedded."""

    schedules: Annotated[list[ScheduleAnswer], Field(description="When it runs by itself.", examples=[[]])]  # type: ignore[assignment]
    activeRuns: Annotated[list[RunAnswer], Field(description="Embedded: the active runs; a list omits none.")] = []
    waitingFiring: Annotated[
        WaitingAnswer | None, Field(description="Embedded with activeRuns: the firing that waits for them (QUEUE).")
    ] = None
    historySummary: Annotated[SummaryAnswer | None, Field(description="Embedded: the numbers.")] = None
    history: Annotated[HistoryAnswer | None, Field(description="Embedded: the numbers and the finished runs.")] = None


class ChangeAnswer(BaseModel):
    """One difference between two documents."""

    path: Annotated[str, Field(description="Where, as a JSON Pointer.", examples=["/run/mem"])]
    before: Annotated[Any, Field(description="What was there; left out if nothing was.", examples=[128])] = None
    after: Annotated[Any, Field(description="What is there; left out if nothing is.", examples=[256])] = None


class RevisionAnswer(BaseModel):
    """What a job was when it was saved once."""

    revision: Annotated[int, Field(description="Its number: 1 is the job as it was created.", examples=[1])]
    savedAt: Annotated[Time, Field(description="When it was saved.")]
    taskDefinition: Annotated[
        str | None,
        Field(
            description="What ECS has of it; left out for a fleet.",
            examples=["arn:aws:ecs:eu-central-1:123456789012:task-definition/shiftwork-prod-team_report:1"],
        ),
    ] = None
    allocated: Annotated[
        AllocatedAnswer | None, Field(description="The size that its runs get; left out for a fleet.")
    ] = None
    job: Annotated[Json, Field(description="The document, without schedules.", examples=[{"id": "team.report"}])]

    @classmethod
    def of(cls, revision: Revision) -> "RevisionAnswer":
        """A revision as an answer."""
        plan = revision.plan
        tasks: Json = {"taskDefinition": plan.task_definition, "allocated": AllocatedAnswer.of(plan)}
        return cls(
            revision=plan.revision,
            savedAt=revision.saved_at,
            job=dict(revision.spec),
            **({} if plan.fleet else tasks),
        )


class DraftAnswer(BaseModel):
    """What would be saved; nothing was written."""

    job: Annotated[JobAnswer, Field(description="The job as it would be.")]
    allocated: Annotated[
        AllocatedAnswer | None, Field(description="The size that its runs would get; left out for a fleet.")
    ] = None
    taskDefinition: Annotated[
        Json | None,
        Field(
            description="What would be registered with ECS; left out for a fleet.",
            examples=[{"family": "shiftwork-prod-team_report"}],
        ),
    ] = None
    createJob: Annotated[
        Json | None,
        Field(
            description="Of a fleet job, what a run asks IoT for, beside its targets; parameters have their defaults.",
            examples=[{"targetSelection": "SNAPSHOT", "document": '{"operation":"reboot"}'}],
        ),
    ] = None
    changes: Annotated[list[ChangeAnswer], Field(description="What an update would change.", examples=[[]])]


def job_json(job: Job, now: datetime) -> Json:
    """A job's document with its schedules, and since when it is paused, if it is."""
    schedules = [schedule_json(schedule, now) for schedule in job.schedules.values()]
    return {**job.spec, "schedules": schedules, **({"pausedAt": time_json(job.paused_at)} if job.paused_at else {})}


def draft_json(draft: Draft, now: datetime) -> Json:
    """What a dry run says."""
    before: Mapping[str, Any] = draft.old.spec if draft.old else {}
    plan = draft.job.plan
    tasks = {"allocated": AllocatedAnswer.of(plan).model_dump(), "taskDefinition": draft.definition}
    return {
        "job": job_json(draft.job, now),
        **({"createJob": draft.definition} if plan.fleet else tasks),
        "changes": list(changes(before, draft.job.spec)) if draft.old else [],
    }
