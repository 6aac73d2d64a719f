"""What a document says of the jobs that a job waits for."""

from typing import Annotated, Literal

from pydantic import Field

from functions.api.documents.fields import JobId, OpenDocument


class DependencyDocument(OpenDocument):
    """A job whose end this one waits for."""

    id: Annotated[JobId, Field(description="The other job's id.", examples=["team.import"])]
    on: Annotated[
        Literal["SUCCESS", "FAILURE", "ANY"] | None,
        Field(description="Which end of its latest run; without it, SUCCESS.", examples=["ANY"]),
    ] = None
