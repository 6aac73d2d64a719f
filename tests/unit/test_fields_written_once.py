"""The API's documents and the domain's specs have the same fields, so that a field cannot be added to one alone.

A document (functions/api/documents) checks what callers send. A spec (functions/jobs/model) types what is kept: the
same fields with their defaults. functions/api/routes/jobs.py casts one to the other; the cast is right while these
tests pass.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
from pydantic import BaseModel

from functions.api.documents.hook import HookDocument
from functions.api.documents.job import JobDocument
from functions.api.documents.schedule import JobScheduleDocument
from functions.api.documents.trigger import TriggerDocument
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.hook import HookSpec
from functions.jobs.model.job import JobSpec
from functions.jobs.model.schedule import Schedule

# Each difference that is meant, with its reason.
EXCEPTIONS = {
    "JobDocument.schedules is not in JobSpec": "a job keeps its schedules beside its spec, in Job.schedules",
    "JobDocument.pausedAt is not in JobSpec": "a document copied from an answer may have it; the save drops it",
    "RunSpec.takesPayload is not in RunDocument": "the save derives it from the job's payload",
    "Schedule.anchor is not in JobScheduleDocument": "the save sets it to the time from which a rate counts",
    "FleetRunDocument.timeoutSeconds may be absent, in FleetRunSpec it is required": "a validator fills in a week",
    "RunDocument.taskKillGracePeriodSeconds is float, in RunSpec int": "a validator drops fractions of a second",
}
Unions = (Union, UnionType)


def differences(document: Any, spec: Any, place: str, name: str) -> Iterator[str]:
    """Yield the differences between a type in a document and its type in the spec called `name`."""
    document = plain(document)
    kinds = get_args(document) if get_origin(document) in Unions else (document,)
    models = [kind for kind in map(plain, kinds) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    if is_typeddict(spec) and len(models) == len(kinds):
        yield from field_differences(models, spec)
        return
    ours, theirs = parts(document), parts(spec)
    if ours and theirs and len(ours) == len(theirs) and sort(document) == sort(spec):
        for one, other in zip(ours, theirs, strict=True):
            yield from differences(one, other, place, name)
    elif document != spec:
        yield f"{place} is {shown(document)}, in {name} {shown(spec)}"


def field_differences(models: Sequence[type[BaseModel]], spec: Any) -> Iterator[str]:
    """Yield the differences between a document and its spec; several models are the kinds of one thing."""
    kinds = " or ".join(model.__name__ for model in models)
    hints, required = get_type_hints(spec), spec.__required_keys__
    known = [{name: kept(model, name) for name in model.model_fields} for model in models]
    for name in sorted(hints.keys() - set().union(*known)):
        yield f"{spec.__name__}.{name} is not in {kinds}"
    always = {name for name in set().union(*known) if all(name in one and one[name][1] for one in known)}
    for model, found in zip(models, known, strict=True):
        for name, (kind, _) in found.items():
            place = f"{model.__name__}.{name}"
            if name not in hints:
                yield f"{place} is not in {spec.__name__}"
                continue
            if (name in always) != (name in required):
                words = ("may be absent", "required") if name in required else ("is always there", "not required")
                yield f"{place} {words[0]}, in {spec.__name__} it is {words[1]}"
            yield from differences(kind, hints[name], place, spec.__name__)


def kept(model: type[BaseModel], name: str) -> tuple[Any, bool]:
    """Return a field's type, and whether the kept document always has it: a field that is None is left out."""
    field = model.model_fields[name]
    if field.is_required() or field.get_default(call_default_factory=True, validated_data={}) is not None:
        return plain(field.annotation), True
    rest = [kind for kind in get_args(plain(field.annotation)) if kind is not type(None)]
    return plain(Union[tuple(rest)]), False  # noqa: UP007  # of members that are known only here


def plain(kind: Any) -> Any:
    """Return a type without what Annotated adds."""
    return plain(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def sort(kind: Any) -> Any:
    """Return what a type is: list, dict, or Union however it is written."""
    return Union if get_origin(kind) in Unions else get_origin(kind)


def parts(kind: Any) -> tuple[Any, ...]:
    """Return the types that a type is made of; none for a Literal, which has values."""
    return () if get_origin(kind) is Literal else get_args(kind)


def shown(kind: Any) -> str:
    """Return a type as a message shows it."""
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)


def test_documents_and_specs_have_the_same_fields() -> None:
    found = {*differences(JobDocument, JobSpec, "job", "JobSpec")}
    found |= {*differences(JobScheduleDocument, Schedule, "schedule", "Schedule")}
    assert found == EXCEPTIONS.keys()


class Inner(BaseModel):
    count: int
    note: str | None = None


class Outer(BaseModel):
    inner: list[Inner] = []
    mode: Literal["A", "B"] = "A"


class InnerSpec(TypedDict):
    count: int
    note: NotRequired[str]


class Renamed(TypedDict):
    number: int
    note: NotRequired[str]


class Retyped(TypedDict):
    count: float
    note: NotRequired[str]


class Required(TypedDict):
    count: int
    note: str


class Optional(TypedDict):
    count: NotRequired[int]
    note: NotRequired[str]


@pytest.mark.parametrize(
    ("inner", "mode", "expected"),
    [
        (InnerSpec, Literal["B", "A"], set()),
        (Renamed, Literal["A", "B"], {"Renamed.number is not in Inner", "Inner.count is not in Renamed"}),
        (Retyped, Literal["A", "B"], {"Inner.count is int, in Retyped float"}),
        (Required, Literal["A", "B"], {"Inner.note may be absent, in Required it is required"}),
        (Optional, Literal["A", "B"], {"Inner.count is always there, in Optional it is not required"}),
        (InnerSpec, Literal["A"], {"Outer.mode is typing.Literal['A', 'B'], in OuterSpec typing.Literal['A']"}),
        (InnerSpec, str, {"Outer.mode is typing.Literal['A', 'B'], in OuterSpec str"}),
    ],
)
def test_a_difference_at_any_depth_is_found(inner: Any, mode: Any, expected: set[str]) -> None:
    made: Any = {"inner": list[inner], "mode": mode}
    OuterSpec = TypedDict("OuterSpec", made)  # type: ignore[misc]
    assert {*differences(Outer, OuterSpec, "outer", "OuterSpec")} == expected


HOOK = {"description": "d", "parameters": ["A"], "imageTag": True, "ratePerMinute": 1}
TRIGGER = {
    "parameters": {"A": "1"},
    "env": {"B": "2"},
    "cmd": "c",
    "args": ["a"],
    "cpus": 1,
    "mem": 64,
    "timeoutSeconds": 3,
    "attemptTimeoutSeconds": 2,
    "imageTag": "t",
    "payload": {"p": 1},
    "labels": {"l": "1"},
}


def test_every_field_of_a_hook_and_of_a_trigger_arrives() -> None:
    assert HOOK.keys() == HookDocument.model_fields.keys()
    assert TRIGGER.keys() == TriggerDocument.model_fields.keys()
    assert arrived(HookDocument.model_validate(HOOK).spec(), HookSpec()) == {snake(name) for name in HOOK}
    inputs = arrived(TriggerDocument.model_validate(TRIGGER).inputs(), Inputs())
    assert inputs == {snake(name.replace("imeoutSeconds", "imeout")) for name in TRIGGER}


def arrived(value: Any, untouched: Any) -> set[str]:
    """Return the names of the dataclass's fields that are not as in `untouched`."""
    return {field.name for field in fields(value) if getattr(value, field.name) != getattr(untouched, field.name)}


def snake(name: str) -> str:
    """Return a JSON name as Python writes it."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
