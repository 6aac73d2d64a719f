"""The sizes of Fargate tasks, and the smallest one that fits a job.

Source: Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", task size.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from functions.jobs.model.launch_plan import CPU_UNITS

_GB = 1024
# vCPU units -> (least, most, step) of the memory that Fargate sells with them, in MiB
_MEMORY = {
    512: (1 * _GB, 4 * _GB, _GB),
    1024: (2 * _GB, 8 * _GB, _GB),
    2048: (4 * _GB, 16 * _GB, _GB),
    4096: (8 * _GB, 30 * _GB, _GB),
    8192: (16 * _GB, 60 * _GB, 4 * _GB),
    16384: (32 * _GB, 120 * _GB, 8 * _GB),
}
# run.architecture -> ECS's name (ECS API Reference, RuntimePlatform). Both have the same sizes.
CPU_ARCHITECTURES = {"x86_64": "X86_64", "arm64": "ARM64"}
MAX_CPUS = 16
MAX_MEMORY_MIB = 120 * _GB
FREE_DISK_GIB = 20
MAX_DISK_GIB = 200


@dataclass(frozen=True, slots=True)
class Size:
    """A Fargate size: CPU units (1024 to a vCPU) and memory in MiB."""

    cpu: int
    memory: int


def _sizes() -> Iterator[Size]:
    yield from (Size(256, memory) for memory in (512, 1 * _GB, 2 * _GB))
    for cpu, (least, most, step) in _MEMORY.items():
        yield from (Size(cpu, memory) for memory in range(least, most + 1, step))


SIZES = tuple(_sizes())


def smallest_size(cpus: float, memory: float) -> Size | None:
    """Return the smallest size with at least `cpus` vCPUs and `memory` MiB; None if Fargate has none."""
    return next((size for size in SIZES if size.cpu >= cpus * CPU_UNITS and size.memory >= memory), None)


def ephemeral_storage(disk: float) -> int | None:
    """Return the GiB of ephemeral storage to ask for so that `disk` MiB fit; None if the free 20 GiB suffice.

    Source: ECS API Reference, EphemeralStorage: 21 to 200 GiB.
    """
    needed = math.ceil(disk / _GB)
    return needed if needed > FREE_DISK_GIB else None
