"""The rules of hooks: a hook allows at most what its job allows, and a call sends at most what its hook allows."""

from collections.abc import Collection, Iterator

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.inputs.parameters import declared, required
from functions.jobs.model.errors import Problem
from functions.jobs.model.hook import HookSpec
from functions.jobs.model.job import JobSpec, fleet_of


def hook_problems(job: JobSpec, hook: HookSpec) -> Iterator[Problem]:
    """Yield what is wrong with a hook for this job. The job may change later, so each call is checked again."""
    known = declared(job)
    for place, name in enumerate(hook.parameters):
        if name not in known:
            yield Problem(
                f"/parameters({place})", f"The job declares no parameter {name}. Use one of: {_named(known)}."
            )
    for name in required(job):
        if name not in hook.parameters:
            yield Problem("/parameters", f"must have {name}, because the job requires a value for it in each run.")
    if job.get("payload") == "REQUIRED":
        yield Problem("/", "The job requires a payload, and hooks take none. Set the job's payload to OPTIONAL.")
    if hook.image_tag and fleet_of(job):
        yield Problem("/imageTag", "cannot be used with a fleet job, which runs no image. Remove it.")
    elif hook.image_tag and "imageTag" not in job.get("overrides", ()):
        yield Problem("/imageTag", "is not allowed by the job. Add imageTag to the job's overrides.")


def call_problems(hook: HookSpec, inputs: Inputs) -> Iterator[Problem]:
    """Yield what a call sends and the hook does not allow."""
    for name in inputs.parameters:
        if name not in hook.parameters:
            message = f"Callers of this hook may not set {name}. They may set: {_named(hook.parameters)}."
            yield Problem(f"/parameters/{name}", message)
    if inputs.image_tag is not None and not hook.image_tag:
        yield Problem("/imageTag", "Callers of this hook may not choose an image tag. Use a hook that has imageTag.")


def _named(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
