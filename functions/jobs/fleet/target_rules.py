"""Whom a fleet job can go to."""

from collections.abc import Iterator

from functions.jobs.errors import Problem
from functions.jobs.fleet.ports import RefusedError, Things
from functions.jobs.fleet.spec import FleetSpec

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
