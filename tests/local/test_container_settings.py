"""What a container definition says, in containers of a Docker or Podman engine."""

from typing import Any

from tests.local.workbench import IMAGE, Workbench, shell


def boxed(name: str, script: str, **more: Any) -> dict[str, Any]:
    return shell(name, script, image=IMAGE, **more)


def mount(path: str, *, volume: str = "box", read_only: bool = False) -> list[dict[str, Any]]:
    return [{"sourceVolume": volume, "containerPath": path, "readOnly": read_only}]


def test_an_init_container_hands_over_a_volume_which_goes_with_its_task(contained: Workbench) -> None:
    needs_init = [{"containerName": "init", "condition": "SUCCESS"}]
    script = "cat made; if echo x > new; then exit 9; fi"
    arn = contained.run_containers(
        boxed("main", script, dependsOn=needs_init, workingDirectory="/in", mountPoints=mount("/in", read_only=True)),
        boxed("init", "echo from init > /out/made", essential=False, mountPoints=mount("/out")),
        volumes=[{"name": "box", "host": {}}],
    )
    assert contained.container(arn, "main")["exitCode"] == 0
    refused, read = sorted(contained.log(arn))
    assert read == "from init"
    assert "Read-only file system" in refused
    assert list((contained.aws.home / "tasks").iterdir()) == [], "the marks of containers and volumes"


def test_a_file_system_outlives_its_tasks(contained: Workbench) -> None:
    shared = [{"name": "box", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/a"}}]
    for script in ("echo kept > /data/file", "cat /data/file"):
        arn = contained.run_containers(boxed("main", script, mountPoints=mount("/data")), volumes=shared)
        assert contained.container(arn, "main")["exitCode"] == 0
    assert contained.log(arn) == ["kept"]


def test_the_containers_of_a_task_share_localhost_and_end_together(contained: Workbench) -> None:
    """Two containers of one network interface have the same one."""
    script = "readlink /proc/self/ns/net"
    started = [{"containerName": "main", "condition": "START"}]
    arn = contained.run_containers(
        boxed("main", f"{script}; sleep 2"),
        boxed("sidecar", f"{script}; exec sleep 60", essential=False, dependsOn=started, stopTimeout=2),
    )
    codes = {one["name"]: one["exitCode"] for one in contained.stopped(arn)["containers"]}
    assert codes == {"main": 0, "sidecar": 137}, "PID 1 has no handler of its own for SIGTERM"
    assert contained.log(arn) == contained.log(arn, "sidecar") != []


def test_a_health_check_runs_in_the_container(contained: Workbench) -> None:
    check = {"command": ["CMD-SHELL", "test -e /run/ready"], "interval": 1, "timeout": 5, "retries": 3}
    arn = contained.run_containers(
        boxed("main", "echo up", dependsOn=[{"containerName": "proxy", "condition": "HEALTHY"}]),
        boxed("proxy", "echo > /run/ready; exec sleep 60", essential=False, stopTimeout=2, healthCheck=check),
    )
    assert contained.container(arn, "main")["exitCode"] == 0
    assert contained.container(arn, "proxy")["healthStatus"] == "HEALTHY"


def test_user_directory_and_a_root_file_system_that_cannot_be_written(contained: Workbench) -> None:
    arn = contained.run_task(
        "id -u; pwd; echo x > /file",
        image=IMAGE,
        user="65534:65534",
        workingDirectory="/tmp",  # noqa: S108 (in the container)
        readonlyRootFilesystem=True,
    )
    assert contained.container(arn, "main")["exitCode"] == 1
    refused, directory, user = sorted(contained.log(arn))
    assert (user, directory) == ("65534", "/tmp")  # noqa: S108
    assert "Read-only file system" in refused


def test_limits_capabilities_and_an_entry_point_of_its_own(contained: Workbench) -> None:
    # Podman sets both limits if one is asked for, and not every machine lets it raise the other.
    limits = [{"name": name, "softLimit": 100, "hardLimit": 200} for name in ("nofile", "nproc")]
    arn = contained.run_task(
        "",
        image=IMAGE,
        entryPoint=["/bin/sh", "-c", 'ulimit -n; grep CapBnd /proc/self/status; echo "$0 $1"'],
        command=["one", "two"],
        ulimits=limits,
        linuxParameters={"capabilities": {"drop": ["ALL"]}},
    )
    assert contained.stopped(arn)["stoppedReason"] == "Essential container in task exited"
    assert contained.log(arn) == ["100", "CapBnd:\t0000000000000000", "one two"]


def test_labels_reach_the_engine(contained: Workbench) -> None:
    from local.tasks import engines  # noqa: PLC0415

    engine: Any = engines.choose(contained.aws.home / "tasks", "container")
    arn = contained.run_task("exec sleep 60", image=IMAGE, dockerLabels={"team": arn_label(contained)}, stopTimeout=2)
    contained.running(arn)
    found = engine._client.containers.list(filters={"label": f"team={arn_label(contained)}"})
    contained.ecs.stop_task(cluster=contained.cluster, task=arn)
    contained.stopped(arn)
    assert len(found) == 1


def arn_label(contained: Workbench) -> str:
    """A label that nobody else's container has."""
    return contained.aws.home.name
