"""The document that a fleet job rolls out: filling in the values of parameters, and the rules of both.

${aws:iot:parameter:NAME} is IoT's placeholder for a parameter of its own templates (AWS IoT Developer Guide, "Create
custom job templates"). If the document is in the job, Shiftwork fills in the value.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetSpec
from functions.jobs.model.job import JobSpec, ParameterSpec, declared_values, defaults_of

MAX_CHARACTERS = 32_768  # AWS IoT API Reference, CreateJob: document
PRESIGNED = "${aws:iot:s3-presigned-url"  # also ...-v2; the URL follows both
PLACEHOLDER = "${aws:"  # begins everything that IoT fills in: presigned URLs, versions of packages
_PARAMETER = re.compile(r"\$\{aws:iot:parameter:([^}]*)\}")


def as_text(document: Mapping[str, Any]) -> str:
    """Return a document as IoT gets it: JSON without blanks. Raises ValueError for infinity or NaN."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def names_in(text: str) -> list[str]:
    """Return the names of the parameters in a document, each once."""
    return list(dict.fromkeys(_PARAMETER.findall(text)))


def has_parameter_in_name(value: Any) -> bool:
    """Return whether the name of any field in a document has a parameter: its value could be another field's name."""
    if isinstance(value, Mapping):
        return any(_PARAMETER.search(name) or has_parameter_in_name(item) for name, item in value.items())
    return isinstance(value, list) and any(map(has_parameter_in_name, value))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Return a document with the values of its parameters; a parameter without a value stays a placeholder.

    Placeholders are always inside texts of the document, so values are escaped as JSON escapes texts.
    """
    return "".join(_pieces(text, values))


def makes_placeholder(text: str, values: Mapping[str, str]) -> bool:
    """Return whether values, together with the text around them, form a placeholder that IoT would fill in."""
    pieces = _pieces(text, values)
    return "".join(pieces).count(PLACEHOLDER) > sum(piece.count(PLACEHOLDER) for piece in pieces)


def _pieces(text: str, values: Mapping[str, str]) -> list[str]:
    parts = _PARAMETER.split(text)  # text and parameter names, alternating
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = _escaped(values[name]) if name in values else f"${{aws:iot:parameter:{name}}}"
    return parts


def values_of(spec: JobSpec, given: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a job's parameters in a run: those that it is given, and defaults for the others."""
    return {**defaults_of(spec), **given}


def longest_values(spec: JobSpec) -> dict[str, str]:
    """Return the longest declared value of each parameter, as JSON escapes it; an empty text if none is declared."""
    return {
        name: max(declared_values(one), key=lambda value: len(_escaped(value)), default="")
        for name, one in spec.get("parameters", {}).items()
    }


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


MAX_VALUE = 30_720  # characters (AWS IoT API Reference, CreateJob: documentParameters)


def is_managed(template: str) -> bool:
    """Return whether this is the ARN of one of AWS's own job templates, which belong to no account."""
    return template.split(":")[4] == ""


def template_value_problems(value: str, path: str) -> Iterator[Problem]:
    """Yield what IoT refuses in the value of a template's parameter."""
    if not 1 <= len(value) <= MAX_VALUE:
        message = f"has {len(value)} characters. IoT takes 1 to {MAX_VALUE} for a parameter of a template."
        yield Problem(path, message)
    if any(unicodedata.category(character).startswith("C") for character in value):
        yield Problem(path, "has a control character, which IoT refuses in a parameter of a template. Remove it.")


def document_problems(spec: JobSpec, fleet: FleetSpec, given: Mapping[str, str], path: str) -> Iterator[Problem]:
    """Yield what IoT would refuse in a run with these values. `path` is where problems of the whole document go.

    Only values that the job document declares may have a placeholder: others could make IoT fill in whatever its role
    may read.
    """
    parameters = spec.get("parameters", {})
    for name, value in given.items():
        if PLACEHOLDER in value and value not in declared_values(parameters.get(name, {})):
            message = (
                f"has {PLACEHOLDER}, which IoT would fill in. Only values that the job declares may have it: "
                "use another value, or add this one to the parameter's allowed values."
            )
            yield Problem(f"/parameters/{name}", message)
        elif "jobTemplateArn" in fleet:
            yield from template_value_problems(value, f"/parameters/{name}")
    # The length of a template is unknown here, but its parameters alone must fit into a document.
    text, values = as_text(fleet.get("document", {})), values_of(spec, given)
    size = len(filled_in(text, values)) if "document" in fleet else sum(map(len, values.values()))
    if size > MAX_CHARACTERS:
        message = f"The document with its parameters has {size} characters, and IoT takes at most {MAX_CHARACTERS}"
        yield Problem(path, f"{message}. Shorten it, or let devices fetch long content.")
    if makes_placeholder(text, values):
        message = f"The document with its parameters has {PLACEHOLDER}, which IoT would fill in. Change the values."
        yield Problem(path, message)


def declaration_problems(spec: JobSpec, fleet: FleetSpec) -> Iterator[Problem]:
    """Yield what is wrong with the parameters that a fleet job declares."""
    parameters = spec.get("parameters", {})
    if "document" in fleet:
        yield from _document_problems(fleet, parameters)
        yield from document_problems(spec, fleet, longest_values(spec), "/run/fleet/document")
    elif "jobTemplateArn" in fleet and is_managed(fleet["jobTemplateArn"]):
        yield from _template_problems(fleet, parameters)
    elif parameters:
        message = "can only be used with a document in the job, or with AWS's own job templates. Remove them."
        yield Problem("/parameters", message)


def _document_problems(fleet: FleetSpec, parameters: Mapping[str, ParameterSpec]) -> Iterator[Problem]:
    if has_parameter_in_name(fleet["document"]):
        message = "has a parameter in the name of a field. Use parameters in values only."
        yield Problem("/run/fleet/document", message)
    used = names_in(as_text(fleet["document"]))
    for name in used:
        if name not in parameters:
            message = f"has ${{aws:iot:parameter:{name[:100]}}}, which the job does not declare. Add it to parameters."
            yield Problem("/run/fleet/document", message)
    for name, one in parameters.items():
        if name not in used:
            message = f"is not used in the document. Write ${{aws:iot:parameter:{name}}} where its value belongs."
            yield Problem(f"/parameters/{name}", message)
        if "default" not in one and not one.get("required"):
            message = "has no value to fill in if a run gives none. Add a default, or set required to true."
            yield Problem(f"/parameters/{name}", message)


def _template_problems(fleet: FleetSpec, parameters: Mapping[str, ParameterSpec]) -> Iterator[Problem]:
    for name, one in parameters.items():
        if name in fleet.get("documentParameters", {}):
            yield Problem(f"/parameters/{name}", "is also in documentParameters. Remove one of the two.")
        for value in declared_values(one):
            yield from template_value_problems(value, f"/parameters/{name}")
    for name, value in fleet.get("documentParameters", {}).items():
        yield from template_value_problems(value, f"/run/fleet/documentParameters/{name}")
