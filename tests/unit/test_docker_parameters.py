"""Docker parameters, as members of the main container's definition."""

from typing import Any

import pytest

from tests.unit.definitions import containers, docker, refused


@pytest.mark.parametrize(
    ("key", "value", "member", "set_to"),
    [
        ("label", "a=b=c", "dockerLabels", {"a": "b=c"}),
        ("ulimit", "nofile=1024:2048", "ulimits", [{"name": "nofile", "softLimit": 1024, "hardLimit": 2048}]),
        ("ulimit", "nofile=1024", "ulimits", [{"name": "nofile", "softLimit": 1024, "hardLimit": 1024}]),
        ("init", "", "linuxParameters", {"initProcessEnabled": True}),
        ("workdir", "/app", "workingDirectory", "/app"),
        ("entrypoint", "/bin/app", "entryPoint", ["/bin/app"]),
        ("read-only", "false", "readonlyRootFilesystem", False),
        ("stop-timeout", "60", "stopTimeout", 60),
        ("env", "A=b", "environment", [{"name": "A", "value": "b"}]),
        ("user", "1000:1000", "user", "1000:1000"),
        ("cap-drop", "ALL", "linuxParameters", {"capabilities": {"drop": ["ALL"]}}),
        ("cap-drop", "cap_net_raw", "linuxParameters", {"capabilities": {"drop": ["NET_RAW"]}}),
        ("cap-add", "SYS_PTRACE", "linuxParameters", {"capabilities": {"add": ["SYS_PTRACE"]}}),
        ("sysctl", "net.core.somaxconn=9", "systemControls", [{"namespace": "net.core.somaxconn", "value": "9"}]),
        ("tty", "true", "pseudoTerminal", True),
        ("interactive", "true", "interactive", True),
    ],
)
def test_a_parameter_sets_what_ecs_has_for_it(key: str, value: str, member: str, set_to: Any) -> None:
    assert containers(docker=docker((key, value)))["main"][member] == set_to


def test_parameters_of_one_kind_add_up() -> None:
    several = docker(("init", "true"), ("label", "a=1"), ("label", "b=2"), ("cap-drop", "KILL"), ("cap-drop", "CHOWN"))
    made = containers(docker=several)["main"]
    assert made["dockerLabels"] == {"a": "1", "b": "2"}
    assert made["linuxParameters"] == {"initProcessEnabled": True, "capabilities": {"drop": ["KILL", "CHOWN"]}}


def test_variables_of_parameters_stand_beside_those_of_the_document() -> None:
    made = containers(docker=docker(("env", "B=2")), env={"A": "1"})["main"]
    assert made["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("label", "a", "name=value"),
        ("env", "A", "NAME=value"),
        ("ulimit", "nproc=5", "nofile"),
        ("ulimit", "nofile=9:8", "soft"),
        ("init", "yes", "true or false"),
        ("workdir", "app", "absolute"),
        ("entrypoint", "", "program"),
        ("user", "", "user"),
        ("stop-timeout", "121", "2 to 120"),
        ("stop-timeout", "1", "2 to 120"),
        ("stop-timeout", "²", "2 to 120"),
        ("cap-drop", "FLY", "capability"),
        ("cap-add", "NET_ADMIN", "SYS_PTRACE"),
        ("sysctl", "vm.swappiness=1", "net.*"),
    ],
)
def test_a_wrong_value_is_named(key: str, value: str, words: str) -> None:
    (message,) = (refused(docker=docker(("init", "true"), (key, value)))["/run/docker/parameters(1)/value"],)
    assert words in message


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("volume", "run.volumes"),
        ("memory", "run.mem"),
        ("privileged", "no privileged"),
        ("hostname", "address"),
        ("no-such-option", "docs/jobs.md"),
    ],
)
def test_an_option_without_counterpart_is_refused_with_the_way_out(key: str, words: str) -> None:
    assert words in refused(docker=docker((key, "x")))["/run/docker/parameters(0)/key"]


@pytest.mark.parametrize(
    ("parameter", "field"),
    [
        (("workdir", "/a"), {"workingDirectory": "/a"}),
        (("entrypoint", "a"), {"entrypoint": ["a"]}),
        (("entrypoint", "a"), {"cmd": "a"}),
        (("read-only", "true"), {"readonlyRootFilesystem": True}),
        (("stop-timeout", "9"), {"taskKillGracePeriodSeconds": 9}),
        (("user", "a"), {"user": "a"}),
    ],
)
def test_a_parameter_does_not_say_again_what_a_field_says(parameter: tuple[str, str], field: dict[str, Any]) -> None:
    name = next(iter(field))
    assert f"run.{name}" in refused(docker=docker(parameter), **field)["/run/docker/parameters(0)/key"]


def test_nor_what_another_parameter_says() -> None:
    assert "again" in refused(docker=docker(("user", "a"), ("user", "b")))["/run/docker/parameters(1)/value"]
    twice = {"docker": docker(("env", "A=1")), "env": {"A": "2"}}
    assert "A is set more than once" in refused(**twice)["/run/docker/parameters"]
    assert (
        "Shiftwork" in refused(docker=docker(("env", "SHIFTWORK_RUN_ID=1")))["/run/docker/parameters/SHIFTWORK_RUN_ID"]
    )
