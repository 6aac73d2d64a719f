"""What a job may ask for that Fargate, ECS or the deployment does not have: each refused with the way out."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.jobs.container.containers import start_order_problems
from functions.jobs.container.docker_parameters import MAX_STOP_SECONDS, container_members, parameter_problems
from functions.jobs.container.fargate import FREE_DISK_GIB, MAX_CPUS, MAX_DISK_GIB, MAX_MEMORY_MIB, smallest_size
from functions.jobs.container.folders import folders, sandbox, written_file_problems
from functions.jobs.container.init_container import artifact_problems
from functions.jobs.container.volumes import volume_problems
from functions.jobs.model.container_spec import RetrySpec, RunSpec
from functions.jobs.model.errors import Problem
from functions.jobs.model.text import HALF, is_text

_SECRET = re.compile(r"arn:[\w-]+:secretsmanager:[\w-]+:\d+:secret:[^:]+")


def identity_problems(run: RunSpec, role_prefix: str) -> Iterator[Problem]:
    """A role of another path, and a secret that ECS could not read a registry with."""
    if "taskRole" in run and not is_own_role(run["taskRole"], role_prefix):
        yield Problem("/run/taskRole", f"must be an IAM role of this deployment's own path: {role_prefix}NAME.")
    if "docker" in run and "pullConfig" in run["docker"]:
        name = run["docker"]["pullConfig"]["secret"]
        if not _SECRET.fullmatch(run["secrets"][name]["source"]):
            words = "must be a Secrets Manager secret's ARN without a JSON key, since docker.pullConfig names it."
            yield Problem(f"/run/secrets/{name}/source", words)


def is_own_role(arn: str, role_prefix: str) -> bool:
    """Whether a job may name this role: one under the deployment's own path."""
    return arn.startswith(role_prefix) and re.fullmatch(r"[\w+=,.@-]{1,64}", arn.removeprefix(role_prefix)) is not None


# ECS API Reference, ContainerDefinition: image.
_IMAGE = re.compile(r"[A-Za-z0-9_.:/#-]{1,255}(@sha256:[0-9A-Fa-f]{64})?")


def image_problems(run: RunSpec) -> Iterator[Problem]:
    """Names that ECS does not take, kinds and privileges that Fargate does not have."""
    images = [(f"/run/sidecars({n})/image", sidecar["image"]) for n, sidecar in enumerate(run.get("sidecars", []))]
    if "docker" in run:
        images.append(("/run/docker/image", run["docker"]["image"]))
    if "ucr" in run:
        images.append(("/run/ucr/image/id", run["ucr"]["image"]["id"]))
        if run["ucr"]["image"]["kind"] != "docker":
            yield Problem("/run/ucr/image/kind", "Fargate runs docker images: convert the image, and say docker.")
    for path, image in images:
        if not _IMAGE.fullmatch(image):
            words = "is not an image's name that ECS takes: at most 255 of letters, digits and _ . : / # -, or @sha256:"
            yield Problem(path, f"'{image}' {words} with 64 hexadecimal digits.")
    for name in ("docker", "ucr"):
        if run.get(name, {}).get("privileged"):  # type: ignore[attr-defined]
            words = "Fargate has none: add SYS_PTRACE by docker.parameters, or run the job on EC2."
            yield Problem(f"/run/{name}/privileged", words)


def env_problems(run: RunSpec) -> Iterator[Problem]:
    """Names that Shiftwork sets itself, and those that are set twice."""
    members = container_members(run).get("environment", [])
    named = [("/run/env", name) for name in run["env"]]
    named += [(f"/run/sidecars({n})/env", name) for n, one in enumerate(run.get("sidecars", [])) for name in one["env"]]
    named += [("/run/docker/parameters", variable["name"]) for variable in members]
    ours = sandbox(run) is not None
    for path, name in named:
        if name.startswith("SHIFTWORK_") or (ours and name == "MESOS_SANDBOX"):
            yield Problem(f"{path}/{name}", f"{name} is set by Shiftwork: use another name.")
    names = Counter([*run["env"], *(variable["name"] for variable in members)])
    for again in [name for name, times in names.items() if times > 1]:
        yield Problem("/run/docker/parameters", f"The variable {again} is set more than once: leave one out.")


def nul_problems(value: Any, path: str) -> Iterator[Problem]:
    """Neither a command nor a variable can hold NUL, or half a character; a file can hold NUL, as base64."""
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
        yield Problem(path, "holds a NUL character, which no process can be given.")


