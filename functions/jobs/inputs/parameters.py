"""What a job declares that its runs may be given: parameters and overrides.

The rules of both, and whether given values fit them. Source: ECS API Reference, ContainerOverride: a container's
command can be another, its entry point cannot.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from functions.jobs.container.containers import image_of
from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.folders import sandbox
from functions.jobs.container.rules import nul_problems
from functions.jobs.fleet.document import declaration_problems, document_problems
from functions.jobs.model.errors import Problem
from functions.jobs.model.job import Job, JobSpec, ParameterSpec, container_run, fleet_of

MAX_DECLARED = 100
# ECS API Reference, TaskOverride: 8,192 characters, some of which are ours.
MAX_CHARACTERS = 6000
_SHOWN = 200


def declared(spec: JobSpec) -> dict[str, ParameterSpec]:
    """What a run may be given values for, by name: the job's parameters, and the texts of run.env."""
    env = {} if fleet_of(spec) else container_run(spec)["env"]
    texts: dict[str, ParameterSpec] = {
        name: {"default": value} for name, value in env.items() if isinstance(value, str)
    }
    return texts | spec.get("parameters", {})


def required(spec: JobSpec) -> tuple[str, ...]:
    """The parameters that each run must be given."""
    return tuple(name for name, one in spec.get("parameters", {}).items() if one.get("required"))


def value_problems(spec: JobSpec, values: Mapping[str, str], giver: str) -> Iterator[Problem]:
    """Values of what is not declared, those that are not allowed, and those that are lacking; `giver` gives them."""
    yield from name_problems(spec, values, giver)
    known = declared(spec)
    for name, value in values.items():
        allowed = known.get(name, {}).get("allowed", [value])
        if value not in allowed:
            # Not the value itself, which may be private: a run that an event could not start is told of on a bus.
            words = f"{giver} gives {name} a value that is not allowed: it must be one of {shown(allowed)}."
            yield Problem(f"/parameters/{name}", words)


def name_problems(spec: JobSpec, names: Iterable[str], giver: str) -> Iterator[Problem]:
    """The same where values are not known yet: `giver` gives some to these names."""
    given, known = list(names), declared(spec)
    for name in given:
        if name not in known:
            words = "declare it in the job's parameters, or in run.env with a default."
            yield Problem(f"/parameters/{name}", f"{giver} gives {name} a value: {words}")
    for name in required(spec):
        if name not in given:
            words = "give it one, or in the job's document a default instead of required."
            yield Problem(f"/parameters/{name}", f"{giver} gives {name} no value, and it is required: {words}")


def shown(values: Sequence[str]) -> str:
    """Values in a sentence, the first of them if they are many."""
    text = ", ".join(values)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


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


def override_problems(job: Job) -> Iterator[Problem]:
    """Overrides that ECS, or a fleet, has not for such a job, and a payload that nobody would give."""
    overrides = job.spec.get("overrides", [])
    if len(set(overrides)) < len(overrides):
        yield Problem("/overrides", "has double entries")
    for place, name in enumerate(overrides):
        if words := _impossible(job.spec, name):
            yield Problem(f"/overrides({place})", words)
    if "payload" in job.spec and fleet_of(job.spec):
        yield Problem("/payload", "is for containers: devices are given the document. Use parameters.")
    elif job.spec.get("payload") == "REQUIRED" and (givers := list(_without_payload(job))):
        words = f"{' and '.join(givers)} start runs without a payload: say OPTIONAL, or make a job of its own."
        yield Problem("/payload", words[0].upper() + words[1:])


def _without_payload(job: Job) -> Iterator[str]:
    if job.schedules:
        yield "schedules"
    if job.spec.get("events"):
        yield "events"
    if job.spec["dependencies"]:
        yield "dependencies"


def _impossible(spec: JobSpec, name: str) -> str | None:
    if fleet_of(spec):
        return None if name == "timeout" else f"{name} is for containers: runs of a fleet job can have another timeout."
    run = container_run(spec)
    image = image_of(run)
    if name == "cmd" and "cmd" not in run:
        return "cmd needs run.cmd: without it the image's entry point runs, which ECS cannot override. Say args."
    if name == "args" and "cmd" in run:
        return "args needs a job without run.cmd: a shell runs that, which ECS cannot override. Say cmd."
    if name == "imageTag" and image is None:
        return "imageTag needs run.docker or run.ucr: the image is the deployment's own."
    if name == "imageTag" and "@" in (image or ""):
        return f"imageTag needs an image without a digest: {image} names one for good. Name it by a tag."
    return None
