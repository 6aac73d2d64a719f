"""The rules of a job as a whole: dependencies, event patterns, and document and schedules together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from functions.jobs.inputs.parameters import override_problems, parameter_problems
from functions.jobs.model.errors import DependencyError, InvalidError, Problem
from functions.jobs.model.job import Job, JobSpec
from functions.jobs.ports.definitions import JobStore

MAX_PARENTS = 40  # one transaction of at most 100 items writes the old and the new parents with the job


def check_dependencies(spec: JobSpec, jobs: JobStore) -> None:
    """Check the dependencies. Raises InvalidError for the list, DependencyError for unknown parents and cycles."""
    parents = [parent["id"] for parent in spec["dependencies"]]
    if len(set(parents)) < len(parents):
        raise InvalidError([Problem("/dependencies", "has double entries")])
    if len(parents) > MAX_PARENTS:
        message = f"has {len(parents)} entries, and at most {MAX_PARENTS} are allowed. Remove some."
        raise InvalidError([Problem("/dependencies", message)])
    seen: set[str] = set()
    level = set(parents)
    while level:
        if spec["id"] in level:
            raise DependencyError("Dependencies have a cycle.")
        found = jobs.get_all(level)
        if not seen and (unknown := level - {job.id for job in found}):
            raise DependencyError(f"Dependencies contain unknown jobs. unknown=[{','.join(sorted(unknown))}]")
        seen |= level
        level = {parent for job in found for parent in job.parents} - seen


MAX_CHARACTERS = 2048
_MAX_DEPTH = 100


def pattern_problems(pattern: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Yield what is wrong with the pattern at this path of a document."""
    if _is_deeper(pattern, _MAX_DEPTH):
        yield Problem(path, f"is nested more than {_MAX_DEPTH} levels deep. Make it flatter.")
        return
    yield from _object_problems(pattern, path)
    try:
        size = len(json.dumps(pattern, allow_nan=False, ensure_ascii=False, separators=(",", ":")))
    except ValueError:
        yield Problem(path, "has a number that is too large for JSON. Use a smaller one.")
        return
    if size > MAX_CHARACTERS:
        message = f"has {size} characters as JSON, and EventBridge takes {MAX_CHARACTERS}."
        yield Problem(path, f"{message} Shorten it, or split it into several events.")


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


def _object_problems(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, "is empty. Name at least one field of the events.")
    for name, item in value.items():
        here = f"{path}/{name}"
        if name == "$or":
            yield from _or_problems(item, here)
        elif isinstance(item, Mapping):
            yield from _object_problems(item, here)
        elif not isinstance(item, list) or not item:
            yield Problem(here, f'must be a list of values, such as ["a"], or an object; got {json.dumps(item)[:100]}.')
        else:
            yield from (problem for n, one in enumerate(item) for problem in _value_problems(one, f"{here}({n})"))


def _or_problems(items: Any, path: str) -> Iterator[Problem]:
    if not isinstance(items, list) or len(items) < 2 or not all(isinstance(one, Mapping) for one in items):
        yield Problem(path, "must be a list of two or more objects, each a pattern.")
        return
    for place, one in enumerate(items):
        yield from _object_problems(one, f"{path}({place})")


def _value_problems(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        yield Problem(path, "is a list within a list. Use texts, numbers, true, false, null or operators.")
    elif isinstance(value, Mapping) and len(value) != 1:
        yield Problem(
            path, 'must have one operator, such as {"prefix": "a"}. Put several into the list: one must match.'
        )


# An item of DynamoDB has at most 400 KB; the rest is for the attributes beside the document and the schedules.
MAX_JOB_BYTES = 380 * 1024
# One call of the API, or one sweep, brings all of them to Scheduler, one after the other.
MAX_SCHEDULES = 100


def job_problems(job: Job) -> Iterator[Problem]:
    """Yield everything wrong with a job, except what is wrong with its `run` alone."""
    if job.spec["dependencies"] and job.schedules:
        yield Problem("/", "Jobs may not have both dependencies and schedules specified")
    if len(job.schedules) > MAX_SCHEDULES:
        message = f"A job has at most {MAX_SCHEDULES} schedules; this one would have {len(job.schedules)}."
        yield Problem("/schedules", f"{message} Create another job for the others.")
    yield from parameter_problems(job)
    yield from override_problems(job)
    for place, event in enumerate(job.spec.get("events", [])):
        yield from pattern_problems(event["pattern"], f"/events({place})/pattern")
    # The item has the labels twice: in the document, and beside it for filters.
    parts = (job.spec, job.spec["labels"], *job.schedules.values())
    size = sum(len(json.dumps(part).encode()) for part in parts)
    if size > MAX_JOB_BYTES:
        message = f"A job and its schedules have at most {MAX_JOB_BYTES} bytes; these have {size}."
        yield Problem("/", f"{message} Shorten the document.")
