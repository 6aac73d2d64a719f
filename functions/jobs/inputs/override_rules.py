"""What a job can let its runs have otherwise, and what it cannot.

Source: ECS API Reference, ContainerOverride: a container's command can be another, its entry point cannot.
"""

from collections.abc import Iterator

from functions.jobs.container.containers import image_of
from functions.jobs.errors import Problem
from functions.jobs.job import Job, JobSpec, container_run, fleet_of


def override_problems(job: Job) -> Iterator[Problem]:
    """Overrides that ECS, or a fleet, has not for such a job, and a payload that nobody would give."""
    overrides = job.spec.get("overrides", [])
    if len(set(overrides)) < len(overrides):
        yield Problem("/overrides", "has double entries")
    for place, name in enumerate(overrides):
        if words := _impossible(job.spec, name):
            yield Problem(f"/overrides({place})", words)
    if "payload" in job.spec and fleet_of(job.spec):
        yield Problem("/payload", "is for containers: devices are given the document. Use parameters.")
    elif job.spec.get("payload") == "REQUIRED" and (givers := list(_without_payload(job))):
        words = f"{' and '.join(givers)} start runs without a payload: say OPTIONAL, or make a job of its own."
        yield Problem("/payload", words[0].upper() + words[1:])


def _without_payload(job: Job) -> Iterator[str]:
    if job.schedules:
        yield "schedules"
    if job.spec.get("events"):
        yield "events"
    if job.spec["dependencies"]:
        yield "dependencies"


def _impossible(spec: JobSpec, name: str) -> str | None:
    if fleet_of(spec):
        return None if name == "timeout" else f"{name} is for containers: runs of a fleet job can have another timeout."
    run = container_run(spec)
    image = image_of(run)
    if name == "cmd" and "cmd" not in run:
        return "cmd needs run.cmd: without it the image's entry point runs, which ECS cannot override. Say args."
    if name == "args" and "cmd" in run:
        return "args needs a job without run.cmd: a shell runs that, which ECS cannot override. Say cmd."
    if name == "imageTag" and image is None:
        return "imageTag needs run.docker or run.ucr: the image is the deployment's own."
    if name == "imageTag" and "@" in (image or ""):
        return f"imageTag needs an image without a digest: {image} names one for good. Name it by a tag."
    return None
