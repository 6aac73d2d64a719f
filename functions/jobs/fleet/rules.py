"""What a fleet job may ask for: targets that exist, a pace that IoT takes, one source of the document."""

from collections.abc import Iterator

from functions.jobs.container.rules import is_own_role
from functions.jobs.container.task_definition import Deployment
from functions.jobs.fleet.document import PRESIGNED, as_text, is_managed
from functions.jobs.fleet.request import MAX_PER_MINUTE, window_problems
from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec
from functions.jobs.model.job import JobSpec, declared_values
from functions.jobs.ports.fleet import RefusedError, Things

# A save asks IoT for each of them, within one call of the API.
MAX_THINGS = 1000
MAX_TARGETS = 100  # of an IoT job (AWS IoT API Reference, AssociateTargetsWithJob)
_PATH = "/run/fleet/targets"


def target_problems(fleet: FleetSpec) -> Iterator[Problem]:
    """Yield missing, repeated and too many targets, and things in a CONTINUOUS job."""
    targets, query = fleet["targets"], "query" in fleet["targets"]
    if not (targets["things"] or targets["groups"] or query):
        yield Problem(_PATH, "names no devices. Give things, groups, or a query of fleet indexing.")
    for name, names in (("things", targets["things"]), ("groups", targets["groups"])):
        if len(set(names)) < len(names):
            yield Problem(f"{_PATH}/{name}", "has double entries")
    if len(targets["things"]) > MAX_THINGS:
        count = len(targets["things"])
        message = f"has {count} things, and at most {MAX_THINGS} are allowed. Put them into a thing group."
        yield Problem(f"{_PATH}/things", message)
    if len(targets["groups"]) + bool(targets["things"] or query) > MAX_TARGETS:
        message = (
            f"has too many groups: IoT takes {MAX_TARGETS} targets, and things and query together count as one. "
            "Put the groups into a parent group."
        )
        yield Problem(f"{_PATH}/groups", message)
    if targets["things"] and fleet["targetSelection"] == "CONTINUOUS":
        message = "cannot be used with CONTINUOUS: no device can join a thing. Use groups or query, or SNAPSHOT."
        yield Problem(f"{_PATH}/things", message)


def unknown_problems(fleet: FleetSpec, registry: Things) -> Iterator[Problem]:
    """Yield things and groups that do not exist, and a query that fleet indexing refuses."""
    targets = fleet["targets"]
    things, groups = registry.unknown(targets["things"], targets["groups"])
    for kind, name, names, missing in (
        ("thing", "things", targets["things"], set(things)),
        ("thing group", "groups", targets["groups"], set(groups)),
    ):
        for place, one in enumerate(names):
            if one in missing:
                message = f"There is no {kind} {one} in this account and region. Correct the name, or create it in IoT."
                yield Problem(f"{_PATH}/{name}({place})", message)
    if "query" in targets:
        yield from _query_problems(targets["query"], registry)


def _query_problems(query: str, registry: Things) -> Iterator[Problem]:
    try:
        next(iter(registry.search(query)), None)
    except RefusedError as refused:
        yield Problem(f"{_PATH}/query", str(refused))


MAX_RETRIES = 10  # of a device, for all failure types together


def pace_problems(fleet: FleetSpec) -> Iterator[Problem]:
    """Yield contradictions in the rollout rate, the abort criteria and the retries."""
    yield from _rate_problems(fleet)
    yield from _double_problems([one["failureType"] for one in fleet.get("abort", [])], "/run/fleet/abort")
    yield from _double_problems([one["failureType"] for one in fleet.get("retry", [])], "/run/fleet/retry")
    yield from _retry_problems(fleet)


def _rate_problems(fleet: FleetSpec) -> Iterator[Problem]:
    rollout, path = fleet.get("rollout", {}), "/run/fleet/rollout/exponentialRate"
    if "exponentialRate" not in rollout:
        return
    rate, most = rollout["exponentialRate"], rollout.get("maximumPerMinute", MAX_PER_MINUTE)
    if rate["baseRatePerMinute"] > most:
        yield Problem(f"{path}/baseRatePerMinute", f"must be at most maximumPerMinute, which is {most}.")
    if len(rate["rateIncreaseCriteria"]) != 1:
        message = "must have exactly one of numberOfNotifiedThings and numberOfSucceededThings."
        yield Problem(f"{path}/rateIncreaseCriteria", message)