# They travel in each execution's input, together with the run's values.
MAX_RULES_SIZE = 4096


def attempt_problems(run: RunSpec) -> Iterator[Problem]:
    """Numbers that contradict each other, and those that would mean nothing."""
    if "retry" in run:
        yield from _retry_problems(run["retry"])
    if run.get("attemptTimeoutSeconds", 0) > run.get("timeoutSeconds", run.get("attemptTimeoutSeconds", 0)):
        words = f"is more than timeoutSeconds ({run['timeoutSeconds']}), which ends the run before: leave one of them"
        yield Problem("/run/attemptTimeoutSeconds", f"{words} out, or make this the shorter one.")
    count = run.get("taskCount", 1)
    for name in ("parallelism", "toleratedFailures"):
        if name in run and count == 1:
            yield Problem(f"/run/{name}", "is for runs of several tasks: give taskCount of 2 or more, or leave it out.")
    if 1 < count <= run.get("toleratedFailures", 0):
        yield Problem("/run/toleratedFailures", f"must be less than taskCount ({count}): otherwise no run could fail.")


def _retry_problems(retry: RetrySpec) -> Iterator[Problem]:
    if retry["waitSeconds"] > retry["maxWaitSeconds"]:
        words = f"is more than maxWaitSeconds ({retry['maxWaitSeconds']}): make that longer, or this shorter."
        yield Problem("/run/retry/waitSeconds", words)
    for place, rule in enumerate(retry["rules"]):
        if not rule.keys() & {"exitCodes", "reasons", "message"}:
            yield Problem(f"/run/retry/rules({place})", "has no condition: give exitCodes, reasons or message.")
    if (size := len(json.dumps(retry["rules"]))) > MAX_RULES_SIZE:
        words = f"take {size} of at most {MAX_RULES_SIZE} characters: shorten messages, or name fewer exit codes."
        yield Problem("/run/retry/rules", words)


MAX_CONTAINERS = 10  # ECS Developer Guide, "Amazon ECS service quotas"


def run_problems(run: RunSpec, role_prefix: str) -> Iterator[Problem]:
    """Everything wrong with a run's document beside its shape. `role_prefix`: what a task role's ARN begins with."""
    yield from size_problems(run)
    yield from _hardware_problems(run)
    yield from identity_problems(run, role_prefix)
    yield from image_problems(run)
    yield from env_problems(run)
    yield from nul_problems(dict(run), "/run")
    yield from parameter_problems(run)
    yield from artifact_problems(run)
    yield from written_file_problems(run)
    yield from volume_problems(run)
    yield from start_order_problems(run)
    yield from attempt_problems(run)
    count = 1 + len(run.get("sidecars", [])) + bool(folders(run))
    if count > MAX_CONTAINERS:
        words = f"makes {count} containers, with main and perhaps init, and ECS takes {MAX_CONTAINERS} in a task."
        yield Problem("/run/sidecars", words)


def size_problems(run: RunSpec) -> Iterator[Problem]:
    """More processor, memory or disk than Fargate has."""
    if run["cpus"] > MAX_CPUS:
        yield Problem("/run/cpus", f"Fargate has at most {MAX_CPUS} vCPUs for a task; got {run['cpus']}.")
    elif smallest_size(run["cpus"], run["mem"]) is None:
        yield Problem("/run/mem", f"Fargate has at most {MAX_MEMORY_MIB} MiB for a task; got {run['mem']}.")
    if run["disk"] > MAX_DISK_GIB * 1024:
        limit = f"{MAX_DISK_GIB * 1024} MiB ({FREE_DISK_GIB * 1024} of them free of charge)"
        yield Problem("/run/disk", f"Fargate has at most {limit} of disk for a task; got {run['disk']}. Use efs.")


def _hardware_problems(run: RunSpec) -> Iterator[Problem]:
    if run["gpus"]:
        yield Problem("/run/gpus", "Fargate has none: set gpus to 0, or run the job on AWS Batch or EC2.")
    if run["placement"]["constraints"]:
        words = "Fargate has no hosts to choose from: use placement.subnets, architecture and capacity."
        yield Problem("/run/placement/constraints", words)
    if run.get("taskKillGracePeriodSeconds", 0) > MAX_STOP_SECONDS:
        yield Problem("/run/taskKillGracePeriodSeconds", f"Fargate waits at most {MAX_STOP_SECONDS} seconds.")
