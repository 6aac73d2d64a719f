"""The details of a report, kept to what AWS IoT Jobs takes (botocore's iot-jobs-data model, DetailsMap, and
docs.aws.amazon.com/iot/latest/developerguide/jobs-limits.html): 10 pairs, values of 1 to 1,024 characters."""

import re
import unicodedata
from collections.abc import Mapping

MAX_PAIRS = 10
MAX_KEY = 128
MAX_VALUE = 1024
_FIRST = ("errorCode", "reason", "step", "operation", "progress", "bootId", "stdout", "stderr")


def clean(details: Mapping[str, object]) -> dict[str, str]:
    """The details as a report may have them; what does not fit is cut, and what is empty left out."""
    pairs = {_key(str(key)): text(value) for key, value in details.items()}
    ranked = sorted(pairs, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    return {key: pairs[key] for key in [key for key in ranked if key and pairs[key]][:MAX_PAIRS]}


def text(value: object) -> str:
    """The value in a line of its own: the beginning, if it is long."""
    return _printable(_words(value))[:MAX_VALUE].strip()


def tail(output: bytes, characters: int = MAX_VALUE) -> str:
    """The end of what a process wrote, with its lines in one."""
    lines = _printable(output.decode("utf-8", "replace"))
    return lines[-min(characters, MAX_VALUE) :].strip() if characters else ""


def _words(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _printable(words: str) -> str:
    """Without what the model's pattern `[^\\p{C}]+` refuses; a new line becomes ` | `."""
    joined = " | ".join(line.rstrip() for line in words.splitlines() if line.strip())
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in joined)


def _key(key: str) -> str:
    return re.sub(r"[^a-zA-Z0-9:_-]", "_", key)[:MAX_KEY]
