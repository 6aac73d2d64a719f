"""Tasks of several containers: the order they start in, what ends them, and what is told of each."""

from typing import Any

import pytest

from tests.local.workbench import Workbench, shell, until


def needs(name: str, condition: str) -> list[dict[str, str]]:
    return [{"containerName": name, "condition": condition}]


def test_success_waits_for_the_end_of_the_other(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "cat $BOX/made", dependsOn=needs("init", "SUCCESS"), **mounted("box")),
        shell("init", "echo from init > $BOX/made; echo done", essential=False, **mounted("box")),
        volumes=[{"name": "box", "host": {}}],
    )
    task = workbench.stopped(arn)
    assert {one["name"]: one["exitCode"] for one in task["containers"]} == {"main": 0, "init": 0}
    assert (workbench.log(arn), workbench.log(arn, "init")) == (["from init"], ["done"])


def test_an_init_container_that_fails_ends_the_task_and_says_so(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "echo never", dependsOn=needs("init", "SUCCESS")),
        shell("init", "exit 4", essential=False),
    )
    task = workbench.stopped(arn)
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    main = workbench.container(arn, "main")
    assert (workbench.container(arn, "init")["exitCode"], main["exitCode"]) == (4, 143)
    assert main["reason"].startswith(
        "CannotStartContainerError: dependency graph: failed to resolve container ordering"
    )
    assert "[init(alpine) (STOPPED->SUCCESS) - Exit: 4] for target [main(alpine)]" in main["reason"]
    assert workbench.log(arn) == []
    assert "startedAt" not in task


def test_complete_does_not_mind_a_failure(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "exit 0", dependsOn=needs("before", "COMPLETE")), shell("before", "exit 4", essential=False)
    )
    assert workbench.container(arn, "main")["exitCode"] == 0


def test_start_waits_for_the_start_only(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "exit 0", dependsOn=needs("sidecar", "START")), shell("sidecar", "exec sleep 60", essential=False)
    )
    assert workbench.container(arn, "main")["exitCode"] == 0
    assert workbench.container(arn, "sidecar")["exitCode"] == 143


def test_healthy_waits_for_the_health_check_which_sees_the_containers_environment(workbench: Workbench) -> None:
    check = {"command": ["CMD-SHELL", 'test -e "$BOX/ready"'], "interval": 1, "timeout": 2, "retries": 2}
    proxy = shell("proxy", "echo > $BOX/ready; exec sleep 60", essential=False, healthCheck=check, **mounted("box"))
    arn = workbench.run_containers(
        shell("main", "ls $BOX", dependsOn=needs("proxy", "HEALTHY"), **mounted("box")),
        proxy,
        volumes=[{"name": "box"}],
    )
    assert workbench.container(arn, "main")["exitCode"] == 0
    assert workbench.log(arn) == ["ready"]
    assert workbench.container(arn, "proxy")["healthStatus"] == "HEALTHY"


def test_a_container_that_stays_unhealthy_keeps_others_waiting_until_its_start_timeout(workbench: Workbench) -> None:
    check = {"command": ["CMD", "false"], "interval": 1, "timeout": 2, "retries": 1}
    arn = workbench.run_containers(
        shell("main", "true", dependsOn=needs("proxy", "HEALTHY")),
        shell("proxy", "exec sleep 60", essential=False, healthCheck=check, startTimeout=1),
    )
    assert "(RUNNING->HEALTHY)" in workbench.container(arn, "main")["reason"]
    assert workbench.container(arn, "proxy")["healthStatus"] == "UNHEALTHY"


def test_the_end_of_an_essential_container_ends_the_others_after_their_stop_timeout(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "sleep 0.5; exit 3"),
        shell("polite", "trap 'exit 7' TERM; while :; do sleep 0.1; done", essential=False),
        shell("deaf", "trap '' TERM; while :; do sleep 0.1; done", essential=False, stopTimeout=2),
    )
    task = workbench.stopped(arn)
    assert {one["name"]: one["exitCode"] for one in task["containers"]} == {"main": 3, "polite": 7, "deaf": 137}
    assert task["stopCode"] == "EssentialContainerExited"


def test_a_sidecar_that_need_not_run_may_fail(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "sleep 0.5; echo goes on"),
        shell("fails", "exit 5", essential=False),
        shell("never", "true", essential=False, image="registry.invalid/a:1"),
    )
    task = workbench.stopped(arn)
    assert workbench.log(arn) == ["goes on"]
    assert (task["stopCode"], workbench.container(arn, "fails")["exitCode"]) == ("EssentialContainerExited", 5)
    never = workbench.container(arn, "never")
    assert "exitCode" not in never
    assert never["reason"].startswith("CannotPullContainerError: ")
    assert "startedAt" in task


def test_an_essential_sidecar_that_ends_ends_the_job(workbench: Workbench) -> None:
    arn = workbench.run_containers(shell("main", "exec sleep 60"), shell("proxy", "sleep 0.3; exit 2"))
    assert (workbench.container(arn, "main")["exitCode"], workbench.container(arn, "proxy")["exitCode"]) == (143, 2)


def test_stopping_ends_those_that_depend_on_others_first(workbench: Workbench) -> None:
    polite = "trap '{}' TERM; echo up; while :; do sleep 0.1; done"
    arn = workbench.run_containers(
        shell(
            "main",
            polite.format("sleep 0.5; echo bye > $BOX/said; exit 0"),
            dependsOn=needs("db", "START"),
            **mounted("box"),
        ),
        shell("db", polite.format("cat $BOX/said; exit 0"), essential=False, **mounted("box")),
        volumes=[{"name": "box"}],
    )
    until(lambda: workbench.running(arn) and workbench.log(arn) and workbench.log(arn, "db"))
    workbench.ecs.stop_task(cluster=workbench.cluster, task=arn, reason="test")
    assert workbench.stopped(arn)["stopCode"] == "UserInitiated"
    assert workbench.log(arn, "db")[-1] == "bye", "main had said it before db was told to end"


def test_stopping_a_task_starts_none_of_its_waiting_containers(workbench: Workbench) -> None:
    arn = workbench.run_containers(
        shell("main", "echo never", dependsOn=needs("init", "COMPLETE")),
        shell("init", "echo up; exec sleep 60", essential=False),
    )
    until(lambda: workbench.task(arn)["containers"][1]["lastStatus"] == "RUNNING")
    assert workbench.task(arn)["lastStatus"] == "PENDING"
    workbench.ecs.stop_task(cluster=workbench.cluster, task=arn)
    assert workbench.stopped(arn)["stopCode"] == "UserInitiated"
    assert "exitCode" not in workbench.container(arn, "main")
    assert workbench.log(arn) == []


def mounted(volume: str) -> dict[str, Any]:
    """The fields of a container that has a volume, and says where to its command."""
    path = "/mnt/box"
    points = [{"sourceVolume": volume, "containerPath": path}]
    return {"mountPoints": points, "environment": [{"name": "BOX", "value": path}]}


@pytest.mark.parametrize("second", [0, 6])
def test_the_state_fails_for_the_exit_code_of_any_container(workbench: Workbench, second: int) -> None:
    """As on AWS; what that means is the state machine's business."""
    definition = workbench.definition_of(
        shell("main", "true", dependsOn=needs("other", "COMPLETE")), shell("other", f"exit {second}", essential=False)
    )
    ended = workbench.ended(workbench.start(definition))
    assert ended["status"] == ("FAILED" if second else "SUCCEEDED")
