"""A job, as callers send it: shape, defaults and the rules that concern the document alone."""

from typing import Annotated

from pydantic import ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from functions.api.documents.fields import Document, JobId, OpenDocument, Text
from functions.api.documents.run import RunDocument
from functions.api.documents.schedule import JobScheduleDocument


class DependencyDocument(OpenDocument):
    """A job whose success this one waits for."""

    id: Annotated[JobId, Field(description="The other job's id.", examples=["team.import"])]


_EXAMPLE: JsonDict = {
    "id": "team.report",
    "description": "Sends the weekly report",
    "labels": {"owner": "team"},
    "schedules": [{"id": "nightly", "cron": "0 3 * * *", "timezone": "Europe/Rome"}],
    "run": {"cmd": "echo hello", "cpus": 0.25, "mem": 512, "disk": 0, "env": {"LEVEL": "info"}},
}


class JobDocument(Document):
    """A job."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    id: Annotated[JobId, Field(description="Segments joined by dots: the dots are groups.", examples=["team.report"])]
    description: Annotated[
        str | None, Field(description="What the job is for.", examples=["Sends the weekly report"])
    ] = None
    labels: Annotated[dict[Text, str], Field(description="Names to find it by.", examples=[{"owner": "team"}])] = {}
    dependencies: Annotated[
        list[DependencyDocument], Field(description="Jobs that must succeed first.", examples=[[]])
    ] = []
    schedules: Annotated[list[JobScheduleDocument], Field(description="When it runs by itself.", examples=[[]])] = []
    run: Annotated[RunDocument, Field(description="What a run executes.")]
    pausedAt: Annotated[
        str | None,
        Field(
            description="In answers: since when it is paused. Not kept: pause and resume are calls of their own.",
            examples=["2026-01-02T03:04:05.678+0000"],
        ),
    ] = None

    @field_validator("schedules")
    @classmethod
    def _once_each(cls, schedules: list[JobScheduleDocument]) -> list[JobScheduleDocument]:
        if len({schedule.id for schedule in schedules}) < len(schedules):
            raise ValueError("has double entries")
        return schedules


class CombinedDocument(JobDocument):
    """A job with its schedules, as Metronome's v0 has it: without a kill grace period."""

    @field_validator("run")
    @classmethod
    def _of_v0(cls, run: RunDocument) -> RunDocument:
        if run.taskKillGracePeriodSeconds is not None:
            raise ValueError("taskKillGracePeriodSeconds is not known to v0: use v1.")
        return run


class TriggerDocument(Document):
    """What a call may say of the run that it asks for: nothing so far."""
