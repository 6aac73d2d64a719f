"""The RegisterTaskDefinition request of a job, held against botocore's model of ECS."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.api.documents.job import JobDocument
from functions.jobs.container.task_definition import MAX_BYTES, log_stream, task_definition
from functions.jobs.model.errors import InvalidError
from functions.jobs.model.job import container_run
from tests.unit.definitions import DEPLOYMENT, containers, docker, file, job, refused, request, sidecar


def main(**run: Any) -> dict[str, Any]:
    """The only container of such a job."""
    made = containers(**run)
    assert list(made) == ["main"]
    return made["main"]


def test_a_long_id_fits_everywhere() -> None:
    spec = job(cmd="true")
    spec["id"] = "a" * 400
    made = task_definition(spec, DEPLOYMENT)
    assert len(made["family"]) <= 255
    assert len(made["tags"][0]["value"]) <= 256
    assert len(log_stream(spec["id"], "0" * 36, container="s" * 64)) <= 512


def test_a_command_runs_in_a_shell_whatever_the_entry_point_of_the_image() -> None:
    made = main(cmd="echo $HOME", docker=docker())
    assert (made["image"], made["entryPoint"], made["command"]) == ("busybox", ["/bin/sh", "-c"], ["echo $HOME"])


def test_a_command_without_an_image_runs_in_the_deployments_own() -> None:
    assert main(cmd="true")["image"] == "alpine"


def test_the_image_of_ucr_is_the_image() -> None:
    ucr = {"image": {"id": "python:3.13", "kind": "docker", "forcePull": True}, "privileged": False}
    assert main(ucr=ucr)["image"] == "python:3.13"


def test_arguments_go_to_the_entry_point_of_the_image() -> None:
    made = main(args=["--once"], docker=docker())
    assert made["command"] == ["--once"]
    assert "entryPoint" not in made


def test_an_entry_point_replaces_that_of_the_image() -> None:
    made = main(entrypoint=["python", "-m"], args=["report"], docker=docker())
    assert (made["entryPoint"], made["command"]) == (["python", "-m"], ["report"])


def test_variables_and_secrets() -> None:
    source = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf:password::"
    made = main(cmd="true", env={"B": "2", "A": {"secret": "s"}}, secrets={"s": {"source": source}})
    assert made["environment"] == [{"name": "B", "value": "2"}]
    assert made["secrets"] == [{"name": "A", "valueFrom": source}]


def test_a_job_with_a_payload_has_a_sandbox_for_it() -> None:
    spec = job(cmd="true", docker=docker(), sidecars=[sidecar("proxy")])
    spec["payload"] = "OPTIONAL"
    made = {one["name"]: one for one in task_definition(spec, DEPLOYMENT)["containerDefinitions"]}
    assert {"name": "PAYLOAD_FILE", "value": "/mnt/mesos/sandbox/shiftwork-payload"} in made["init"]["environment"]
    for one in ("init", "main", "proxy"):
        assert "/mnt/mesos/sandbox" in [point["containerPath"] for point in made[one]["mountPoints"]]
    assert made["main"]["dependsOn"] == [{"containerName": "init", "condition": "SUCCESS"}]
    container_run(spec)["files"] = [file("/mnt/mesos/sandbox/shiftwork-payload", "x")]  # type: ignore[list-item]
    with pytest.raises(InvalidError) as taken:
        task_definition(spec, DEPLOYMENT)
    assert [problem.path for problem in taken.value.problems] == ["/run/files(0)/path"]


def test_the_defaults_of_parameters_are_variables_of_the_main_container_alone() -> None:
    spec = job(cmd="true", env={"B": "2"}, sidecars=[sidecar("proxy")], docker=docker(("env", "D=4")))
    spec["parameters"] = {"C": {"default": "3"}, "A": {"default": ""}, "DAY": {"required": True}, "FREE": {}}
    made = {one["name"]: one for one in task_definition(spec, DEPLOYMENT)["containerDefinitions"]}
    pairs = [(pair["name"], pair["value"]) for pair in made["main"]["environment"]]
    assert pairs == [("B", "2"), ("A", ""), ("C", "3"), ("D", "4")]
    assert made["proxy"]["environment"] == []


def test_logs_go_to_the_jobs_log_group_one_stream_per_attempt() -> None:
    options = main(cmd="true")["logConfiguration"]["options"]
    assert options == {
        "awslogs-group": "/jobs",
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "team.job",
        "mode": "blocking",
    }


def test_no_container_loses_lines_unless_the_job_prefers_that_to_waiting() -> None:
    def delivery(**run: Any) -> list[list[str | None]]:
        made = containers(cmd="true", sidecars=[sidecar("proxy")], files=[file("/app/config/a", "x")], **run).values()
        options = [one["logConfiguration"]["options"] for one in made]
        return [[one.get("mode"), one.get("max-buffer-size")] for one in options]

    assert delivery() == [["blocking", None]] * 3
    assert delivery(log={"mode": "blocking"}) == [["blocking", None]] * 3
    assert delivery(log={"mode": "non-blocking"}) == [["non-blocking", None]] * 3
    assert delivery(log={"mode": "non-blocking", "maxBufferSize": "25m"}) == [["non-blocking", "25m"]] * 3


@pytest.mark.parametrize(("size", "fits"), [("511m", True), ("512m", False), ("524287k", True), ("524288k", False)])
def test_the_buffer_of_a_log_is_smaller_than_the_memory(size: str, fits: bool) -> None:
    run: dict[str, Any] = {"cmd": "true", "mem": 512, "log": {"mode": "non-blocking", "maxBufferSize": size}}
    if fits:
        assert main(**run)
    else:
        assert list(refused(**run)) == ["/run/log/maxBufferSize"]


def test_user_folder_and_grace() -> None:
    made = main(cmd="true", taskKillGracePeriodSeconds=90, user="1000", workingDirectory="/app")
    assert (made["stopTimeout"], made["user"], made["workingDirectory"]) == (90, "1000", "/app")
    assert "stopTimeout" not in main(cmd="true")


def test_a_grace_below_what_fargate_knows_is_rounded_up() -> None:
    assert main(cmd="true", taskKillGracePeriodSeconds=1)["stopTimeout"] == 2


def test_disk() -> None:
    assert request(cmd="true", disk=30_000)["ephemeralStorage"] == {"sizeInGiB": 30}
    assert "ephemeralStorage" not in request(cmd="true", disk=100)


def test_the_size_is_the_smallest_that_fits_for_both_architectures() -> None:
    small = request(cmd="true", cpus=0.01, mem=32)
    assert (small["cpu"], small["memory"], small["runtimePlatform"]["cpuArchitecture"]) == ("256", "512", "X86_64")
    arm = request(cmd="true", cpus=0.3, mem=700, architecture="arm64")
    assert (arm["cpu"], arm["memory"], arm["runtimePlatform"]["cpuArchitecture"]) == ("512", "1024", "ARM64")


def test_a_job_has_the_deployments_role_or_one_of_its_path() -> None:
    own = "arn:aws:iam::123456789012:role/shiftwork/test/report"
    assert request(cmd="true")["taskRoleArn"] == DEPLOYMENT.task_role_arn
    assert request(cmd="true", taskRole=own)["taskRoleArn"] == own


@pytest.mark.parametrize(
    "role",
    [
        "arn:aws:iam::123456789012:role/admin",
        "arn:aws:iam::123456789012:role/shiftwork/prod/report",
        "arn:aws:iam::123456789012:role/shiftwork/test/",
        "arn:aws:iam::123456789012:role/shiftwork/test/more/report",
        "arn:aws:iam::999999999999:role/shiftwork/test/report",
        "report",
    ],
)
def test_no_other_role_can_be_had(role: str) -> None:
    assert "arn:aws:iam::123456789012:role/shiftwork/test/NAME" in refused(cmd="true", taskRole=role)["/run/taskRole"]


def test_a_private_registry_is_read_with_the_secret() -> None:
    source = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:registry-AbCdEf"
    pull = docker(pullConfig={"secret": "registry"})
    made = main(docker=pull, secrets={"registry": {"source": source}})
    assert made["repositoryCredentials"] == {"credentialsParameter": source}
    for wrong in (f"{source}:password::", "/registry"):
        assert list(refused(docker=pull, secrets={"registry": {"source": wrong}})) == ["/run/secrets/registry/source"]


@pytest.mark.parametrize(
    ("run", "path", "words"),
    [
        ({"cpus": 17}, "/run/cpus", "16 vCPUs"),
        ({"mem": 200_000}, "/run/mem", "122880 MiB"),
        ({"disk": 300_000}, "/run/disk", "204800 MiB"),
        ({"gpus": 1}, "/run/gpus", "Fargate has no GPUs"),
        ({"taskKillGracePeriodSeconds": 121}, "/run/taskKillGracePeriodSeconds", "120"),
        ({"env": {"SHIFTWORK_RUN_ID": "mine"}}, "/run/env/SHIFTWORK_RUN_ID", "another name"),
        ({"env": {"A": "a\0b"}}, "/run/env/A", "NUL"),
        ({"args": ["a", "\0"]}, "/run/args(1)", "NUL"),
        ({"docker": docker(privileged=True)}, "/run/docker/privileged", "SYS_PTRACE"),
        ({"docker": docker(image="no image")}, "/run/docker/image", "at most 255"),
        ({"docker": docker(image="i@sha256:0")}, "/run/docker/image", "64"),
        (
            {"ucr": {"image": {"id": "i", "kind": "appc", "forcePull": False}, "privileged": True}},
            "/run/ucr/image/kind",
            "docker",
        ),
        (
            {"ucr": {"image": {"id": "i", "kind": "docker"}, "privileged": True}},
            "/run/ucr/privileged",
            "has no privileged",
        ),
        (
            {"placement": {"constraints": [{"attribute": "rack", "operator": "IS"}]}},
            "/run/placement/constraints",
            "placement.subnets",
        ),
    ],
)
def test_what_fargate_cannot_do_is_refused_with_the_way_out(run: dict[str, Any], path: str, words: str) -> None:
    assert words in refused(**run)[path]


def test_all_problems_are_said_at_once() -> None:
    assert set(refused(cpus=17, disk=300_000, gpus=2)) == {"/run/cpus", "/run/disk", "/run/gpus"}


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ({"env": {"A": "x" * MAX_BYTES}}, "/run/env"),
        ({"cmd": "x" * MAX_BYTES}, "/run/cmd"),
        ({"files": [file("/app/config/a", "x" * 50_000)]}, "/run/files"),
    ],
)
def test_a_definition_that_is_too_large_names_the_field_that_makes_it_so(run: dict[str, Any], path: str) -> None:
    assert f"ECS takes {MAX_BYTES}" in refused(**({"cmd": "true"} | run))[path]


def test_the_example_uses_many_features_and_is_valid() -> None:
    path = Path(__file__).parents[2] / "examples" / "container.json"
    document = JobDocument.model_validate(json.loads(path.read_text()))
    made = containers(**document.model_dump(exclude_none=True)["run"])
    assert set(made) == {"main", "proxy", "init"}
