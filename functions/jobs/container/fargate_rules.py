"""What a job may ask for that Fargate, ECS or the deployment does not have: each refused with the way out."""

from collections.abc import Iterator

from functions.jobs.container.artifacts import artifact_problems
from functions.jobs.container.attempt_rules import attempt_problems
from functions.jobs.container.docker_options import MAX_STOP_SECONDS
from functions.jobs.container.docker_parameters import parameter_problems
from functions.jobs.container.env_rules import env_problems, nul_problems
from functions.jobs.container.fargate import (
    FREE_DISK_GIB,
    MAX_CPUS,
    MAX_DISK_GIB,
    MAX_MEMORY_MIB,
    smallest_size,
)
from functions.jobs.container.folders import folders
from functions.jobs.container.identity_rules import identity_problems
from functions.jobs.container.image_rules import image_problems
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.start_order import start_order_problems
from functions.jobs.container.volume_rules import volume_problems
from functions.jobs.container.written_files import written_file_problems
from functions.jobs.errors import Problem

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
