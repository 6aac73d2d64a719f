"""The parameters and overrides that a job declares: their rules, and the rules of the values that runs are given.

Source: ECS API Reference, ContainerOverride: a run can override a container's command, but not its entry point.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from functions.jobs.container.containers import image_of
from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.folders import sandbox
from functions.jobs.container.rules import nul_problems
from functions.jobs.fleet.document import declaration_problems, document_problems
from functions.jobs.model.errors import Problem
from functions.jobs.model.job import Job, JobSpec, ParameterSpec, container_run, declared_values, fleet_of

MAX_DECLARED = 100
# ECS API Reference, TaskOverride: 8,192 characters, of which Shiftwork needs some.
MAX_CHARACTERS = 6000
_SHOWN = 200  # characters of a list of values in a message


def declared(spec: JobSpec) -> dict[str, ParameterSpec]:
    """Return what a run may give values to, by name: the job's parameters, and the texts of run.env."""
    env = {} if fleet_of(spec) else container_run(spec)["env"]
    texts: dict[str, ParameterSpec] = {
        name: {"default": value} for name, value in env.items() if isinstance(value, str)
    }
    return texts | spec.get("parameters", {})


def required(spec: JobSpec) -> tuple[str, ...]:
    """Return the names of the parameters that each run must be given."""
    return tuple(name for name, one in spec.get("parameters", {}).items() if one.get("required"))


def value_problems(spec: JobSpec, values: Mapping[str, str], giver: str) -> Iterator[Problem]:
    """Yield values without a declaration, values that are not allowed, and missing values.

    `giver` begins the messages: it gives the values, such as "Schedule nightly".
    """
    yield from name_problems(spec, values, giver)
    known = declared(spec)
    for name, value in values.items():
        allowed = known.get(name, {}).get("allowed", [value])
        if value not in allowed:
            # The message leaves out the value, which may be private: it can appear on a bus of events.
            message = f"{giver} gives {name} a value that is not allowed. Use one of {shown(allowed)}."
            yield Problem(f"/parameters/{name}", message)


def name_problems(spec: JobSpec, names: Iterable[str], giver: str) -> Iterator[Problem]:
    """Yield names without a declaration, and required names that are missing; the values are not known yet."""
    given, known = list(names), declared(spec)
    for name in given:
        if name not in known:
            way_out = "Declare it in the job's parameters, or in run.env with a default."
            yield Problem(f"/parameters/{name}", f"{giver} gives {name} a value, but the job has no {name}. {way_out}")
    for name in required(spec):
        if name not in given:
            way_out = "Give it a value, or declare a default for it instead of required."
            yield Problem(f"/parameters/{name}", f"{giver} gives {name} no value, and it is required. {way_out}")


def shown(values: Sequence[str]) -> str:
    """Return values as part of a sentence, cut off if they are long."""
    text = ", ".join(values)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def parameter_problems(job: Job) -> Iterator[Problem]:
    """Yield what is wrong with the parameters of a job, and with the values that its schedules and events give."""
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
    """Yield what is wrong with the parameters of a container job, which become environment variables."""
    run, parameters = container_run(spec), spec.get("parameters", {})
    by_docker = {variable["name"] for variable in container_members(run).get("environment", [])}
    for name in parameters:
        if name in run["env"]:
            yield Problem(
                f"/parameters/{name}", "is also in run.env. Give its default here, and remove it from run.env."
            )
        if name in by_docker:
            yield Problem(f"/parameters/{name}", "is also set by docker.parameters. Remove one of the two.")
        if name == "MESOS_SANDBOX" and (sandbox(run) or "payload" in spec):
            yield Problem(f"/parameters/{name}", f"{name} is set by Shiftwork. Use another name.")
    longest = [
        {"name": name, "value": max(declared_values(one), key=len, default="")} for name, one in parameters.items()
    ]
    if (size := len(json.dumps(longest))) > MAX_CHARACTERS:
        message = (
            f"have {size} characters with their longest values, in the form that ECS gets; "
            f"at most {MAX_CHARACTERS} characters are allowed. Shorten them, or put long texts into files."
        )
        yield Problem("/parameters", message)


def _one_problems(one: ParameterSpec, path: str) -> Iterator[Problem]:
    yield from nul_problems({name: one[name] for name in ("default", "allowed") if name in one}, path)
    if "default" in one and one["default"] not in one.get("allowed", [one["default"]]):
        yield Problem(f"{path}/default", f"is not among the allowed values. Use one of {shown(one['allowed'])}.")
    if "default" in one and one.get("required"):
        message = "cannot be combined with a default: a parameter with a default is never required. Remove one of them."
        yield Problem(f"{path}/required", message)


def override_problems(job: Job) -> Iterator[Problem]:
    """Yield overrides that such a job cannot have, and a required payload that a trigger cannot give."""
    overrides = job.spec.get("overrides", [])
    if len(set(overrides)) < len(overrides):
        yield Problem("/overrides", "has double entries")
    for place, name in enumerate(overrides):
        if message := _impossible(job.spec, name):
            yield Problem(f"/overrides({place})", message)
    if "payload" in job.spec and fleet_of(job.spec):
        yield Problem("/payload", "cannot be used with a fleet job, whose devices get the document. Use parameters.")
    elif job.spec.get("payload") == "REQUIRED" and (givers := list(_without_payload(job))):
        message = f"cannot be REQUIRED: {' and '.join(givers)} start runs without a payload. Use OPTIONAL."
        yield Problem("/payload", message)


def _without_payload(job: Job) -> Iterator[str]:
    if job.schedules:
        yield "schedules"
    if job.spec.get("events"):
        yield "events"
    if job.spec["dependencies"]:
        yield "dependencies"


def _impossible(spec: JobSpec, name: str) -> str | None:
    if fleet_of(spec):
        return None if name == "timeout" else f"{name} cannot be used with a fleet job. Use timeout, or remove it."
    run = container_run(spec)
    image = image_of(run)
    if name == "cmd" and "cmd" not in run:
        return "cmd needs run.cmd: without it, the image's entry point runs, and ECS cannot override that. Use args."
    if name == "args" and "cmd" in run:
        return "args needs a job without run.cmd: a shell runs the command, and ECS cannot override that. Use cmd."
    if name == "imageTag" and image is None:
        return "imageTag needs run.docker or run.ucr: this job runs the deployment's own image. Name an image."
    if name == "imageTag" and "@" in (image or ""):
        return f"imageTag needs an image without a digest, and {image} has one. Name the image by a tag."
    return None
