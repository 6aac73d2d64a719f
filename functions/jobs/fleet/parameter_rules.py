"""What the parameters that a fleet job declares are for."""

from collections.abc import Iterator, Mapping

from functions.jobs.errors import Problem
from functions.jobs.fleet.document import as_text, declared, is_named_by_one, longest_values, names_in
from functions.jobs.fleet.spec import FleetSpec
from functions.jobs.fleet.templates import is_managed, template_value_problems
from functions.jobs.fleet.value_rules import document_problems
from functions.jobs.job import JobSpec, ParameterSpec


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
