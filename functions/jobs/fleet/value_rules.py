"""Whether IoT takes the document of a fleet job with the values that a run is given."""

from collections.abc import Iterator, Mapping

from functions.jobs.errors import Problem
from functions.jobs.fleet.document import (
    MAX_CHARACTERS,
    PLACEHOLDER,
    as_text,
    declared,
    filled_in,
    makes_placeholder,
    values_of,
)
from functions.jobs.fleet.spec import FleetSpec
from functions.jobs.fleet.templates import template_value_problems
from functions.jobs.job import JobSpec


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
