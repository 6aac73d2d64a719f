"""Task definitions of jobs, held against botocore's model of ECS."""

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.errors import InvalidError

if TYPE_CHECKING:
    from functions.jobs.job import JobSpec

DEPLOYMENT = Deployment(
    family_prefix="shiftwork-test",
    default_image="alpine",
    task_role_arn="arn:aws:iam::123456789012:role/task",
    execution_role_arn="arn:aws:iam::123456789012:role/execution",
    log_group="/jobs",
    region="eu-central-1",
    role_path="/shiftwork/test/",
)
DEFAULTS: dict[str, Any] = {
    "cpus": 1,
    "mem": 128,
    "disk": 0,
    "gpus": 0,
    "env": {},
    "secrets": {},
    "placement": {"constraints": []},
    "artifacts": [],
    "maxLaunchDelay": 3600,
    "volumes": [],
    "restart": {"policy": "NEVER"},
    "networks": [],
}


def job(**run: Any) -> "JobSpec":
    """A job with these fields in its `run`, and with the defaults."""
    return {"id": "team.job", "labels": {}, "dependencies": [], "run": DEFAULTS | run}  # type: ignore[typeddict-item]


@cache
def ecs_model() -> Any:
    """What botocore knows of a RegisterTaskDefinition request."""
    model = botocore.session.get_session().get_service_model("ecs")
    return model.shape_for("RegisterTaskDefinitionRequest")


def request(**run: Any) -> dict[str, Any]:
    """The request of such a job; valid by ECS's own model."""
    made = task_definition(job(**run), DEPLOYMENT)
    validate_parameters(made, ecs_model())
    return made


def containers(**run: Any) -> dict[str, dict[str, Any]]:
    """The containers of that request, by name."""
    return {container["name"]: container for container in request(**run)["containerDefinitions"]}


def refused(**run: Any) -> dict[str, str]:
    """What is wrong with such a job: path to sentence."""
    with pytest.raises(InvalidError) as error:
        task_definition(job(**run), DEPLOYMENT)
    return {problem.path: problem.message for problem in error.value.problems}


def docker(*parameters: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A `docker` object with these parameters."""
    listed = [{"key": key, "value": value} for key, value in parameters]
    return {"image": "busybox", "privileged": False, "parameters": listed, "forcePullImage": False} | more


def artifact(uri: str, **more: bool) -> dict[str, Any]:
    """An artifact with its defaults."""
    return {"uri": uri, "extract": True, "executable": False, "cache": False} | more


def file(path: str, content: str = "x", **more: Any) -> dict[str, Any]:
    """An inline file with its defaults."""
    return {"path": path, "content": content, "encoding": "text", "executable": False} | more


def sidecar(name: str, **more: Any) -> dict[str, Any]:
    """A sidecar with its defaults."""
    return {"name": name, "image": "busybox", "env": {}, "essential": False} | more
