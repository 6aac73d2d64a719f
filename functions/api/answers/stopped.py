"""What was stopped, as an answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.jobs.runs.stop import Stopped


class StoppedAnswer(BaseModel):
    """The runs that one call has stopped."""

    stopped: Annotated[list[str], Field(description="Their ids.", examples=[["20260102030405kV9x0"]])]
    left: Annotated[int, Field(description="How many are still active: call again until it is 0.", examples=[0])]

    @classmethod
    def of(cls, stopped: Stopped) -> "StoppedAnswer":
        """The answer."""
        return cls(stopped=stopped.run_ids, left=stopped.left)
