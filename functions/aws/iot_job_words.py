"""What an IoT job says of itself: to a reader in the console, on the bill, and to us when we find it there."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_iot.type_defs import TagTypeDef

# AWS IoT API Reference, CancelJob (comment) and Tag
_LONGEST_COMMENT, _LONGEST_TAG = 2028, 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def description(job_id: str, run_id: str) -> str:
    """Whose it is. Both ids are short, and of plain characters."""
    return f"{job_id} {run_id}"


def tags(job_id: str, run_id: str) -> "list[TagTypeDef]":
    """Whose it is, but for a job's id that is longer than a tag may be."""
    told = {"shiftwork:job": job_id, "shiftwork:run": run_id}
    return [{"Key": name, "Value": value} for name, value in told.items() if len(value) <= _LONGEST_TAG]


def plain(comment: str) -> str:
    """A comment as IoT takes it."""
    return _CONTROL.sub(" ", comment)[:_LONGEST_COMMENT]
