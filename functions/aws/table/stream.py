"""Records of the table's stream, read as status events of runs and jobs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from functions.aws.table.job_items import job_of
from functions.aws.table.run_items import run_of
from functions.aws.table.table import unpack
from functions.jobs.model.status_event import Change, StatusEvent, job_event, run_event

_DIGITS = 40  # API reference, StreamRecord: a SequenceNumber has 21 to 40


def status_event(record: Mapping[str, Any], stage: str) -> StatusEvent | None:
    """The status event of a record; None if the change of this item is not published.

    Source: Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB" (the event).
    """
    written = record["dynamodb"]
    old, new = (unpack(written[image]) if image in written else None for image in ("OldImage", "NewImage"))
    key = written["Keys"]["SK"]["S"]
    if key == "JOB":
        return job_event(_change(record, stage), job_of(old) if old else None, job_of(new) if new else None)
    if key.startswith("RUN#") and new:
        return run_event(_change(record, stage), run_of(old) if old else None, run_of(new))
    return None


def _change(record: Mapping[str, Any], stage: str) -> Change:
    written = record["dynamodb"]
    return Change(
        event_id=record["eventID"],
        sequence=written["SequenceNumber"].zfill(_DIGITS),
        at=datetime.fromtimestamp(float(written["ApproximateCreationDateTime"]), UTC),
        stage=stage,
    )
