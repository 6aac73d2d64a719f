"""What a document says of how long finished runs are kept."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document

_MAX_SECONDS = 3_153_600_000  # a hundred years
Count = Annotated[int, Field(ge=0, le=10_000)]


class Retention(Document):
    """What is kept of finished runs: what any of these limits excludes goes."""

    seconds: Annotated[int, Field(ge=1, le=_MAX_SECONDS)] | None = Field(
        default=None,
        description="For how long each is kept, in seconds; without it, as the deployment says.",
        examples=[604_800],
    )
    successes: Count | None = Field(
        default=None, description="How many that succeeded are kept; 0: none. Without it, all.", examples=[10]
    )
    failures: Count | None = Field(
        default=None, description="How many that failed are kept; 0: none. Without it, all.", examples=[100]
    )
