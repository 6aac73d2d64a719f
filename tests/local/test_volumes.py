"""Volumes of tasks that run as processes: folders, and settings that name them."""

from pathlib import Path
from typing import Any

import pytest

from local.tasks.surroundings import moved_into
from tests.local.workbench import Workbench, shell

SANDBOX = "/mnt/mesos/sandbox"


def mount(volume: str, path: str = SANDBOX, *, read_only: bool = False) -> list[dict[str, Any]]:
    return [{"sourceVolume": volume, "containerPath": path, "readOnly": read_only}]


def efs(**more: Any) -> dict[str, Any]:
    return {"name": "shared", "efsVolumeConfiguration": {"fileSystemId": "fs-0123", **more}}


def test_a_sandbox_is_a_folder_that_goes_with_its_task(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell(
            "main",
            "pwd; echo $MESOS_SANDBOX; echo $DEEPER; echo $NEAR; echo kept > file",
            workingDirectory=SANDBOX,
            mountPoints=mount("sandbox"),
            environment=[
                {"name": "MESOS_SANDBOX", "value": SANDBOX},
                {"name": "DEEPER", "value": f"{SANDBOX}/a/b"},
                {"name": "NEAR", "value": f"{SANDBOX}es"},
            ],
        ),
        volumes=[{"name": "sandbox", "host": {}}],
    )
    assert workbench.container(arn, "main")["exitCode"] == 0
    here, sandbox, deeper, near = workbench.log(arn)
    assert (sandbox, deeper, near) == (here, f"{here}/a/b", f"{SANDBOX}es")
    assert here.startswith(str(workbench.aws.home))
    assert not Path(here).exists()


@pytest.mark.parametrize("directory", [None, "/srv/app"])
def test_without_a_mount_a_process_starts_in_its_own_folder(workbench: Workbench, directory: str | None) -> None:
    arn = workbench.run_task("pwd; echo $HOME", **({"workingDirectory": directory} if directory else {}))
    workbench.stopped(arn)
    here, home = workbench.log(arn)
    assert here == home + (directory or "")


def test_a_file_system_outlives_its_tasks(workbench: Workbench) -> None:
    def run(script: str, **config: Any) -> list[str]:
        container = shell("main", script, workingDirectory="/data", mountPoints=mount("shared", "/data"))
        arn = workbench.run_containers(container, volumes=[efs(**config)])
        assert workbench.container(arn, "main")["exitCode"] == 0
        return workbench.log(arn)

    run("mkdir -p below; echo was here > below/file")
    assert run("cat below/file") == ["was here"]
    assert run("cat file", rootDirectory="/below") == ["was here"]


def test_an_access_point_has_a_root_of_its_own(workbench: Workbench) -> None:
    file_systems = workbench.aws.client("efs")
    created = file_systems.create_file_system()["FileSystemId"]
    point = file_systems.create_access_point(FileSystemId=created, RootDirectory={"Path": "/team"})["AccessPointId"]
    access = {"authorizationConfig": {"accessPointId": point}, "transitEncryption": "ENABLED"}
    write = shell("main", "echo x > mine", workingDirectory="/data", mountPoints=mount("shared", "/data"))
    workbench.stopped(workbench.run_containers(write, volumes=[efs(fileSystemId=created, **access)]))
    look = shell("main", "ls team", workingDirectory="/data", mountPoints=mount("shared", "/data"))
    arn = workbench.run_containers(look, volumes=[efs(fileSystemId=created)])
    workbench.stopped(arn)
    assert workbench.log(arn) == ["mine"]


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("/a", "/A"),
        ("/a/x", "/A/x"),
        ("/a/b/x", "/B/x"),
        ("/ab", "/ab"),
        ("x /a", "x /a"),
        ("", ""),
    ],
)
def test_the_innermost_mount_counts(value: str, moved: str) -> None:
    assert moved_into({"/a": Path("/A"), "/a/b": Path("/B")}, value) == moved
