"""What a device tells of an execution, as it is kept: bounded, so that a device fits into an item of the table."""

import json
import re
from collections.abc import Mapping

# AWS IoT API Reference, JobExecutionStatusDetails: so many pairs, such names, and values of so many characters. It is
# held here once more: an item takes 400 KB, whatever is told. Of each of the executions before the latest one less is
# kept: 25 of them, 10 pairs each with a name of 128 bytes and 256 characters of 4 bytes, take 288 KB.
LATEST, EARLIER = 1024, 256
_PAIRS, _NAME = 10, 128
_NO_TEXT, _NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]"), re.compile(r"[^a-zA-Z0-9:_-]")


def bounded(details: Mapping[str, str], longest: int) -> str:
    """The details as JSON: so no name in it can be one that DynamoDB does not take."""
    pairs = [(str(name)[:_NAME], str(value)[:longest]) for name, value in list(details.items())[:_PAIRS]]
    kept = {_NO_NAME.sub("_", name): _NO_TEXT.sub(" ", value) for name, value in pairs}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
