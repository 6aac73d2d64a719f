"""Jobs, what is wrong with them, and their task definitions, held against botocore's model of ECS."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.api.documents.job import JobDocument
from functions.jobs.catalog.job_rules import job_problems
from functions.jobs.catalog.launch_plan import launch_plan
from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.model.errors import InvalidError
from functions.jobs.model.job import Job, JobSpec

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


def saved(**document: Any) -> Job:
    """A job that would be saved from such a document: its schedules by id."""
    read = JobDocument.model_validate(
        {"id": "team.job", "run": {"cmd": "true", "cpus": 1, "mem": 128, "disk": 0}} | document
    )
    spec: Any = read.model_dump(exclude={"schedules"}, exclude_none=True)
    schedules: Any = {one.id: one.model_dump(exclude_none=True) for one in read.schedules}
    plan = launch_plan(spec, revision=1, task_definition="arn")
    return Job(spec=spec, plan=plan, created_at=datetime(2026, 1, 2, tzinfo=UTC), schedules=schedules)


def wrong_with(**document: Any) -> dict[str, str]:
    """What is wrong with such a job as a whole: path to sentence."""
    return {problem.path: problem.message for problem in job_problems(saved(**document))}


def job(**run: Any) -> JobSpec:
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
