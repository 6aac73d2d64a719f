"""What a fleet job may not ask for: each refused with the way out, before anything is written."""

from collections.abc import Iterator

from functions.jobs.container.identity_rules import is_own_role
from functions.jobs.container.task_definition import Deployment
from functions.jobs.errors import Problem
from functions.jobs.fleet.document import PRESIGNED, as_text, declared
from functions.jobs.fleet.pace_rules import pace_problems
from functions.jobs.fleet.spec import FleetRunSpec, FleetSpec
from functions.jobs.fleet.target_rules import target_problems
from functions.jobs.fleet.templates import is_managed
from functions.jobs.fleet.windows import window_problems
from functions.jobs.job import JobSpec

_SOURCES = ("document", "documentSource", "jobTemplateArn")


def fleet_problems(spec: JobSpec, run: FleetRunSpec, deployment: Deployment) -> Iterator[Problem]:
    """Everything wrong with a fleet job's `run`, but for its parameters and the targets that do not exist."""
    fleet = run["fleet"]
    yield from target_problems(fleet)
    yield from _source_problems(fleet, deployment)
    yield from _presigned_problems(spec, fleet, deployment)
    yield from pace_problems(fleet)
    yield from window_problems(run)
    yield from _success_problems(fleet)


def _source_problems(fleet: FleetSpec, deployment: Deployment) -> Iterator[Problem]:
    if len([name for name in _SOURCES if name in fleet]) != 1:
        yield Problem("/run/fleet", f"must have exactly one of {', '.join(_SOURCES)}: what devices are to do.")
    template = fleet.get("jobTemplateArn", "")
    if template and template.split(":")[3] != deployment.region:
        words = f"is of another region: IoT takes job templates of this deployment's, {deployment.region}."
        yield Problem("/run/fleet/jobTemplateArn", words)
    if "documentParameters" in fleet and not (template and is_managed(template)):
        words = (
            "is for AWS's own job templates, whose ARNs have no account. Declare parameters of the job for document."
        )
        yield Problem("/run/fleet/documentParameters", words)


def _presigned_problems(spec: JobSpec, fleet: FleetSpec, deployment: Deployment) -> Iterator[Problem]:
    values = (value for one in spec.get("parameters", {}).values() for value in declared(one))
    texts = (as_text(fleet.get("document", {})), *fleet.get("documentParameters", {}).values(), *values)
    if "presignedUrl" in fleet:
        if not is_own_role(fleet["presignedUrl"]["roleArn"], deployment.role_prefix):
            words = f"must be an IAM role of this deployment's own path: {deployment.role_prefix}NAME."
            yield Problem("/run/fleet/presignedUrl/roleArn", words)
    elif any(PRESIGNED in text for text in texts):
        words = "is required: by its roleArn IoT presigns the URLs in the document."
        yield Problem("/run/fleet/presignedUrl", words)


def _success_problems(fleet: FleetSpec) -> Iterator[Problem]:
    targets, most = fleet["targets"], len(fleet["targets"]["things"])
    is_counted = not targets["groups"] and "query" not in targets
    if is_counted and fleet["success"].get("minSucceeded", 0) > most:
        yield Problem("/run/fleet/success/minSucceeded", f"can never be: the job goes to {most} things.")
