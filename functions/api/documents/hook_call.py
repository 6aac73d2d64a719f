"""What callers of hooks may send."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document
from functions.api.documents.parameters import Values


class HookCallDocument(Document):
    """What a caller of a hook may say of the run, as far as the hook allows it."""

    parameters: Annotated[Values, Field(description="Values of parameters.", examples=[{"LEVEL": "debug"}])] = {}
    imageTag: Annotated[
        str | None, Field(description="Another tag of the job's image, for this run.", examples=["v1.2.3"])
    ] = None
