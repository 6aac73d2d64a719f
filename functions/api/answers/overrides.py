"""What a run has otherwise than its job, as an answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.documents.fields import Number
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.run import Run


class OverridesAnswer(BaseModel):
    """What came with the call; what did not is left out, and a payload is not shown."""

    env: Annotated[dict[str, str], Field(description="Further environment variables.", examples=[{"TRACE": "1"}])] = {}
    cmd: Annotated[str, Field(description="Its command line.", examples=["echo once"])] = ""
    args: Annotated[list[str], Field(description="Its arguments.", examples=[["--day", "2026-01-02"]])] = []
    cpus: Annotated[Number, Field(description="The vCPUs that were asked for.", examples=[1])] = 0
    mem: Annotated[Number, Field(description="The MiB that were asked for.", examples=[2048])] = 0
    timeoutSeconds: Annotated[int, Field(description="How long it may take in all.", examples=[3600])] = 0
    attemptTimeoutSeconds: Annotated[int, Field(description="How long an attempt may take.", examples=[600])] = 0
    imageTag: Annotated[str, Field(description="The tag of its image.", examples=["v1.2.3"])] = ""
    devices: Annotated[
        list[DeviceStatus],
        Field(description="Only the devices of the run that it repeats which stood so.", examples=[["FAILED"]]),
    ] = []
    payload: Annotated[bool, Field(description="It has one.", examples=[True])] = False

    @classmethod
    def of(cls, run: Run) -> "OverridesAnswer":
        """What a run was given."""
        given = run.overrides
        has_payload = given.payload is not None or given.payload_url is not None
        return cls.model_validate({**run.inputs, **({"payload": True} if has_payload else {})})
