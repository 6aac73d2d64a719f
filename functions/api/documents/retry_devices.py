"""What a caller may say of rolling out again to devices."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from functions.api.documents.fields import Document
from functions.jobs.model.device import DeviceStatus

Ended = Literal["FAILED", "TIMED_OUT", "REJECTED", "CANCELED"]


class RetryDevicesDocument(Document):
    """Which devices: those that ended in one of these statuses."""

    statuses: Annotated[
        list[Ended],
        Field(min_length=1, description="How they ended in that run.", examples=[["FAILED", "TIMED_OUT"]]),
    ] = ["FAILED", "TIMED_OUT"]

    @field_validator("statuses")
    @classmethod
    def _once_each(cls, statuses: list[Ended]) -> list[Ended]:
        return list(dict.fromkeys(statuses))

    def chosen(self) -> tuple[DeviceStatus, ...]:
        """The same in the domain's words."""
        return tuple(map(DeviceStatus, self.statuses))
