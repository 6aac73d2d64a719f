"""Volumes: EFS, the folders of files, the sandbox and /tmp, and which container has them."""

from typing import Any

import pytest

from tests.unit.definitions import artifact, containers, docker, file, refused, request, sidecar

FS = "fs-0123456789abcdef0"
UCR = {"image": {"id": "python", "kind": "docker", "forcePull": False}, "privileged": False}


def efs(path: str = "/mnt/data", mode: str = "RW", **more: Any) -> dict[str, Any]:
    return {"containerPath": path, "mode": mode, "efs": {"fileSystemId": FS, **more}}


def mounts(container: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Path to volume and whether it is read-only."""
    return {
        point["containerPath"]: (point["sourceVolume"], point["readOnly"]) for point in container.get("mountPoints", [])
    }


def test_efs_is_always_encrypted_on_its_way() -> None:
    made = request(cmd="true", volumes=[efs(mode="RO", rootDirectory="/reports")])
    assert made["volumes"] == [
        {
            "name": "efs-0",
            "efsVolumeConfiguration": {
                "fileSystemId": FS,
                "rootDirectory": "/reports",
                "transitEncryption": "ENABLED",
            },
        }
    ]
    assert mounts(made["containerDefinitions"][0]) == {"/mnt/data": ("efs-0", True)}


def test_efs_by_access_point_and_role() -> None:
    role = "arn:aws:iam::123456789012:role/shiftwork/test/report"
    made = request(cmd="true", taskRole=role, volumes=[efs(accessPointId="fsap-0123456789abcdef0", iam=True)])
    authorization = {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"}
    assert made["volumes"][0]["efsVolumeConfiguration"]["authorizationConfig"] == authorization


@pytest.mark.parametrize(
    ("volume", "field", "words"),
    [
        (efs(iam=True), "efs/iam", "taskRole"),
        (efs(accessPointId="fsap-1", rootDirectory="/a"), "efs/rootDirectory", "access point"),
        (efs("/etc"), "containerPath", "would hide /etc"),
        (efs("/proc/1"), "containerPath", "would hide"),
        (efs("/a/../etc"), "containerPath", "plain path"),
        (efs("//etc"), "containerPath", "plain path"),
        ({"containerPath": "/a", "hostPath": "/b", "mode": "RO"}, "hostPath", "efs"),
    ],
)
def test_what_a_volume_cannot_be(volume: dict[str, Any], field: str, words: str) -> None:
    assert words in refused(cmd="true", volumes=[volume])[f"/run/volumes(0)/{field}"]


@pytest.mark.parametrize("other", ["/mnt/data", "/mnt/data/below", "/mnt"])
def test_volumes_do_not_overlap(other: str) -> None:
    assert "overlaps" in refused(cmd="true", volumes=[efs(), efs(other)])["/run/volumes(1)/containerPath"]
    files = [file(f"{other}/file")]
    assert "overlaps" in refused(cmd="true", volumes=[efs()], files=files)["/run/volumes(0)/containerPath"]


def test_files_are_read_only_and_their_folder_is_a_volume() -> None:
    made = containers(cmd="true", files=[file("/app/config/a"), file("/app/config/sub/b"), file("/srv/c")])
    assert mounts(made["main"]) == {"/app/config": ("files-0", True), "/srv": ("files-1", True)}
    assert mounts(made["init"]) == {"/app/config": ("files-0", False), "/srv": ("files-1", False)}


@pytest.mark.parametrize("path", ["/x", "/etc/x", "/usr/local/bin/x", "/dev/shm/x", "/tmp/x", "/usr/lib/x"])  # noqa: S108
def test_a_file_does_not_hide_what_the_image_needs(path: str) -> None:
    assert "would hide" in refused(cmd="true", files=[file(path)])["/run/files(0)/path"]


@pytest.mark.parametrize("path", ["/app/../etc/x", "/app//x", "/app/x/", "/app/./x", "//app/x", "/app/a\nb"])
def test_a_files_path_is_plain(path: str) -> None:
    assert "/run/files(0)/path" in refused(cmd="true", files=[file(path)])


def test_a_file_is_written_once() -> None:
    said = refused(cmd="true", files=[file("/app/x"), file("/app/x")])
    assert "more than once" in said["/run/files(1)/path"]


def test_a_secret_is_a_file_and_a_link_to_it_in_the_sandbox() -> None:
    secret = {"containerPath": "/var/secrets", "secret": "key"}
    made = containers(ucr=UCR, volumes=[secret], secrets={"key": {"source": "/key"}})
    assert made["init"]["secrets"] == [{"name": "WRITE_0_SECRET", "valueFrom": "/key"}]
    variables = {pair["name"]: pair["value"] for pair in made["init"]["environment"]}
    assert variables["WRITE_0"] == "/var/secrets"
    assert variables["WRITE_0_LINK"] == "/mnt/mesos/sandbox/var/secrets"
    assert mounts(made["main"]) == {"/mnt/mesos/sandbox": ("sandbox", False), "/var": ("files-0", True)}


def test_a_folder_around_the_sandbox_is_mounted_before_it() -> None:
    secret = {"containerPath": "/mnt/test", "secret": "key"}  # as Metronome's documentation has it
    made = containers(ucr=UCR, volumes=[secret], secrets={"key": {"source": "/key"}})
    for name in ("main", "init"):
        assert [point["containerPath"] for point in made[name]["mountPoints"]] == ["/mnt", "/mnt/mesos/sandbox"]


def test_a_secret_with_a_relative_path_is_in_the_sandbox() -> None:
    secret = {"containerPath": "keys/a", "secret": "key"}
    made = containers(ucr=UCR, volumes=[secret], secrets={"key": {"source": "/key"}})
    assert mounts(made["main"]) == {"/mnt/mesos/sandbox": ("sandbox", False)}
    outside = {"containerPath": "../a", "secret": "key"}
    assert "/run/volumes(0)/containerPath" in refused(ucr=UCR, volumes=[outside], secrets={"key": {"source": "/key"}})


def test_the_sandbox_is_the_working_directory_only_of_a_job_without_image_and_folder() -> None:
    fetched = {"artifacts": [artifact("https://example.com/a")]}
    assert containers(cmd="true", **fetched)["main"]["workingDirectory"] == "/mnt/mesos/sandbox"
    assert containers(cmd="true", workingDirectory="/app", **fetched)["main"]["workingDirectory"] == "/app"
    assert "workingDirectory" not in containers(docker=docker(), **fetched)["main"]
    assert containers(cmd="true", **fetched)["main"]["environment"] == [
        {"name": "MESOS_SANDBOX", "value": "/mnt/mesos/sandbox"}
    ]
    assert "Shiftwork" in refused(cmd="true", env={"MESOS_SANDBOX": "/"}, **fetched)["/run/env/MESOS_SANDBOX"]


def test_a_read_only_root_leaves_tmp_writable_for_any_user() -> None:
    tmp = {"/tmp": ("tmp", False)}  # noqa: S108
    for run in ({"cmd": "true", "readonlyRootFilesystem": True}, {"docker": docker(("read-only", "true"))}):
        made = containers(**run)
        assert made["main"]["readonlyRootFilesystem"] is True
        assert mounts(made["main"]) == mounts(made["init"]) == tmp
    shared = containers(cmd="true", sidecars=[sidecar("proxy", readonlyRootFilesystem=True)])
    assert mounts(shared["main"]) == {}
    assert mounts(shared["proxy"]) == tmp


def test_a_read_only_root_with_its_own_volume_for_tmp_needs_nothing_else() -> None:
    made = containers(cmd="true", readonlyRootFilesystem=True, volumes=[efs("/tmp")])  # noqa: S108
    assert list(made) == ["main"]


def test_a_sidecar_shares_the_sandbox_and_nothing_else() -> None:
    made = containers(
        cmd="true",
        artifacts=[artifact("https://example.com/a")],
        files=[file("/app/config/a")],
        volumes=[efs()],
        sidecars=[sidecar("proxy")],
    )
    assert mounts(made["proxy"]) == {"/mnt/mesos/sandbox": ("sandbox", False)}
    assert set(mounts(made["main"])) == {"/mnt/mesos/sandbox", "/app/config", "/mnt/data"}
