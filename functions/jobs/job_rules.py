"""What concerns a job as a whole: its document, its schedules and its events together."""

import json
from collections.abc import Iterator

from functions.jobs.errors import Problem
from functions.jobs.events.pattern import pattern_problems
from functions.jobs.inputs.override_rules import override_problems
from functions.jobs.inputs.parameter_rules import parameter_problems
from functions.jobs.job import Job

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
