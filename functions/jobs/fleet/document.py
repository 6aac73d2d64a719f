"""The document that a fleet job rolls out, with the values of its parameters filled in.

${aws:iot:parameter:NAME} is what IoT fills in, in its own templates (AWS IoT Developer Guide, "Create custom job
templates"). In a document that stands in the job it is filled in here.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetSpec
from functions.jobs.model.job import JobSpec, ParameterSpec

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


MAX_VALUE = 30_720  # characters (AWS IoT API Reference, CreateJob: documentParameters)


def is_managed(template: str) -> bool:
    """Whether this is the ARN of a job template of AWS's own: they belong to no account."""
    return template.split(":")[4] == ""


def template_value_problems(value: str, path: str) -> Iterator[Problem]:
    """What IoT does not take as the value of a template's parameter."""
    if not 1 <= len(value) <= MAX_VALUE:
        words = f"has {len(value)} characters, and IoT takes 1 to {MAX_VALUE} for a template's parameter."
        yield Problem(path, words)
    if any(unicodedata.category(character).startswith("C") for character in value):
        yield Problem(path, "holds a control character, which IoT does not take for a template's parameter.")


def document_problems(spec: JobSpec, fleet: FleetSpec, given: Mapping[str, str], path: str) -> Iterator[Problem]:
    """What IoT would refuse if a run were given these values; `path`: where it is said if they are too long together.

    A value cannot make IoT fill in what its role may read: such a value must be one that the job's document has.
    """
    parameters = spec.get("parameters", {})
    for name, value in given.items():
        if PLACEHOLDER in value and value not in declared(parameters.get(name, {})):
            words = f"holds {PLACEHOLDER}, which IoT would fill in: only values that the job itself has may hold it."
            yield Problem(f"/parameters/{name}", words)
        elif "jobTemplateArn" in fleet:
            yield from template_value_problems(value, f"/parameters/{name}")
    # Of a template it is not known here how long it is; its parameters have to fit into its document as well.
    text, values = as_text(fleet.get("document", {})), values_of(spec, given)
    size = len(filled_in(text, values)) if "document" in fleet else sum(map(len, values.values()))
    if size > MAX_CHARACTERS:
        words = f"With its parameters the document takes {size} characters, and IoT takes {MAX_CHARACTERS}"
        yield Problem(path, f"{words}: shorten it, or let devices fetch what is long.")
    if makes_placeholder(text, values):
        yield Problem(path, f"With its parameters the document has {PLACEHOLDER}, which IoT would fill in.")


def declaration_problems(spec: JobSpec, fleet: FleetSpec) -> Iterator[Problem]:
    """What is wrong with the parameters that a fleet job declares."""
    parameters = spec.get("parameters", {})
    if "document" in fleet:
        yield from _document_problems(fleet, parameters)
        yield from document_problems(spec, fleet, longest_values(spec), "/run/fleet/document")
    elif "jobTemplateArn" in fleet and is_managed(fleet["jobTemplateArn"]):
        yield from _template_problems(fleet, parameters)
    elif parameters:
        words = "are for a document that stands in the job, and for AWS's own job templates: leave them out."
        yield Problem("/parameters", words)


def _document_problems(fleet: FleetSpec, parameters: Mapping[str, ParameterSpec]) -> Iterator[Problem]:
    if is_named_by_one(fleet["document"]):
        words = "has a parameter in a name: its value could take the place of another name. Write it into a value."
        yield Problem("/run/fleet/document", words)
    used = names_in(as_text(fleet["document"]))
    for name in used:
        if name not in parameters:
            words = f"has ${{aws:iot:parameter:{name[:100]}}}, which the job does not declare: add it to parameters."
            yield Problem("/run/fleet/document", words)
    for name, one in parameters.items():
        if name not in used:
            words = f"is nowhere in the document: write ${{aws:iot:parameter:{name}}} where its value belongs."
            yield Problem(f"/parameters/{name}", words)
        if "default" not in one and not one.get("required"):
            words = "needs a default, or required: without a value nothing could be filled in for it."
            yield Problem(f"/parameters/{name}", words)


def _template_problems(fleet: FleetSpec, parameters: Mapping[str, ParameterSpec]) -> Iterator[Problem]:
    for name, one in parameters.items():
        if name in fleet.get("documentParameters", {}):
            yield Problem(f"/parameters/{name}", "stands in documentParameters too: leave one of them out.")
        for value in declared(one):
            yield from template_value_problems(value, f"/parameters/{name}")
    for name, value in fleet.get("documentParameters", {}).items():
        yield from template_value_problems(value, f"/run/fleet/documentParameters/{name}")
