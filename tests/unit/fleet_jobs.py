"""Fleet jobs, what is wrong with them, and what IoT would be asked for, held against botocore's model of IoT."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session

from functions.api.documents.job import JobDocument
from functions.jobs.catalog.job_rules import job_problems
from functions.jobs.catalog.launch_plan import launch_plan
from functions.jobs.catalog.save import definition_of
from functions.jobs.model.errors import InvalidError
from functions.jobs.model.job import Job
from tests.unit.definitions import DEPLOYMENT

NOW = datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/shiftwork/test/firmware"
MANAGED = "arn:aws:iot:eu-central-1::jobtemplate/AWS-Download-File:1.0"
OWN = "arn:aws:iot:eu-central-1:123456789012:jobtemplate/update"
URL = "https://s3.eu-central-1.amazonaws.com/firmware/update.json"
TARGETS: dict[str, Any] = {"things": ["lamp-1"]}
DOCUMENT: dict[str, Any] = {"operation": "reboot"}


def fleet_job(fleet: dict[str, Any], timeout: int | None = 3600, **document: Any) -> Job:
    """A fleet job as it would be kept, of a document that is sound in itself."""
    run = {"fleet": {"targets": TARGETS} | fleet} | ({"timeoutSeconds": timeout} if timeout else {})
    read = JobDocument.model_validate({"id": "team.fleet", "run": run} | document)
    spec: Any = read.model_dump(exclude={"schedules"}, exclude_none=True)
    schedules: Any = {one.id: one.model_dump(exclude_none=True) for one in read.schedules}
    plan = launch_plan(spec, revision=1, task_definition="fleet/1")
    return Job(spec=spec, plan=plan, created_at=NOW, schedules=schedules)


def asked(fleet: dict[str, Any], **document: Any) -> dict[str, Any]:
    """What IoT would be asked for; raises InvalidError."""
    job = fleet_job(fleet, **document)
    if problems := list(job_problems(job)):
        raise InvalidError(problems)
    return dict(definition_of(job.spec, DEPLOYMENT, NOW))


def wrong(fleet: dict[str, Any], **document: Any) -> dict[str, str]:
    """What is wrong with such a job: path to sentence."""
    try:
        asked(fleet, **document)
    except InvalidError as invalid:
        return {problem.path: problem.message for problem in invalid.problems}
    return {}


@cache
def _create_job() -> Any:
    return botocore.session.get_session().get_service_model("iot").operation_model("CreateJob").input_shape


def refused_by_model(request: dict[str, Any]) -> list[str]:
    """What CreateJob's model, with all of its limits, does not take of a request."""
    whole = {"jobId": "shiftwork-test-20260102030405kV9x0", "targets": ["arn:aws:iot:eu-central-1:1:thing/a"]} | request
    return list(_refused(_create_job(), whole, "CreateJob"))


def _refused(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from (f"{path} lacks {name}" for name in shape.required_members if name not in value)
        yield from (f"{path} has {name}" for name in value if name not in shape.members)
        for name in value.keys() & shape.members.keys():
            yield from _refused(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from _refused(shape.key, name, f"{path} {name}")
            yield from _refused(shape.value, item, f"{path}.{name}")
    elif shape.type_name == "list":
        yield from _out_of_bounds(shape, len(value), path)
        for item in value:
            yield from _refused(shape.member, item, f"{path}[]")
    elif shape.type_name == "string":
        yield from _wrong_text(shape, value, path)
    else:
        whole = shape.type_name in ("integer", "long")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            yield f"{path}: {value!r} is no {shape.type_name}"
        yield from _out_of_bounds(shape, value, path)


def _wrong_text(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _out_of_bounds(shape, len(value), path)
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value} is none of {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern == r"[^\p{C}]+":  # which Python's own expressions do not know
        if any(unicodedata.category(character).startswith("C") for character in value):
            yield f"{path}: {value!r} has control characters"
    elif pattern and not re.fullmatch(pattern, value):
        yield f"{path}: {value!r} is not {pattern}"


def _out_of_bounds(shape: Any, size: float, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", size), shape.metadata.get("max", size)
    if not low <= size <= high:
        yield f"{path}: {size} is not from {low} to {high}"
