"""A job's ECS task definition: the request that registers it, worked out from the job document.

Source: ECS API Reference, RegisterTaskDefinition; ECS Developer Guide, "Task definition parameters for Fargate".
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from functions.jobs.container.containers import INIT, main_container, sidecar_container
from functions.jobs.container.fargate import CPU_ARCHITECTURES, Size, ephemeral_storage, smallest_size
from functions.jobs.container.folders import folders
from functions.jobs.container.init_container import init_container
from functions.jobs.container.rules import run_problems, size_problems
from functions.jobs.container.volumes import volumes
from functions.jobs.model.container_spec import LogSpec, RunSpec
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import InvalidError, Problem
from functions.jobs.model.job import JobSpec, container_run, defaults_of

MAX_BYTES = 64 * 1024  # ECS Developer Guide, "Amazon ECS service quotas"
_MAX_FAMILY = 255
MAX_TAG = 256
# Fields of `run` that can be long -> where else to put their content.
_ELSEWHERE = {
    "files": "Fetch large files as artifacts",
    "env": "Put long values into files or secrets",
    "cmd": "Put the script into the image, or fetch it as an artifact",
    "args": "Put long arguments into files",
    "artifacts": "Pack them into one archive",
    "sidecars": "Put their scripts into their images",
    "docker": "Remove parameters",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """The settings that all task definitions of a deployment share.

    `default_image` must have a shell, wget, tar, unzip and base64, as busybox has them: the init container runs it too.
    `role_path` is the IAM path of the roles that jobs may name, such as /shiftwork/dev/. `fleets`: whether the
    deployment has fleet jobs.
    """

    family_prefix: str
    default_image: str
    task_role_arn: str
    execution_role_arn: str
    log_group: str
    region: str
    role_path: str
    fleets: bool = True

    @property
    def role_prefix(self) -> str:
        """The beginning of the ARNs of roles that jobs may name, in the partition and account of the deployment."""
        return f"{self.task_role_arn.partition(':role/')[0]}:role{self.role_path}"


def family_of(prefix: str, job_id: str) -> str:
    """Return the family of a job's task definitions. No two jobs share one: job ids have dots, and no underscores."""
    family = f"{prefix}-{job_id.replace('.', '_')}"
    if len(family) <= _MAX_FAMILY:
        return family
    digest = hashlib.sha256(job_id.encode()).hexdigest()[:16]
    return f"{family[: _MAX_FAMILY - 18]}__{digest}"


def size_of(spec: JobSpec) -> Size:
    """Return the Fargate size of a job; raises InvalidError if it asks for more than Fargate has."""
    run = container_run(spec)
    size = smallest_size(run["cpus"], run["mem"])
    if size is None:
        raise InvalidError(list(size_problems(run)))
    return size


def task_definition(spec: JobSpec, deployment: Deployment) -> dict[str, Any]:
    """Return the RegisterTaskDefinition request of a job; raises InvalidError for what Fargate cannot do."""
    spec = _with_payload(spec)
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


def container_names(spec: JobSpec) -> list[str]:
    """Return the names of a job's containers in the order in which they start, `init` only if there is one."""
    run = container_run(_with_payload(spec))
    names = [MAIN, *(sidecar["name"] for sidecar in run.get("sidecars", []))]
    return [INIT, *names] if folders(run) else names


def _with_payload(spec: JobSpec) -> JobSpec:
    return {**spec, "run": {**container_run(spec), "takesPayload": True}} if "payload" in spec else spec


def _containers(spec: JobSpec, deployment: Deployment) -> list[dict[str, Any]]:
    run = container_run(spec)
    init = init_container(run, deployment.default_image)
    after_init = init is not None

    log = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": deployment.log_group,
            "awslogs-region": deployment.region,
            "awslogs-stream-prefix": spec["id"],
            **_delivery(run.get("log") or {"mode": "blocking"}),
        },
    }
    containers = [
        main_container(run, deployment.default_image, defaults_of(spec), after_init=after_init),
        *(sidecar_container(sidecar, run, after_init=after_init) for sidecar in run.get("sidecars", [])),
        *([init] if init else []),
    ]
    return [container | {"logConfiguration": log} for container in containers]


def _delivery(log: LogSpec) -> dict[str, str]:
    """Return the options for how lines are delivered.

    Without a mode, the account's setting decides, which is non-blocking since June 2025 and then loses lines (ECS API
    Reference, LogConfiguration). A size counts for that mode only.
    """
    size = log.get("maxBufferSize")
    return {"mode": log["mode"], **({"max-buffer-size": size} if size else {})}


def _too_large(run: RunSpec, length: int) -> Problem:
    lengths = {field: len(json.dumps(run.get(field, "")).encode()) for field in _ELSEWHERE}
    largest = max(lengths, key=lambda field: lengths[field])
    message = (
        f"is the largest part of a task definition of {length} bytes, and ECS takes {MAX_BYTES}. {_ELSEWHERE[largest]}."
    )
    return Problem(f"/run/{largest}", message)


def log_stream(job_id: str, task_id: str, container: str = MAIN) -> str:
    """Return the log stream of an attempt. The awslogs driver names it prefix/container/task."""
    return f"{job_id}/{container}/{task_id}"
