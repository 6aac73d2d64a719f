"""The docker parameters of a job: what they set in its container definition, and what is wrong with them."""

from collections.abc import Iterator

from functions.jobs.container.docker_options import INSTEAD, OPTIONS, Members
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.errors import Problem

# The fields of `run` that set the same member.
_FIELDS = {
    "workdir": ("workingDirectory",),
    "entrypoint": ("entrypoint", "cmd"),
    "read-only": ("readonlyRootFilesystem",),
    "stop-timeout": ("taskKillGracePeriodSeconds",),
    "user": ("user",),
}


def container_members(run: RunSpec) -> Members:
    """The members that the parameters of a run set; those that break a rule are left out (see `parameter_problems`)."""
    return _read(run)[0]


def parameter_problems(run: RunSpec) -> Iterator[Problem]:
    """What is wrong with the parameters, by path."""
    yield from _read(run)[1]


def _read(run: RunSpec) -> tuple[Members, list[Problem]]:
    members: Members = {}
    problems = []
    for place, parameter in enumerate(run["docker"]["parameters"] if "docker" in run else []):
        path, key = f"/run/docker/parameters({place})", parameter["key"]
        if key not in OPTIONS:
            instead = INSTEAD.get(key, "leave it out, or see docs/jobs.md for those that have one")
            problems.append(Problem(f"{path}/key", f"'{key}' has no counterpart on Fargate: {instead}."))
            continue
        if again := [field for field in _FIELDS.get(key, ()) if field in run]:
            problems.append(Problem(f"{path}/key", f"'{key}' says again what run.{again[0]} says: leave one out."))
            continue
        try:
            _merge(members, OPTIONS[key](parameter["value"]))
        except ValueError as wrong:
            problems.append(Problem(f"{path}/value", f"'{parameter['value']}' {wrong}"))
    return members, problems


def _merge(into: Members, more: Members) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(name, {}), value)
        elif isinstance(value, list) and name != "entryPoint":
            into[name] = [*into.get(name, []), *value]
        elif name in into:
            raise ValueError("says again what a parameter before it says: leave one out.")
        else:
            into[name] = value
