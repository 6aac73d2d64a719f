"""A job's ECS task definition: the request that registers it, worked out from the job's document.

Source: ECS API Reference, RegisterTaskDefinition and ContainerDefinition; ECS Developer Guide, "Task definition
parameters for Fargate".
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.jobs.errors import InvalidError, Problem
from functions.jobs.fargate import (
    FREE_DISK_GIB,
    MAX_CPUS,
    MAX_DISK_GIB,
    MAX_MEMORY_MIB,
    Size,
    ephemeral_storage,
    smallest_size,
)
from functions.jobs.job import JobSpec, RunSpec
from functions.jobs.task import MAIN

MAX_GRACE_SECONDS = 120
MAX_BYTES = 64 * 1024  # ECS Developer Guide, "Amazon ECS service quotas"
_MAX_FAMILY = 255
MAX_TAG = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """What every task definition of a deployment has in common."""

    family_prefix: str
    default_image: str
    task_role_arn: str
    execution_role_arn: str
    log_group: str
    region: str


def family_of(prefix: str, job_id: str) -> str:
    """The family of a job's task definitions: no two jobs share one. Families know no dots; job ids no underscores."""
    family = f"{prefix}-{job_id.replace('.', '_')}"
    if len(family) <= _MAX_FAMILY:
        return family
    digest = hashlib.sha256(job_id.encode()).hexdigest()[:16]
    return f"{family[: _MAX_FAMILY - 18]}__{digest}"


def size_of(spec: JobSpec) -> Size:
    """The Fargate size of a job; raises InvalidError if it asks for more than Fargate has."""
    run = spec["run"]
    size = smallest_size(run["cpus"], run["mem"])
    if size:
        return size
    if run["cpus"] > MAX_CPUS:
        problem = Problem("/run/cpus", f"Fargate has at most {MAX_CPUS} vCPUs for a task; got {run['cpus']}.")
    else:
        problem = Problem("/run/mem", f"Fargate has at most {MAX_MEMORY_MIB} MiB for a task; got {run['mem']}.")
    raise InvalidError([problem])


def task_definition(spec: JobSpec, deployment: Deployment) -> dict[str, Any]:
    """The RegisterTaskDefinition request of a job; raises InvalidError naming each field that Fargate cannot honour."""
    run = spec["run"]
    problems = list(_problems(run))
    if problems:
        raise InvalidError(problems)
    size = size_of(spec)
    storage = ephemeral_storage(run["disk"])
    request = {
        "family": family_of(deployment.family_prefix, spec["id"]),
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": str(size.cpu),
        "memory": str(size.memory),
        "taskRoleArn": deployment.task_role_arn,
        "executionRoleArn": deployment.execution_role_arn,
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "containerDefinitions": [_container(spec, deployment)],
        "tags": [{"key": "shiftwork:job", "value": spec["id"][:MAX_TAG]}],
        **({"ephemeralStorage": {"sizeInGiB": storage}} if storage else {}),
    }
    length = len(json.dumps(request).encode())
    if length > MAX_BYTES:
        words = f"makes a task definition of {length} bytes, and ECS takes {MAX_BYTES}: shorten cmd or env."
        raise InvalidError([Problem("/run", words)])
    return request


def _container(spec: JobSpec, deployment: Deployment) -> dict[str, Any]:
    run = spec["run"]
    container: dict[str, Any] = {
        "name": MAIN,
        "essential": True,
        "image": run["docker"]["image"] if "docker" in run else deployment.default_image,
        "environment": [
            {"name": name, "value": value} for name, value in sorted(run["env"].items()) if isinstance(value, str)
        ],
        "secrets": [
            {"name": name, "valueFrom": run["secrets"][value["secret"]]["source"]}
            for name, value in sorted(run["env"].items())
            if not isinstance(value, str)
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": deployment.log_group,
                "awslogs-region": deployment.region,
                "awslogs-stream-prefix": spec["id"],
            },
        },
    }
    if "cmd" in run:
        # As Metronome does it: a shell runs the command, whatever entry point the image has.
        container |= {"entryPoint": ["/bin/sh", "-c"], "command": [run["cmd"]]}
    elif "args" in run:
        container["command"] = run["args"]
    if run.get("taskKillGracePeriodSeconds"):
        container["stopTimeout"] = run["taskKillGracePeriodSeconds"]
    if "user" in run:
        container["user"] = run["user"]
    return container


def log_stream(job_id: str, task_id: str) -> str:
    """The stream of an attempt's log: the awslogs driver names it prefix/container/task."""
    return f"{job_id}/{MAIN}/{task_id}"


def _problems(run: RunSpec) -> Iterator[Problem]:
    if run["disk"] > MAX_DISK_GIB * 1024:
        limit = f"{MAX_DISK_GIB * 1024} MiB ({FREE_DISK_GIB * 1024} of them free of charge)"
        yield Problem("/run/disk", f"Fargate has at most {limit} of disk for a task; got {run['disk']}.")
    if run.get("taskKillGracePeriodSeconds", 0) > MAX_GRACE_SECONDS:
        yield Problem("/run/taskKillGracePeriodSeconds", f"Fargate waits at most {MAX_GRACE_SECONDS} seconds.")
    for name in run["env"]:
        if name.startswith("SHIFTWORK_"):
            yield Problem(f"/run/env/{name}", "Names that begin with SHIFTWORK_ are set by Shiftwork: use another one.")
