"""Rounding up to what Fargate sells."""

import pytest

from functions.jobs.container.fargate import SIZES, Size, ephemeral_storage, smallest_size


@pytest.mark.parametrize(
    ("cpus", "memory", "size"),
    [
        (0.01, 32, Size(256, 512)),
        (0.25, 512, Size(256, 512)),
        (0.25, 513, Size(256, 1024)),
        (0.26, 512, Size(512, 1024)),
        (0.25, 2049, Size(512, 3072)),
        (1, 128, Size(1024, 2048)),
        (2, 16385, Size(4096, 17408)),
        (8, 60 * 1024 + 1, Size(16384, 64 * 1024)),
        (16, 120 * 1024, Size(16384, 120 * 1024)),
    ],
)
def test_the_smallest_size_that_fits(cpus: float, memory: float, size: Size) -> None:
    assert smallest_size(cpus, memory) == size


@pytest.mark.parametrize(("cpus", "memory"), [(16.1, 128), (1, 120 * 1024 + 1)])
def test_larger_than_fargate_fits_nowhere(cpus: float, memory: float) -> None:
    assert smallest_size(cpus, memory) is None


def test_no_smaller_size_fits_either() -> None:
    for wanted in SIZES:
        chosen = smallest_size(wanted.cpu / 1024, wanted.memory)
        assert chosen == wanted


@pytest.mark.parametrize(("disk", "gib"), [(0, None), (20 * 1024, None), (20 * 1024 + 1, 21), (50_000, 49)])
def test_storage_is_asked_for_beyond_what_comes_free(disk: float, gib: int | None) -> None:
    assert ephemeral_storage(disk) == gib
