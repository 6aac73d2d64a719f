"""Groups and the deployment, as answers."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.answers.body import Time
from functions.jobs.model.group import Group

_PAUSED = "Since when its schedules start no runs; left out if they do."
PausedAt = Annotated[Time | None, Field(description=_PAUSED)]


class GroupAnswer(BaseModel):
    """A group of jobs: what is before a dot of their ids."""

    id: Annotated[str, Field(description="The group's id.", examples=["team"])]
    jobCount: Annotated[int, Field(description="How many jobs are in it and in its subgroups.", examples=[12])]
    activeRunCount: Annotated[int, Field(description="How many of their runs are active.", examples=[1])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, group: Group, active: int) -> "GroupAnswer":
        """A group with the number of its active runs."""
        paused = {"pausedAt": group.paused_at} if group.paused_at else {}
        return cls(id=group.id, jobCount=group.jobs, activeRunCount=active, **paused)


class DeploymentAnswer(BaseModel):
    """The deployment."""

    stage: Annotated[str, Field(description="Its stage.", examples=["prod"])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, stage: str, whole: Group | None) -> "DeploymentAnswer":
        """The deployment; `whole` is the group of all jobs."""
        return cls(stage=stage, **({"pausedAt": whole.paused_at} if whole and whole.paused_at else {}))
