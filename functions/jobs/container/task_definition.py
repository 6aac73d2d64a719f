"""A job's ECS task definition: the request that registers it, worked out from the job's document.

Source: ECS API Reference, RegisterTaskDefinition; ECS Developer Guide, "Task definition parameters for Fargate".
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from functions.jobs.container.containers import main_container, sidecar_container
from functions.jobs.container.fargate import CPU_ARCHITECTURES, Size, ephemeral_storage, smallest_size
from functions.jobs.container.init_container import init_container
from functions.jobs.container.rules import run_problems, size_problems
from functions.jobs.container.volumes import volumes
from functions.jobs.model.container_spec import RunSpec
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import InvalidError, Problem
from functions.jobs.model.job import JobSpec, container_run

MAX_BYTES = 64 * 1024  # ECS Developer Guide, "Amazon ECS service quotas"
_MAX_FAMILY = 255
MAX_TAG = 256
# The parts of a document that can be long, and where else their content can be.
_ELSEWHERE = {
    "files": "fetch large files as artifacts",
    "env": "put long values into files or secrets",
    "cmd": "put the script into the image, or fetch it as an artifact",
    "args": "put long arguments into files",
    "artifacts": "pack them into one archive",
    "sidecars": "put their scripts into their images",
    "docker": "drop parameters",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """What every task definition of a deployment has in common.

    `default_image` has a shell, wget, tar, unzip and base64 as busybox has them: the init container runs it too.
    `role_path` is the IAM path of the roles that jobs may name, such as /shiftwork/dev/.
    """

    family_prefix: str
    default_image: str
    task_role_arn: str
    execution_role_arn: str
    log_group: str
    region: str
    role_path: str

    @property
    def role_prefix(self) -> str:
        """What the ARN of a role that a job may name begins with: of the same partition and account as the others."""
        return f"{self.task_role_arn.partition(':role/')[0]}:role{self.role_path}"


def family_of(prefix: str, job_id: str) -> str:
    """The family of a job's task definitions: no two jobs share one. Families know no dots; job ids no underscores."""
    family = f"{prefix}-{job_id.replace('.', '_')}"
    if len(family) <= _MAX_FAMILY:
        return family
    digest = hashlib.sha256(job_id.encode()).hexdigest()[:16]
    return f"{family[: _MAX_FAMILY - 18]}__{digest}"


def size_of(spec: JobSpec) -> Size:
    """The Fargate size of a job; raises InvalidError if it asks for more than Fargate has."""
    run = container_run(spec)
    size = smallest_size(run["cpus"], run["mem"])
    if size is None:
        raise InvalidError(list(size_problems(run)))
    return size


def task_definition(spec: JobSpec, deployment: Deployment) -> dict[str, Any]:
    """The RegisterTaskDefinition request of a job; raises InvalidError naming each field that Fargate cannot honour."""
    if "payload" in spec:
        spec = {**spec, "run": {**container_run(spec), "takesPayload": True}}
    run = container_run(spec)
    problems = list(run_problems(run, deployment.role_prefix))
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
        "taskRoleArn": run.get("taskRole", deployment.task_role_arn),
        "executionRoleArn": deployment.execution_role_arn,
        "runtimePlatform": {
            "operatingSystemFamily": "LINUX",
            "cpuArchitecture": CPU_ARCHITECTURES[run.get("architecture", "x86_64")],
        },
        "containerDefinitions": _containers(spec, deployment),
        "volumes": volumes(run),
        "tags": [{"key": "shiftwork:job", "value": spec["id"][:MAX_TAG]}],
        **({"ephemeralStorage": {"sizeInGiB": storage}} if storage else {}),
    }
    length = len(json.dumps(request).encode())
    if length > MAX_BYTES:
        raise InvalidError([_too_large(run, length)])
    return request


def _containers(spec: JobSpec, deployment: Deployment) -> list[dict[str, Any]]:
    run = container_run(spec)
    init = init_container(run, deployment.default_image)
    after_init = init is not None
    parameters = spec.get("parameters", {})
    defaults = {name: one["default"] for name, one in parameters.items() if "default" in one}
    log = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": deployment.log_group,
            "awslogs-region": deployment.region,
            "awslogs-stream-prefix": spec["id"],
        },
    }
    containers = [
        main_container(run, deployment.default_image, defaults, after_init=after_init),
        *(sidecar_container(sidecar, run, after_init=after_init) for sidecar in run.get("sidecars", [])),
        *([init] if init else []),
    ]
    return [container | {"logConfiguration": log} for container in containers]


def _too_large(run: RunSpec, length: int) -> Problem:
    lengths = {field: len(json.dumps(run.get(field, "")).encode()) for field in _ELSEWHERE}
    largest = max(lengths, key=lambda field: lengths[field])
    words = f"makes most of a task definition of {length} bytes, and ECS takes {MAX_BYTES}: {_ELSEWHERE[largest]}."
    return Problem(f"/run/{largest}", words)


def log_stream(job_id: str, task_id: str, container: str = MAIN) -> str:
    """The stream of an attempt's log: the awslogs driver names it prefix/container/task."""
    return f"{job_id}/{container}/{task_id}"
