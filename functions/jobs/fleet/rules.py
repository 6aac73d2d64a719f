"""Whom a fleet job can go to."""

from collections.abc import Iterator

from functions.jobs.container.rules import is_own_role
from functions.jobs.container.task_definition import Deployment
from functions.jobs.fleet.document import PRESIGNED, as_text, declared, is_managed
from functions.jobs.fleet.request import MAX_PER_MINUTE, window_problems
from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec
from functions.jobs.model.job import JobSpec
from functions.jobs.ports.fleet import RefusedError, Things

# IoT is asked for each of them when the job is saved, within one call of the API.
MAX_THINGS = 1000
MAX_TARGETS = 100  # of an IoT job (AWS IoT API Reference, AssociateTargetsWithJob)
_PATH = "/run/fleet/targets"


def target_problems(fleet: FleetSpec) -> Iterator[Problem]:
    """Nobody, somebody twice, more than IoT takes, and what a CONTINUOUS job has no use for."""
    targets, query = fleet["targets"], "query" in fleet["targets"]
    if not (targets["things"] or targets["groups"] or query):
        yield Problem(_PATH, "has nobody: name things, groups, or a query of fleet indexing.")
    for name, names in (("things", targets["things"]), ("groups", targets["groups"])):
        if len(set(names)) < len(names):
            yield Problem(f"{_PATH}/{name}", "has double entries")
    if len(targets["things"]) > MAX_THINGS:
        words = f"has at most {MAX_THINGS}; got {len(targets['things'])}: put them into a thing group."
        yield Problem(f"{_PATH}/things", words)
    if len(targets["groups"]) + bool(targets["things"] or query) > MAX_TARGETS:
        words = f"IoT takes {MAX_TARGETS} targets, of which things and query together take one: put groups into one."
        yield Problem(f"{_PATH}/groups", words)
    if targets["things"] and fleet["targetSelection"] == "CONTINUOUS":
        words = "nothing can join a thing: a CONTINUOUS job goes to groups and query. Use a group, or SNAPSHOT."
        yield Problem(f"{_PATH}/things", words)


def unknown_problems(fleet: FleetSpec, registry: Things) -> Iterator[Problem]:
    """Things and groups that do not exist, and a query that fleet indexing does not take."""
    targets = fleet["targets"]
    things, groups = registry.unknown(targets["things"], targets["groups"])
    for kind, name, names, missing in (
        ("thing", "things", targets["things"], set(things)),
        ("thing group", "groups", targets["groups"], set(groups)),
    ):
        for place, one in enumerate(names):
            if one in missing:
                yield Problem(f"{_PATH}/{name}({place})", f"There is no {kind} {one} in this account and region.")
    if "query" in targets:
        yield from _query_problems(targets["query"], registry)


def _query_problems(query: str, registry: Things) -> Iterator[Problem]:
    try:
        next(iter(registry.search(query)), None)
    except RefusedError as refused:
        yield Problem(f"{_PATH}/query", str(refused))


MAX_RETRIES = 10  # of a device, for all failure types together


def pace_problems(fleet: FleetSpec) -> Iterator[Problem]:
    """What contradicts itself."""
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
        yield Problem(f"{path}/baseRatePerMinute", f"must not be more than maximumPerMinute, which is {most}.")
    if len(rate["rateIncreaseCriteria"]) != 1:
        words = "must have exactly one of numberOfNotifiedThings and numberOfSucceededThings."
        yield Problem(f"{path}/rateIncreaseCriteria", words)


def _double_problems(kinds: list[str], path: str) -> Iterator[Problem]:
    if len(set(kinds)) < len(kinds):
        yield Problem(path, "has a failureType twice: IoT takes each once.")


def _retry_problems(fleet: FleetSpec) -> Iterator[Problem]:
    retry, path = fleet.get("retry", []), "/run/fleet/retry"
    kinds = {one["failureType"] for one in retry}
    if "ALL" in kinds and len(retry) > 1:
        yield Problem(path, "has ALL beside others: it stands for FAILED and TIMED_OUT, so it stands alone.")
    if (total := sum(one["numberOfRetries"] for one in retry)) > MAX_RETRIES:
        yield Problem(path, f"IoT tries {MAX_RETRIES} times again at most, for all failures together; got {total}.")
    # A template may have a time limit of its own.
    if "TIMED_OUT" in kinds and "inProgressTimeoutInMinutes" not in fleet and "jobTemplateArn" not in fleet:
        words = "retries what has TIMED_OUT, and nothing does: say inProgressTimeoutInMinutes, after how long."
        yield Problem(path, words)


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
