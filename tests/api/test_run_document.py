"""The `run` of a job's document over HTTP: what is echoed, and what is refused where in which words."""

from typing import Any

import pytest

from tests.api.conftest import Call

CMD: dict[str, Any] = {"cpus": 1, "mem": 128, "disk": 0, "cmd": "true"}
BARE: dict[str, Any] = {"cpus": 1, "mem": 128, "disk": 0}
DOCKER: dict[str, Any] = BARE | {"docker": {"image": "i"}}
UCR: dict[str, Any] = BARE | {"ucr": {"image": {"id": "i"}}}
PULL: dict[str, Any] = {"docker": {"image": "i", "pullConfig": {"secret": "s"}}}
EFS: dict[str, Any] = {"containerPath": "/data", "mode": "RW", "efs": {"fileSystemId": "fs-0123456789abcdef0"}}


def saved(call: Call, run: dict[str, Any]) -> dict[str, Any]:
    """The run of a job that was saved."""
    answer = call("POST", "/v1/jobs", {"id": "spec", "run": run})
    assert answer.status == 201, answer.text
    return dict(answer.json["run"])


def refused(call: Call, run: dict[str, Any]) -> dict[str, list[str]]:
    """What was wrong with a job's run, by path."""
    answer = call("POST", "/v1/jobs", {"id": "spec", "run": run})
    assert (answer.status, answer.json["message"]) == (422, "Object is not valid"), answer.text
    return {detail["path"]: detail["errors"] for detail in answer.json["details"]}


def test_defaults_of_metronome_are_echoed_and_no_others(call: Call) -> None:
    sent = {"docker": {"image": "i"}, "artifacts": [{"uri": "https://example.com/a"}]}
    echoed = saved(call, BARE | sent)
    assert echoed["docker"] == {"image": "i", "privileged": False, "parameters": [], "forcePullImage": False}
    assert echoed["artifacts"] == [
        {"uri": "https://example.com/a", "extract": True, "executable": False, "cache": False}
    ]
    assert echoed["placement"] == {"constraints": []}
    assert set(echoed) - set(BARE) == {
        "docker",
        "artifacts",
        "gpus",
        "env",
        "secrets",
        "placement",
        "maxLaunchDelay",
        "volumes",
        "restart",
        "networks",
    }


def test_the_image_of_ucr_is_echoed_with_its_defaults(call: Call) -> None:
    assert saved(call, UCR)["ucr"] == {"image": {"id": "i", "kind": "docker", "forcePull": False}, "privileged": False}


@pytest.mark.parametrize(
    "more",
    [
        {"entrypoint": ["python"], "args": ["-m", "report"], "docker": {"image": "i"}},
        {"workingDirectory": "/app", "readonlyRootFilesystem": True, "user": "1000"},
        {"architecture": "arm64", "capacity": "FARGATE_SPOT_WITH_FALLBACK"},
        {
            "placement": {
                "constraints": [],
                "subnets": ["subnet-1"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": False,
            }
        },
        {"volumes": [EFS]},
        {"files": [{"path": "/app/config/a", "content": "eA==", "encoding": "base64", "executable": True}]},
        {"restart": {"policy": "ON_FAILURE", "activeDeadlineSeconds": 0}},
        {"networks": [{"mode": "host"}]},
        {"attemptTimeoutSeconds": 60, "timeoutSeconds": 31_536_000},
        {"taskCount": 10_000, "parallelism": 40, "toleratedFailures": 1},
        {
            "retry": {
                "attempts": 5,
                "waitSeconds": 1,
                "factor": 1.5,
                "maxWaitSeconds": 60,
                "jitter": True,
                "rules": [
                    {"action": "FAIL", "exitCodes": [2, 64]},
                    {"action": "IGNORE", "reasons": ["SPOT_INTERRUPTED"], "message": "interrupted"},
                ],
            }
        },
        {"secrets": {"s": {"source": "/s"}}, "env": {"A": {"secret": "s"}, "B": ""}},
    ],
)
def test_what_was_sent_is_echoed(call: Call, more: dict[str, Any]) -> None:
    sent = (BARE if "docker" in more else CMD) | more
    echoed = saved(call, sent)
    assert {name: echoed[name] for name in more if name != "docker"} == {
        name: sent[name] for name in more if name != "docker"
    }


@pytest.mark.parametrize(
    ("more", "echo"),
    [
        ({"retry": {}}, {"waitSeconds": 10, "factor": 2, "maxWaitSeconds": 360, "jitter": False, "rules": []}),
        (
            {"retry": 3},
            {"attempts": 4, "waitSeconds": 10, "factor": 1.5, "maxWaitSeconds": 86_400, "jitter": False, "rules": []},
        ),
        ({"retry": None}, None),
        ({"timeoutSeconds": "1h30m"}, 5400),
        ({"attemptTimeoutSeconds": "90s"}, 90),
        ({"timeoutSeconds": ""}, None),
    ],
)
def test_a_short_form_is_echoed_in_full(call: Call, more: dict[str, Any], echo: Any) -> None:
    (name,) = more
    assert saved(call, CMD | more).get(name) == echo


def test_a_secret_that_only_a_volume_names_is_referenced(call: Call) -> None:
    volumes = [{"containerPath": "/var/secrets", "secret": "s"}]
    assert saved(call, UCR | {"volumes": volumes, "secrets": {"s": {"source": "source"}}})["volumes"] == volumes


def test_what_metronome_lets_pass_in_secrets_passes_and_is_dropped(call: Call) -> None:
    sent = {"env": {"A": {"secret": "s", "more": 1}}, "secrets": {"s": {"source": "/s", "more": 1}}}
    echoed = saved(call, CMD | sent)
    assert (echoed["env"], echoed["secrets"]) == ({"A": {"secret": "s"}}, {"s": {"source": "/s"}})


def test_a_grace_period_is_cut_to_whole_seconds(call: Call) -> None:
    assert saved(call, CMD | {"taskKillGracePeriodSeconds": 10.9})["taskKillGracePeriodSeconds"] == 10


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (BARE, "Cmd, Docker or UCR image must be specified"),
        (BARE | {"args": ["a"]}, "Cmd, Docker or UCR image must be specified"),
        (DOCKER | UCR, "Either Docker or UCR should be provided, but not both"),
        (DOCKER | {"gpus": 1}, "GPUs are not supported with Docker"),
        (
            DOCKER | {"volumes": [{"containerPath": "/a", "secret": "s"}], "secrets": {"s": {"source": "s"}}},
            "File based secrets are only supported by UCR",
        ),
        (
            CMD | {"env": {"A": {"secret": "b"}, "B": {"secret": "a"}}},
            "The following secrets are referenced, but undefined: a, b. Please add them to the secrets field.",
        ),
        (
            BARE | PULL,
            "The following secrets are referenced, but undefined: s. Please add them to the secrets field.",
        ),
        (
            CMD | {"secrets": {"s": {"source": "s"}}},
            "The following secrets are defined, but not referenced: s. Please remove them from the secrets field.",
        ),
        (CMD | {"args": ["a"]}, "cmd and args exclude each other. Put the arguments into cmd, or leave cmd out."),
        (
            CMD | {"entrypoint": ["a"]},
            "cmd and entrypoint exclude each other, because /bin/sh runs a cmd. Use args instead of cmd.",
        ),
    ],
)
def test_rules_of_the_whole_run_are_said_at_the_run(call: Call, run: dict[str, Any], message: str) -> None:
    assert refused(call, run) == {"/run": [message]}


