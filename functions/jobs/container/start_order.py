"""Which container of a task waits for which. Source: ECS API Reference, ContainerDependency."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.spec import Dependency, Sidecar
from functions.jobs.errors import Problem
from functions.jobs.task import MAIN

INIT = "init"  # the container that fetches and writes files, and ends before the others start


def start_order_problems(run: RunSpec) -> Iterator[Problem]:
    """Names that are taken or unknown, conditions that never hold, and circles."""
    sidecars = run.get("sidecars", [])
    yield from _name_problems(sidecars)
    waiting = [
        (MAIN, "/run", run.get("dependsOn", [])),
        *((one["name"], f"/run/sidecars({n})", one.get("dependsOn", [])) for n, one in enumerate(sidecars)),
    ]
    known = {one["name"]: one for one in sidecars}
    for _, path, dependencies in waiting:
        for place, dependency in enumerate(dependencies):
            yield from _problems(dependency, known, f"{path}/dependsOn({place})")
    try:
        TopologicalSorter({name: [one["container"] for one in those] for name, _, those in waiting}).prepare()
    except CycleError as circle:
        names = " -> ".join(circle.args[1])
        yield Problem("/run", f"Containers wait for each other in a circle: {names}. Drop one of their dependsOn.")


def _name_problems(sidecars: Sequence[Sidecar]) -> Iterator[Problem]:
    taken = {MAIN, INIT}
    for place, sidecar in enumerate(sidecars):
        if sidecar["name"] in taken:
            yield Problem(f"/run/sidecars({place})/name", f"The name {sidecar['name']} is taken: choose another one.")
        taken.add(sidecar["name"])


def _problems(dependency: Dependency, known: dict[str, Sidecar], path: str) -> Iterator[Problem]:
    other, condition = dependency["container"], dependency["condition"]
    if other not in {MAIN, *known}:
        yield Problem(f"{path}/container", f"There is no container {other}: name a sidecar, or {MAIN}.")
        return
    essential = other == MAIN or known[other]["essential"]
    if condition in ("COMPLETE", "SUCCESS") and essential:
        yield Problem(f"{path}/condition", f"{other} is essential: when it ends, the task ends. Wait for its START.")
    if condition == "HEALTHY" and (other == MAIN or "healthCheck" not in known[other]):
        yield Problem(f"{path}/condition", f"{other} has no healthCheck that could say so: wait for its START.")
