"""The rules of a container run: what Fargate, ECS or the deployment does not have, and what to do instead."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.jobs.container.containers import start_order_problems
from functions.jobs.container.docker_parameters import MAX_STOP_SECONDS, container_members, docker_parameter_problems
from functions.jobs.container.fargate import FREE_DISK_GIB, MAX_CPUS, MAX_DISK_GIB, MAX_MEMORY_MIB, smallest_size
from functions.jobs.container.folders import folders, sandbox, written_file_problems
from functions.jobs.container.init_container import artifact_problems
from functions.jobs.container.volumes import volume_problems
from functions.jobs.model.container_spec import RetrySpec, RunSpec
from functions.jobs.model.errors import Problem
from functions.jobs.model.text import HALF, is_text

_SECRET = re.compile(r"arn:[\w-]+:secretsmanager:[\w-]+:\d+:secret:[^:]+")


def identity_problems(run: RunSpec, role_prefix: str) -> Iterator[Problem]:
    """Yield a role outside the deployment's path, and a secret that cannot hold credentials of a registry."""
    if "taskRole" in run and not is_own_role(run["taskRole"], role_prefix):
        yield Problem("/run/taskRole", f"must be an IAM role under this deployment's path: {role_prefix}NAME.")
    if "docker" in run and "pullConfig" in run["docker"]:
        name = run["docker"]["pullConfig"]["secret"]
        if not _SECRET.fullmatch(run["secrets"][name]["source"]):
            message = "must be the ARN of a Secrets Manager secret without a JSON key: docker.pullConfig needs that."
            yield Problem(f"/run/secrets/{name}/source", message)


def is_own_role(arn: str, role_prefix: str) -> bool:
    """Return whether a job may name this role: it must be under the deployment's own path."""
    return arn.startswith(role_prefix) and re.fullmatch(r"[\w+=,.@-]{1,64}", arn.removeprefix(role_prefix)) is not None


# ECS API Reference, ContainerDefinition: image.
_IMAGE = re.compile(r"[A-Za-z0-9_.:/#-]{1,255}(@sha256:[0-9A-Fa-f]{64})?")


def image_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield image names that ECS refuses, and kinds and privileges that Fargate does not have."""
    images = [(f"/run/sidecars({n})/image", sidecar["image"]) for n, sidecar in enumerate(run.get("sidecars", []))]
    if "docker" in run:
        images.append(("/run/docker/image", run["docker"]["image"]))
    if "ucr" in run:
        images.append(("/run/ucr/image/id", run["ucr"]["image"]["id"]))
        if run["ucr"]["image"]["kind"] != "docker":
            yield Problem("/run/ucr/image/kind", "must be docker, because Fargate runs no other. Convert the image.")
    for path, image in images:
        if not _IMAGE.fullmatch(image):
            message = (
                f"'{image}' is not an image name that ECS takes. Use at most 255 letters, digits and _ . : / # -, "
                "and after them perhaps @sha256: with 64 hexadecimal digits."
            )
            yield Problem(path, message)
    for name, image_spec in (("docker", run.get("docker")), ("ucr", run.get("ucr"))):
        if image_spec and image_spec.get("privileged"):
            message = "must be false: Fargate has no privileged containers. Add SYS_PTRACE by docker.parameters."
            yield Problem(f"/run/{name}/privileged", message)


def is_reserved(name: str, *, has_sandbox: bool) -> bool:
    """Return whether Shiftwork sets the variable of this name itself."""
    return name.startswith("SHIFTWORK_") or (has_sandbox and name == "MESOS_SANDBOX")


def env_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield the names of variables that Shiftwork sets itself, and those that are set twice."""
    members = container_members(run).get("environment", [])
    named = [("/run/env", name) for name in run["env"]]
    named += [(f"/run/sidecars({n})/env", name) for n, one in enumerate(run.get("sidecars", [])) for name in one["env"]]
    named += [("/run/docker/parameters", variable["name"]) for variable in members]
    for path, name in named:
        if is_reserved(name, has_sandbox=sandbox(run) is not None):
            yield Problem(f"{path}/{name}", f"{name} is set by Shiftwork. Use another name.")
    names = Counter([*run["env"], *(variable["name"] for variable in members)])
    for again in [name for name, times in names.items() if times > 1]:
        yield Problem("/run/docker/parameters", f"The variable {again} is set more than once. Set it in one place.")


