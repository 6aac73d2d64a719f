"""Sidecars, and which container of a task waits for which."""

from typing import Any

import pytest

from tests.unit.definitions import artifact, containers, refused, sidecar

CHECK = {"cmd": "nc -z localhost 1", "intervalSeconds": 10, "timeoutSeconds": 5, "retries": 3}


def after(container: str, condition: str = "START") -> dict[str, str]:
    return {"container": container, "condition": condition}


def test_a_sidecar_is_a_container_of_the_task() -> None:
    proxy = sidecar(
        "proxy",
        image="envoy",
        cmd="run",
        env={"B": "2", "A": {"secret": "s"}},
        user="1000",
        workingDirectory="/app",
        essential=True,
        healthCheck=CHECK | {"startPeriodSeconds": 60},
    )
    made = containers(cmd="true", sidecars=[proxy], secrets={"s": {"source": "/s"}})["proxy"]
    assert made["healthCheck"] == {
        "command": ["CMD-SHELL", "nc -z localhost 1"],
        "interval": 10,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 60,
    }
    assert (made["image"], made["essential"], made["user"], made["workingDirectory"]) == ("envoy", True, "1000", "/app")
    assert (made["entryPoint"], made["command"]) == (["/bin/sh", "-c"], ["run"])
    assert made["environment"] == [{"name": "B", "value": "2"}]
    assert made["secrets"] == [{"name": "A", "valueFrom": "/s"}]
    assert made["logConfiguration"]["options"]["awslogs-stream-prefix"] == "team.job"


def test_containers_wait_for_each_other_and_all_for_init() -> None:
    made = containers(
        cmd="true",
        artifacts=[artifact("https://example.com/a")],
        dependsOn=[after("proxy", "HEALTHY")],
        sidecars=[sidecar("proxy", healthCheck=CHECK, dependsOn=[after("migrate", "SUCCESS")]), sidecar("migrate")],
    )
    init = {"containerName": "init", "condition": "SUCCESS"}
    assert made["main"]["dependsOn"] == [init, {"containerName": "proxy", "condition": "HEALTHY"}]
    assert made["proxy"]["dependsOn"] == [init, {"containerName": "migrate", "condition": "SUCCESS"}]
    assert made["migrate"]["dependsOn"] == [init]
    assert "dependsOn" not in made["init"]
    assert made["init"]["essential"] is False


@pytest.mark.parametrize(
    ("run", "path", "words"),
    [
        ({"sidecars": [sidecar("main")]}, "/run/sidecars(0)/name", "taken"),
        ({"sidecars": [sidecar("init")]}, "/run/sidecars(0)/name", "taken"),
        ({"sidecars": [sidecar("a"), sidecar("a")]}, "/run/sidecars(1)/name", "taken"),
        ({"sidecars": [sidecar("a", image="no image")]}, "/run/sidecars(0)/image", "at most 255"),
        (
            {"sidecars": [sidecar("a", env={"SHIFTWORK_X": "1"})]},
            "/run/sidecars(0)/env/SHIFTWORK_X",
            "another name",
        ),
        ({"dependsOn": [after("gone")]}, "/run/dependsOn(0)/container", "no container gone"),
        ({"dependsOn": [after("init")]}, "/run/dependsOn(0)/container", "no container init"),
        ({"dependsOn": [after("a", "HEALTHY")], "sidecars": [sidecar("a")]}, "/run/dependsOn(0)/condition", "health"),
        (
            {"dependsOn": [after("a", "SUCCESS")], "sidecars": [sidecar("a", essential=True)]},
            "/run/dependsOn(0)/condition",
            "essential",
        ),
        (
            {"sidecars": [sidecar("a", dependsOn=[after("main", "COMPLETE")])]},
            "/run/sidecars(0)/dependsOn(0)/condition",
            "essential",
        ),
        ({"dependsOn": [after("main")]}, "/run", "main -> main"),
        (
            {"dependsOn": [after("a")], "sidecars": [sidecar("a", dependsOn=[after("main")])]},
            "/run",
            "cycle",
        ),
        ({"sidecars": [sidecar(f"s{n}") for n in range(10)]}, "/run/sidecars", "ECS takes 10"),
    ],
)
def test_what_ecs_would_refuse_is_refused_first(run: dict[str, Any], path: str, words: str) -> None:
    assert words in refused(cmd="true", **run)[path]


def test_ten_containers_are_not_too_many() -> None:
    assert len(containers(cmd="true", sidecars=[sidecar(f"s{n}") for n in range(9)])) == 10
