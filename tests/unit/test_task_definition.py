"""The RegisterTaskDefinition request of a job, held against botocore's model of ECS."""

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.jobs.errors import InvalidError
from functions.jobs.task_definition import Deployment, log_stream, task_definition

if TYPE_CHECKING:
    from functions.jobs.job import JobSpec

DEPLOYMENT = Deployment(
    family_prefix="shiftwork-test",
    default_image="alpine",
    task_role_arn="arn:aws:iam::123456789012:role/task",
    execution_role_arn="arn:aws:iam::123456789012:role/execution",
    log_group="/jobs",
    region="eu-central-1",
)


def request(**run: Any) -> dict[str, Any]:
    """The request of a job with these fields in its `run`; valid by ECS's own model."""
    defaults: dict[str, Any] = {"cpus": 1, "mem": 128, "disk": 0, "env": {}, "secrets": {}}
    spec: JobSpec = {"id": "team.job", "labels": {}, "run": defaults | run}  # type: ignore[typeddict-item]
    made = task_definition(spec, DEPLOYMENT)
    model = botocore.session.get_session().get_service_model("ecs")
    validate_parameters(made, model.shape_for("RegisterTaskDefinitionRequest"))
    return made


def test_a_long_id_fits_everywhere() -> None:
    spec: JobSpec = {"id": "a" * 400, "labels": {}, "run": {"cpus": 1, "mem": 128, "disk": 0, "env": {}, "secrets": {}}}
    made = task_definition(spec, DEPLOYMENT)
    assert len(made["family"]) <= 255
    assert len(made["tags"][0]["value"]) <= 256
    assert len(log_stream(spec["id"], "0" * 36)) <= 512


def container(**run: Any) -> dict[str, Any]:
    """The one container of that request."""
    (only,) = request(**run)["containerDefinitions"]
    return dict(only)


def test_a_command_runs_in_a_shell_whatever_the_entry_point_of_the_image() -> None:
    made = container(cmd="echo $HOME", docker={"image": "busybox"})
    assert (made["image"], made["entryPoint"], made["command"]) == ("busybox", ["/bin/sh", "-c"], ["echo $HOME"])


def test_a_command_without_an_image_runs_in_the_deployments_own() -> None:
    assert container(cmd="true")["image"] == "alpine"


def test_arguments_go_to_the_entry_point_of_the_image() -> None:
    made = container(args=["--once"], docker={"image": "busybox"})
    assert made["command"] == ["--once"]
    assert "entryPoint" not in made


def test_variables_and_secrets() -> None:
    source = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf:password::"
    made = container(cmd="true", env={"B": "2", "A": {"secret": "s"}}, secrets={"s": {"source": source}})
    assert made["environment"] == [{"name": "B", "value": "2"}]
    assert made["secrets"] == [{"name": "A", "valueFrom": source}]


def test_logs_go_to_the_jobs_log_group_one_stream_per_attempt() -> None:
    options = container(cmd="true")["logConfiguration"]["options"]
    assert options == {"awslogs-group": "/jobs", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "team.job"}


def test_grace_user_and_disk() -> None:
    made = container(cmd="true", taskKillGracePeriodSeconds=90, user="1000")
    assert (made["stopTimeout"], made["user"]) == (90, "1000")
    assert request(cmd="true", disk=30_000)["ephemeralStorage"] == {"sizeInGiB": 30}
    assert "ephemeralStorage" not in request(cmd="true", disk=100)


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ({"cpus": 17}, "/run/cpus"),
        ({"mem": 200_000}, "/run/mem"),
        ({"disk": 300_000}, "/run/disk"),
        ({"taskKillGracePeriodSeconds": 121}, "/run/taskKillGracePeriodSeconds"),
        ({"env": {"SHIFTWORK_RUN_ID": "mine"}}, "/run/env/SHIFTWORK_RUN_ID"),
        ({"env": {"A": "x" * 65_536}}, "/run"),
    ],
)
def test_what_fargate_cannot_do_is_refused_by_name(run: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidError) as refused:
        request(cmd="true", **run)
    assert [problem.path for problem in refused.value.problems] == [path]