def nul_problems(value: Any, path: str) -> Iterator[Problem]:
    """Yield texts with NUL or half a character, which no command or variable can have. Files may have NUL."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from nul_problems(item, f"{path}/{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from nul_problems(item, f"{path}({place})")
    elif isinstance(value, str) and not is_text(value):
        yield Problem(path, HALF)
    elif (
        isinstance(value, str) and "\0" in value and not (path.startswith("/run/files(") and path.endswith("/content"))
    ):
        yield Problem(path, "has a NUL character, which no process can receive. Remove it.")


# The input of each execution has the rules, together with the run's values.
MAX_RULES_SIZE = 4096


def attempt_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield numbers of tasks, retries and time limits that contradict each other or have no effect."""
    if "retry" in run:
        yield from _retry_problems(run["retry"])
    if run.get("attemptTimeoutSeconds", 0) > run.get("timeoutSeconds", run.get("attemptTimeoutSeconds", 0)):
        message = f"is more than timeoutSeconds ({run['timeoutSeconds']}), which ends the run first. Lower it."
        yield Problem("/run/attemptTimeoutSeconds", message)
    count = run.get("taskCount", 1)
    for name in ("parallelism", "toleratedFailures"):
        if name in run and count == 1:
            yield Problem(f"/run/{name}", "can only be used with taskCount of 2 or more. Set taskCount, or remove it.")
    if 1 < count <= run.get("toleratedFailures", 0):
        yield Problem("/run/toleratedFailures", f"must be less than taskCount ({count}), or no run could ever fail.")


def _retry_problems(retry: RetrySpec) -> Iterator[Problem]:
    if retry["waitSeconds"] > retry["maxWaitSeconds"]:
        message = f"is more than maxWaitSeconds ({retry['maxWaitSeconds']}). Lower it, or raise maxWaitSeconds."
        yield Problem("/run/retry/waitSeconds", message)
    for place, rule in enumerate(retry["rules"]):
        if not rule.keys() & {"exitCodes", "reasons", "message"}:
            yield Problem(f"/run/retry/rules({place})", "has no condition. Give exitCodes, reasons or message.")
    if (size := len(json.dumps(retry["rules"]))) > MAX_RULES_SIZE:
        message = (
            f"have {size} characters; at most {MAX_RULES_SIZE} characters are allowed. "
            "Shorten messages, or name fewer exit codes."
        )
        yield Problem("/run/retry/rules", message)


MAX_CONTAINERS = 10  # ECS Developer Guide, "Amazon ECS service quotas"


def run_problems(run: RunSpec, role_prefix: str) -> Iterator[Problem]:
    """Yield everything wrong with the `run` of a job, beyond its shape. ARNs of task roles begin with `role_prefix`."""
    yield from size_problems(run)
    yield from _hardware_problems(run)
    yield from identity_problems(run, role_prefix)
    yield from image_problems(run)
    yield from env_problems(run)
    yield from nul_problems(dict(run), "/run")
    yield from docker_parameter_problems(run)
    yield from artifact_problems(run)
    yield from written_file_problems(run)
    yield from volume_problems(run)
    yield from start_order_problems(run)
    yield from attempt_problems(run)
    yield from _log_problems(run)
    count = 1 + len(run.get("sidecars", [])) + bool(folders(run))
    if count > MAX_CONTAINERS:
        message = (
            f"makes {count} containers, with main and the one that fetches and writes files if there is one, "
            f"and ECS takes {MAX_CONTAINERS} in a task. Remove sidecars."
        )
        yield Problem("/run/sidecars", message)


def size_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield more processor, memory or disk than Fargate has."""
    if run["cpus"] > MAX_CPUS:
        yield Problem("/run/cpus", f"is {run['cpus']}. Fargate has at most {MAX_CPUS} vCPUs for a task.")
    elif smallest_size(run["cpus"], run["mem"]) is None:
        yield Problem("/run/mem", f"is {run['mem']}. Fargate has at most {MAX_MEMORY_MIB} MiB for a task.")
    if run["disk"] > MAX_DISK_GIB * 1024:
        limit = f"{MAX_DISK_GIB * 1024} MiB ({FREE_DISK_GIB * 1024} of them free of charge)"
        yield Problem("/run/disk", f"is {run['disk']}. Fargate has at most {limit} of disk for a task. Use efs.")


def _log_problems(run: RunSpec) -> Iterator[Problem]:
    size = run.get("log", {}).get("maxBufferSize")
    if size and int(size[:-1]) * {"k": 1, "m": 1024}[size[-1]] >= run["mem"] * 1024:
        yield Problem("/run/log/maxBufferSize", f"is {size}, and the task has {run['mem']} MiB. Use a smaller buffer.")


def _hardware_problems(run: RunSpec) -> Iterator[Problem]:
    if run["gpus"]:
        yield Problem("/run/gpus", "must be 0: Fargate has no GPUs. Run jobs that need one on AWS Batch or EC2.")
    if run["placement"]["constraints"]:
        message = (
            "must be empty: Fargate has no hosts to choose from. Use placement.subnets, architecture and capacity."
        )
        yield Problem("/run/placement/constraints", message)
    if run.get("taskKillGracePeriodSeconds", 0) > MAX_STOP_SECONDS:
        yield Problem(
            "/run/taskKillGracePeriodSeconds", f"must be at most {MAX_STOP_SECONDS}: Fargate waits no longer."
        )