def test_all_rules_that_are_broken_are_said(call: Call) -> None:
    said = refused(call, DOCKER | {"gpus": 1, "secrets": {"s": {"source": "s"}}, "networks": [{"mode": "container"}]})
    assert len(said["/run"]) == 2
    assert said["/run/networks(0)/name"] == ["must not be empty for container networks"]


MIXED = "You may not mix host, container, or container/bridge networking. Only define one kind of network."
ONE = "Only one host or container/bridge network modes are allowed"


@pytest.mark.parametrize(
    ("run", "path", "message"),
    [
        (UCR | {"networks": [{"mode": "host"}, {"mode": "container", "name": "u"}]}, "", MIXED),
        (UCR | {"networks": [{"mode": "host"}, {"mode": "host"}]}, "", ONE),
        (
            DOCKER | {"networks": [{"mode": "container", "name": "a"}, {"mode": "container", "name": "b"}]},
            "",
            "Docker does not allow specification of multiple networks",
        ),
        (
            CMD | {"networks": [{"mode": "container", "name": "u"}]},
            "",
            "Only containers may join container or bridge networks",
        ),
        (UCR | {"networks": [{"mode": "container", "name": "a"}] * 2}, "", "network names must be unique"),
        (CMD | {"networks": [{"mode": "host", "name": "n"}]}, "(0)/name", "must be empty for host network"),
        (CMD | {"networks": [{"mode": "host", "labels": {"k": "v"}}]}, "(0)/labels", "must be empty for host network"),
        (
            DOCKER | {"networks": [{"mode": "container/bridge", "name": "n"}]},
            "(0)/name",
            "must be empty for container/bridge networks",
        ),
        (
            UCR | {"networks": [{"mode": "container", "name": ""}]},
            "(0)/name",
            "must not be empty for container networks",
        ),
        (UCR | {"networks": [{"mode": "container"}]}, "(0)/name", "must not be empty for container networks"),
    ],
)
def test_rules_of_networks(call: Call, run: dict[str, Any], path: str, message: str) -> None:
    assert refused(call, run) == {f"/run/networks{path}": [message]}


@pytest.mark.parametrize(
    "run",
    [
        UCR | {"networks": [{"mode": "container", "name": "a"}, {"mode": "container", "name": "b"}]},
        DOCKER | {"networks": [{"mode": "container/bridge", "labels": {"a": "b"}}]},
        DOCKER | {"networks": [{"mode": "host", "name": "", "labels": {}}]},
    ],
)
def test_networks_that_are_taken(call: Call, run: dict[str, Any]) -> None:
    echoed = [{name: value for name, value in network.items() if value} for network in run["networks"]]
    assert saved(call, run)["networks"] == echoed


def test_the_delivery_of_a_log(call: Call) -> None:
    assert saved(call, CMD | {"log": {}})["log"] == {"mode": "blocking"}
    buffer = {"maxBufferSize": "25m"}
    for log, path in (
        (buffer, "/run/log/maxBufferSize"),
        ({"mode": "non-blocking", "maxBufferSize": "25 MiB"}, "/run/log/maxBufferSize"),
        ({"mode": "non-blocking", "maxBufferSize": 25}, "/run/log/maxBufferSize"),
        ({"mode": "async"}, "/run/log/mode"),
        ({"mode": "non-blocking", "maxBufferSize": "128m"}, "/run/log/maxBufferSize"),
    ):
        assert list(refused(call, CMD | {"log": log})) == [path], log
    assert "Set the mode to non-blocking" in refused(call, CMD | {"log": buffer})["/run/log/maxBufferSize"][0]
