"""Whether what the deployment relies on is as it must be, as an answer."""

from typing import Annotated

from pydantic import BaseModel, Field


class CheckAnswer(BaseModel):
    """One thing that it relies on."""

    name: Annotated[str, Field(description="What it is.", examples=["iot-job-events"])]
    healthy: Annotated[bool, Field(description="Whether it is as it must be.", examples=[True])]
    message: Annotated[str, Field(description="What that means, and the way out.", examples=["Devices are followed."])]


class HealthAnswer(BaseModel):
    """All of it."""

    healthy: Annotated[bool, Field(description="Whether everything is.", examples=[True])]
    checks: Annotated[list[CheckAnswer], Field(description="One by one.")]

    @classmethod
    def of(cls, events: str | None) -> "HealthAnswer":
        """`events`: what is wrong with IoT's job events, None if nothing is."""
        message = events or "AWS IoT tells of jobs and their executions: devices are followed."
        check = CheckAnswer(name="iot-job-events", healthy=events is None, message=message)
        return cls(healthy=check.healthy, checks=[check])
