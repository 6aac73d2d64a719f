"""The details of a report, within the limits of AWS IoT Jobs: 10 pairs, values of 1 to 1,024 characters.

The limits are those of DetailsMap in botocore's model iot-jobs-data and of
docs.aws.amazon.com/iot/latest/developerguide/jobs-limits.html.
"""

import re
import unicodedata
from collections.abc import Mapping

MAX_PAIRS = 10
MAX_KEY = 128
MAX_VALUE = 1024
_FIRST = ("errorCode", "reason", "step", "operation", "progress", "bootId", "stdout", "stderr")


def clean(details: Mapping[str, object]) -> dict[str, str]:
    """Return details that AWS accepts: without empty values, cut to the limits, the most important keys first."""
    pairs = {_key(str(key)): text(value) for key, value in details.items()}
    ranked = sorted(pairs, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    return {key: pairs[key] for key in [key for key in ranked if key and pairs[key]][:MAX_PAIRS]}


def text(value: object) -> str:
    """Return the value as one line, cut at MAX_VALUE characters."""
    return _printable(_words(value))[:MAX_VALUE].strip()


def tail(output: bytes, characters: int = MAX_VALUE) -> str:
    """Return the end of a process's output as one line."""
    lines = _printable(output.decode("utf-8", "replace"))
    return lines[-min(characters, MAX_VALUE) :].strip() if characters else ""


def _words(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _printable(words: str) -> str:
    """Replace what the model's pattern `[^\\p{C}]+` refuses. A line break becomes ` | `."""
    joined = " | ".join(line.rstrip() for line in words.splitlines() if line.strip())
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in joined)


def _key(key: str) -> str:
    return re.sub(r"[^a-zA-Z0-9:_-]", "_", key)[:MAX_KEY]
