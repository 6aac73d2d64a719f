"""What the variables and the texts of a job cannot be."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.folders import sandbox
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.errors import Problem
from functions.jobs.unicode_halves import HALF, is_text


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
