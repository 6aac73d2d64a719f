"""The containers of a task as ECS container definitions: the main one and its sidecars, each without the log.

Source: ECS API Reference, ContainerDefinition.
"""

from collections.abc import Mapping
from typing import Any

from functions.jobs.container.docker_options import MIN_STOP_SECONDS
from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.folders import sandbox
from functions.jobs.container.process import depends_on, health_check, process_members
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.spec import Sidecar
from functions.jobs.container.volumes import main_mounts, sidecar_mounts
from functions.jobs.container.written_files import SANDBOX
from functions.jobs.task import MAIN


def image_of(run: RunSpec) -> str | None:
    """The job's own image; None if it has none."""
    if "docker" in run:
        return run["docker"]["image"]
    return run["ucr"]["image"]["id"] if "ucr" in run else None


def main_container(
    run: RunSpec, default_image: str, defaults: Mapping[str, str], *, after_init: bool
) -> dict[str, Any]:
    """The job's own container, whose exit code is the run's; `defaults` are those of its parameters."""
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
        # A command of Mesos without an image runs in its sandbox.
        container.setdefault("workingDirectory", SANDBOX)
    return container | more


def sidecar_container(sidecar: Sidecar, run: RunSpec, *, after_init: bool) -> dict[str, Any]:
    """A further container."""
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
