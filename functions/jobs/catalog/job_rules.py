"""What concerns a job as a whole: its document, schedules, events and dependencies together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from functions.jobs.inputs.parameters import override_problems, parameter_problems
from functions.jobs.model.errors import DependencyError, InvalidError, Problem
from functions.jobs.model.job import Job, JobSpec
from functions.jobs.ports.definitions import JobStore

MAX_PARENTS = 40  # old and new parents are written with the job, in one transaction of at most 100 items


def check_dependencies(spec: JobSpec, jobs: JobStore) -> None:
    """Raises InvalidError if the list itself is wrong, DependencyError if a parent is unknown or waits for this job."""
    parents = [parent["id"] for parent in spec["dependencies"]]
    if len(set(parents)) < len(parents):
        raise InvalidError([Problem("/dependencies", "has double entries")])
    if len(parents) > MAX_PARENTS:
        raise InvalidError([Problem("/dependencies", f"A job has at most {MAX_PARENTS} dependencies.")])
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
    """What is wrong with a pattern at this path of a document."""
    if _is_deeper(pattern, _MAX_DEPTH):
        yield Problem(path, f"is nested more than {_MAX_DEPTH} times.")
        return
    yield from _object_problems(pattern, path)
    try:
        size = len(json.dumps(pattern, allow_nan=False, ensure_ascii=False, separators=(",", ":")))
    except ValueError:
        yield Problem(path, "holds a number that is too large for JSON.")
        return
    if size > MAX_CHARACTERS:
        words = f"takes {size} characters as JSON, and EventBridge takes {MAX_CHARACTERS}"
        yield Problem(path, f"{words}: shorten it, or make several events.")


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


def _object_problems(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, "is empty: name at least one field of the events.")
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
        yield Problem(path, "is a list within a list: give texts, numbers, true, false, null or an operator.")
    elif isinstance(value, Mapping) and len(value) != 1:
        yield Problem(path, 'must have one operator, such as {"prefix": "a"}: list several, of which one must hold.')


# An item of DynamoDB takes 400 KB; the rest is for the attributes beside the document and the schedules.
MAX_JOB_BYTES = 380 * 1024
# All of them are brought into Scheduler, one after the other, within one call of the API or one sweep.
MAX_SCHEDULES = 100


def job_problems(job: Job) -> Iterator[Problem]:
    """Everything wrong with a job beside what is wrong with its `run` alone."""
    if job.spec["dependencies"] and job.schedules:
        yield Problem("/", "Jobs may not have both dependencies and schedules specified")
    if len(job.schedules) > MAX_SCHEDULES:
        words = f"A job has at most {MAX_SCHEDULES} schedules; this would be {len(job.schedules)}: make another job."
        yield Problem("/schedules", words)
    yield from parameter_problems(job)
    yield from override_problems(job)
    for place, event in enumerate(job.spec.get("events", [])):
        yield from pattern_problems(event["pattern"], f"/events({place})/pattern")
    # The labels stand in the item twice: in the document, and beside it for filters.
    parts = (job.spec, job.spec["labels"], *job.schedules.values())
    size = sum(len(json.dumps(part).encode()) for part in parts)
    if size > MAX_JOB_BYTES:
        words = f"A job and its schedules take at most {MAX_JOB_BYTES} bytes; got {size}: shorten the document."
        yield Problem("/", words)
