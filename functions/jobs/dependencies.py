"""The rules of dependencies: every parent is known, named once, and no job waits for itself."""

from functions.jobs.errors import DependencyError, InvalidError, Problem
from functions.jobs.job import JobSpec
from functions.jobs.ports import JobStore

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
