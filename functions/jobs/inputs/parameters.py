"""Parameters: what a job declares, and whether values fit that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from functions.jobs.errors import Problem
from functions.jobs.job import JobSpec, ParameterSpec, container_run, fleet_of

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
