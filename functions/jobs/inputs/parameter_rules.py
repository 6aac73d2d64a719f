"""The rules of a job's parameters: how they are declared, and what its schedules, events and parents give them."""

import json
from collections.abc import Iterator

from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.env_rules import nul_problems
from functions.jobs.container.folders import sandbox
from functions.jobs.errors import Problem
from functions.jobs.fleet.parameter_rules import declaration_problems
from functions.jobs.fleet.value_rules import document_problems
from functions.jobs.inputs.parameters import MAX_CHARACTERS, name_problems, shown, value_problems
from functions.jobs.job import Job, JobSpec, ParameterSpec, container_run, fleet_of


def parameter_problems(job: Job) -> Iterator[Problem]:
    """What is wrong with them."""
    fleet = fleet_of(job.spec)
    for name, one in job.spec.get("parameters", {}).items():
        yield from _one_problems(one, f"/parameters/{name}")
    yield from declaration_problems(job.spec, fleet) if fleet else _variable_problems(job.spec)
    for schedule in job.schedules.values():
        values = schedule.get("parameters", {})
        yield from value_problems(job.spec, values, f"Schedule {schedule['id']}")
        if fleet:
            yield from document_problems(job.spec, fleet, values, "/parameters")
    for event in job.spec.get("events", []):
        yield from name_problems(job.spec, event.get("parameters", {}), f"Event {event['id']}")
    if job.spec["dependencies"]:
        yield from name_problems(job.spec, (), "A dependency")


def _variable_problems(spec: JobSpec) -> Iterator[Problem]:
    """What is wrong with them as variables of a container."""
    run, parameters = container_run(spec), spec.get("parameters", {})
    by_docker = {variable["name"] for variable in container_members(run).get("environment", [])}
    for name in parameters:
        if name in run["env"]:
            yield Problem(f"/parameters/{name}", "stands in run.env too: give its default here, and take it out there.")
        if name in by_docker:
            yield Problem(f"/parameters/{name}", "is set by docker.parameters too: leave one of them out.")
        if name == "MESOS_SANDBOX" and (sandbox(run) or "payload" in spec):
            yield Problem(f"/parameters/{name}", f"{name} is set by Shiftwork: use another name.")
    longest = [{"name": name, "value": max(_values(one), key=len, default="")} for name, one in parameters.items()]
    if (size := len(json.dumps(longest))) > MAX_CHARACTERS:
        words = f"take {size} of at most {MAX_CHARACTERS} characters with their longest values in ECS's form"
        yield Problem("/parameters", f"{words}: shorten names or values, or put long texts into files.")


def _one_problems(one: ParameterSpec, path: str) -> Iterator[Problem]:
    yield from nul_problems({name: one[name] for name in ("default", "allowed") if name in one}, path)
    if "default" in one and one["default"] not in one.get("allowed", [one["default"]]):
        yield Problem(f"{path}/default", f"must be one of {shown(one['allowed'])}, which are allowed.")
    if "default" in one and one.get("required"):
        yield Problem(f"{path}/required", "contradicts its default, with which no run needs to give it: leave one out.")


def _values(one: ParameterSpec) -> list[str]:
    return [*one.get("allowed", []), *([one["default"]] if "default" in one else [])]