def _double_problems(kinds: list[str], path: str) -> Iterator[Problem]:
    if len(set(kinds)) < len(kinds):
        yield Problem(path, "has the same failureType twice. Give each of them once.")


def _retry_problems(fleet: FleetSpec) -> Iterator[Problem]:
    retry, path = fleet.get("retry", []), "/run/fleet/retry"
    kinds = {one["failureType"] for one in retry}
    if "ALL" in kinds and len(retry) > 1:
        yield Problem(path, "has ALL beside other failure types. ALL means FAILED and TIMED_OUT: remove the others.")
    if (total := sum(one["numberOfRetries"] for one in retry)) > MAX_RETRIES:
        message = f"has {total} retries in all, and IoT takes at most {MAX_RETRIES}. Lower numberOfRetries."
        yield Problem(path, message)
    # A template may have a time limit of its own.
    if "TIMED_OUT" in kinds and "inProgressTimeoutInMinutes" not in fleet and "jobTemplateArn" not in fleet:
        message = "retries TIMED_OUT, but devices have no time limit. Set inProgressTimeoutInMinutes, or remove this."
        yield Problem(path, message)


_SOURCES = ("document", "documentSource", "jobTemplateArn")


def fleet_problems(spec: JobSpec, run: FleetRunSpec, deployment: Deployment) -> Iterator[Problem]:
    """Yield everything wrong with a fleet job's `run`, except its parameters and targets that do not exist."""
    fleet = run["fleet"]
    yield from target_problems(fleet)
    yield from _source_problems(fleet, deployment)
    yield from _presigned_problems(spec, fleet, deployment)
    yield from pace_problems(fleet)
    yield from window_problems(run)
    yield from _success_problems(fleet)


def _source_problems(fleet: FleetSpec, deployment: Deployment) -> Iterator[Problem]:
    if len([name for name in _SOURCES if name in fleet]) != 1:
        yield Problem("/run/fleet", f"must have exactly one of {', '.join(_SOURCES)}.")
    template = fleet.get("jobTemplateArn", "")
    if template and template.split(":")[3] != deployment.region:
        message = f"is in another region. Use a job template of this deployment's region, {deployment.region}."
        yield Problem("/run/fleet/jobTemplateArn", message)
    if "documentParameters" in fleet and not (template and is_managed(template)):
        message = (
            "can only be used with AWS's own job templates, whose ARNs have no account id. "
            "With a document, declare parameters of the job."
        )
        yield Problem("/run/fleet/documentParameters", message)


def _presigned_problems(spec: JobSpec, fleet: FleetSpec, deployment: Deployment) -> Iterator[Problem]:
    values = (value for one in spec.get("parameters", {}).values() for value in declared_values(one))
    texts = (as_text(fleet.get("document", {})), *fleet.get("documentParameters", {}).values(), *values)
    if "presignedUrl" in fleet:
        if not is_own_role(fleet["presignedUrl"]["roleArn"], deployment.role_prefix):
            message = f"must be an IAM role under this deployment's path: {deployment.role_prefix}NAME."
            yield Problem("/run/fleet/presignedUrl/roleArn", message)
    elif any(PRESIGNED in text for text in texts):
        message = "is required, because the document has URLs to presign. Set its roleArn."
        yield Problem("/run/fleet/presignedUrl", message)


def _success_problems(fleet: FleetSpec) -> Iterator[Problem]:
    targets, most = fleet["targets"], len(fleet["targets"]["things"])
    is_counted = not targets["groups"] and "query" not in targets
    if is_counted and fleet["success"].get("minSucceeded", 0) > most:
        yield Problem("/run/fleet/success/minSucceeded", f"must be at most {most}, the number of things in targets.")
