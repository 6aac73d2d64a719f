"""What a hook may allow of what its job allows, and what a call may say of what its hook allows."""

from collections.abc import Collection, Iterator

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.inputs.parameters import declared, required
from functions.jobs.model.errors import Problem
from functions.jobs.model.hook import HookSpec
from functions.jobs.model.job import JobSpec, fleet_of


def hook_problems(job: JobSpec, hook: HookSpec) -> Iterator[Problem]:
    """What is wrong with a hook for this job. Later changes of the job may take from it: each call is checked again."""
    known = declared(job)
    for place, name in enumerate(hook.parameters):
        if name not in known:
            yield Problem(f"/parameters({place})", f"The job declares no parameter {name}. It has: {_named(known)}.")
    for name in required(job):
        if name not in hook.parameters:
            yield Problem("/parameters", f"Each run must be given {name}: let callers set it, or no call starts a run.")
    if job.get("payload") == "REQUIRED":
        yield Problem("/", "Each run must be given a payload, which hooks do not take: say OPTIONAL in the job.")
    if hook.image_tag and fleet_of(job):
        yield Problem("/imageTag", "The job goes to a fleet, which runs no image: leave it out.")
    elif hook.image_tag and "imageTag" not in job.get("overrides", ()):
        yield Problem("/imageTag", "The job's runs may not have another image tag: add imageTag to its overrides.")


def call_problems(hook: HookSpec, inputs: Inputs) -> Iterator[Problem]:
    """What a call says and the hook does not allow."""
    for name in inputs.parameters:
        if name not in hook.parameters:
            words = f"Callers of this hook may not set {name}. They may set: {_named(hook.parameters)}."
            yield Problem(f"/parameters/{name}", words)
    if inputs.image_tag is not None and not hook.image_tag:
        yield Problem("/imageTag", "Callers of this hook may not choose an image tag: that takes a hook with imageTag.")


def _named(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
