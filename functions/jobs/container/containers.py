"""The container definitions of an ECS task, without the log: the main container and its sidecars, and their order.

Source: ECS API Reference, ContainerDefinition.
"""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from functions.jobs.container.docker_parameters import MIN_STOP_SECONDS, container_members
from functions.jobs.container.folders import SANDBOX, sandbox
from functions.jobs.container.volumes import main_mounts, sidecar_mounts
from functions.jobs.model.container_spec import Dependency, HealthCheck, Process, RunSpec, SecretSpec, Sidecar
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import Problem

INIT = "init"  # the container that fetches and writes files; it ends before the others start


def start_order_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield names that are used twice or unknown, conditions that never hold, and cycles."""
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
        yield Problem("/run", f"Containers wait for each other in a cycle: {names}. Remove one of their dependsOn.")


def _name_problems(sidecars: Sequence[Sidecar]) -> Iterator[Problem]:
    taken = {MAIN, INIT}
    for place, sidecar in enumerate(sidecars):
        if sidecar["name"] in taken:
            yield Problem(f"/run/sidecars({place})/name", f"The name {sidecar['name']} is taken. Use another name.")
        taken.add(sidecar["name"])


def _problems(dependency: Dependency, known: dict[str, Sidecar], path: str) -> Iterator[Problem]:
    other, condition = dependency["container"], dependency["condition"]
    if other not in {MAIN, *known}:
        yield Problem(f"{path}/container", f"There is no container {other}. Name a sidecar, or {MAIN}.")
        return
    essential = other == MAIN or known[other]["essential"]
    if condition in ("COMPLETE", "SUCCESS") and essential:
        message = f"never holds: {other} is essential, so the task ends when it ends. Use START."
        yield Problem(f"{path}/condition", message)
    if condition == "HEALTHY" and (other == MAIN or "healthCheck" not in known[other]):
        yield Problem(f"{path}/condition", f"never holds: {other} has no healthCheck. Use START.")


def process_members(process: Process, secrets: Mapping[str, SecretSpec], *, in_sandbox: bool) -> dict[str, Any]:
    """Return the members for the process: command, user, folder, variables, secrets."""
    copied = ("user", "workingDirectory", "readonlyRootFilesystem")
    return {
        **_command(process),
        **{name: value for name, value in process.items() if name in copied},
        "environment": [
            {"name": name, "value": value} for name, value in sorted(process["env"].items()) if isinstance(value, str)
        ]
        + ([{"name": "MESOS_SANDBOX", "value": SANDBOX}] if in_sandbox else []),
        "secrets": [
            {"name": name, "valueFrom": secrets[value["secret"]]["source"]}
            for name, value in sorted(process["env"].items())
            if not isinstance(value, str)
        ],
    }


def _command(process: Process) -> dict[str, Any]:
    if "cmd" in process:
        # As in Metronome, a shell runs the command, and the image's entry point does not matter.
        return {"entryPoint": ["/bin/sh", "-c"], "command": [process["cmd"]]}
    return {
        **({"entryPoint": process["entrypoint"]} if "entrypoint" in process else {}),
        **({"command": process["args"]} if process.get("args") else {}),
    }


def depends_on(dependencies: Sequence[Dependency], *, after_init: bool) -> list[dict[str, str]]:
    """Return the containers that a container waits for: the init container first, if there is one."""
    init = [{"containerName": INIT, "condition": "SUCCESS"}] if after_init else []
    return init + [{"containerName": one["container"], "condition": one["condition"]} for one in dependencies]


def health_check(check: HealthCheck) -> dict[str, Any]:
    """Return a health check that the container's shell runs."""
    return {
        "command": ["CMD-SHELL", check["cmd"]],
        "interval": check["intervalSeconds"],
        "timeout": check["timeoutSeconds"],
        "retries": check["retries"],
        **({"startPeriod": check["startPeriodSeconds"]} if "startPeriodSeconds" in check else {}),
    }


def image_of(run: RunSpec) -> str | None:
    """Return the job's own image; None if it has none and runs the deployment's."""
    if "docker" in run:
        return run["docker"]["image"]
    return run["ucr"]["image"]["id"] if "ucr" in run else None


def main_container(
    run: RunSpec, default_image: str, defaults: Mapping[str, str], *, after_init: bool
) -> dict[str, Any]:
    """Return the main container, whose exit code is the run's. `defaults` are the defaults of its parameters."""
    image = image_of(run)
    container = {
        "name": MAIN,
        "essential": True,
        "image": image or default_image,
        **process_members(run, run["secrets"], in_sandbox=sandbox(run) is not None),
        "mountPoints": main_mounts(run),
        "dependsOn": depends_on(run.get("dependsOn", []), after_init=after_init),
    }
    more = container_members(run)
    container["environment"] += [{"name": name, "value": value} for name, value in sorted(defaults.items())]
    container["environment"] += more.pop("environment", [])
    if run.get("taskKillGracePeriodSeconds"):
        container["stopTimeout"] = max(MIN_STOP_SECONDS, run["taskKillGracePeriodSeconds"])
    if "docker" in run and "pullConfig" in run["docker"]:
        source = run["secrets"][run["docker"]["pullConfig"]["secret"]]["source"]
        container["repositoryCredentials"] = {"credentialsParameter": source}
    if image is None and sandbox(run):
        # In Mesos, a command without an image runs in its sandbox.
        container.setdefault("workingDirectory", SANDBOX)
    return container | more


def sidecar_container(sidecar: Sidecar, run: RunSpec, *, after_init: bool) -> dict[str, Any]:
    """Return the container of a sidecar."""
    readonly = sidecar.get("readonlyRootFilesystem", False)
    return {
        "name": sidecar["name"],
        "essential": sidecar["essential"],
        "image": sidecar["image"],
        **process_members(sidecar, run["secrets"], in_sandbox=sandbox(run) is not None),
        "mountPoints": sidecar_mounts(run, readonly_root=readonly),
        "dependsOn": depends_on(sidecar.get("dependsOn", []), after_init=after_init),
        **({"healthCheck": health_check(sidecar["healthCheck"])} if "healthCheck" in sidecar else {}),
    }
