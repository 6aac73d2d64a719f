"""Which role and which registry credentials a job may have."""

import re
from collections.abc import Iterator

from functions.jobs.container.run_spec import RunSpec
from functions.jobs.errors import Problem

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
