"""The document that a fleet job rolls out, with the values of its parameters filled in.

${aws:iot:parameter:NAME} is what IoT fills in, in its own templates (AWS IoT Developer Guide, "Create custom job
templates"). In a document that stands in the job it is filled in here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from functions.jobs.job import JobSpec, ParameterSpec

MAX_CHARACTERS = 32_768  # AWS IoT API Reference, CreateJob: document
PRESIGNED = "${aws:iot:s3-presigned-url"  # and ...-v2, both followed by the URL
PLACEHOLDER = "${aws:"  # what IoT fills in begins so: presigned URLs, versions of packages
_PARAMETER = re.compile(r"\$\{aws:iot:parameter:([^}]*)\}")


def as_text(document: Mapping[str, Any]) -> str:
    """A document as it is sent: JSON without blanks. Raises ValueError for a number that JSON cannot have."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def names_in(text: str) -> list[str]:
    """The names of the parameters in a document, each once."""
    return list(dict.fromkeys(_PARAMETER.findall(text)))


def is_named_by_one(value: Any) -> bool:
    """Whether a parameter stands in the name of anything in a document: its value could be another one's name."""
    if isinstance(value, Mapping):
        return any(_PARAMETER.search(name) or is_named_by_one(item) for name, item in value.items())
    return isinstance(value, list) and any(map(is_named_by_one, value))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """A document with the values of its parameters; a parameter without a value stays as it is.

    A placeholder can only stand within one of the document's texts, so its value goes there as JSON escapes a text.
    """
    return "".join(_pieces(text, values))


def makes_placeholder(text: str, values: Mapping[str, str]) -> bool:
    """Whether values, by what stands beside them, make something that IoT would fill in."""
    pieces = _pieces(text, values)
    return "".join(pieces).count(PLACEHOLDER) > sum(piece.count(PLACEHOLDER) for piece in pieces)


def _pieces(text: str, values: Mapping[str, str]) -> list[str]:
    parts = _PARAMETER.split(text)  # what stands between the parameters, and their names, in turn
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = _escaped(values[name]) if name in values else f"${{aws:iot:parameter:{name}}}"
    return parts


def values_of(spec: JobSpec, given: Mapping[str, str]) -> dict[str, str]:
    """The values of a job's parameters in a run that is given these: the others have their defaults."""
    defaults = {name: one["default"] for name, one in spec.get("parameters", {}).items() if "default" in one}
    return {**defaults, **given}


def longest_values(spec: JobSpec) -> dict[str, str]:
    """For each parameter the value that is longest in a document, as far as they are known when a job is saved."""
    known = spec.get("parameters", {})
    return {name: max(declared(one), key=lambda value: len(_escaped(value)), default="") for name, one in known.items()}


def declared(parameter: ParameterSpec) -> list[str]:
    """The values of a parameter that the job's own document has: those that are allowed, and the default."""
    return [*parameter.get("allowed", []), *([parameter["default"]] if "default" in parameter else [])]


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
