"""The versions of Python that the repository supports: from a developer's oldest one to the functions' runtime."""

import re
import sys
import tomllib
from pathlib import Path

from infra.bundle import LAMBDA

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def supported() -> tuple[tuple[int, int], tuple[int, int]]:
    """The oldest and the newest minor version that pyproject.toml allows."""
    match = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["project"]["requires-python"])
    assert match
    return (3, int(match[1])), (3, int(match[2]) - 1)


def test_the_functions_runtime_is_the_newest_version() -> None:
    assert LAMBDA.python == "{}.{}".format(*supported()[1])


def test_these_tests_run_on_a_version_in_the_range() -> None:
    oldest, newest = supported()
    assert oldest <= sys.version_info[:2] <= newest


def test_ruff_and_mypy_check_for_the_oldest_version() -> None:
    oldest = supported()[0]
    assert PROJECT["tool"]["ruff"]["target-version"] == "py{}{}".format(*oldest)
    assert PROJECT["tool"]["mypy"]["python_version"] == "{}.{}".format(*oldest)


def test_the_pages_and_the_makefile_name_the_same_versions() -> None:
    oldest, newest = ("{}.{}".format(*version) for version in supported())
    for page in ("README.md", "docs/start.md"):
        assert f"Python {oldest} to {newest}" in (ROOT / page).read_text(), page
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in (ROOT / "Makefile").read_text()
