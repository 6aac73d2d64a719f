"""What a job can let its runs have otherwise."""

from typing import Any

import pytest

from tests.unit.definitions import wrong_with

BARE: dict[str, Any] = {"cpus": 1, "mem": 128, "disk": 0}
CMD, ARGS = BARE | {"cmd": "true"}, BARE | {"docker": {"image": "busybox:1.37"}}
UCR = BARE | {"ucr": {"image": {"id": "registry.example.com:5000/busybox"}}}
DIGEST = BARE | {"docker": {"image": f"busybox:1@sha256:{'0' * 64}"}}


@pytest.mark.parametrize(
    ("run", "override", "words"),
    [
        (ARGS, "cmd", "cmd needs run.cmd: without it, the image's entry point runs, and ECS cannot override that."),
        (
            CMD,
            "args",
            "args needs a job without run.cmd: a shell runs the command, and ECS cannot override that. Use cmd.",
        ),
        (CMD, "imageTag", "imageTag needs run.docker or run.ucr"),
        (DIGEST, "imageTag", "imageTag needs an image without a digest"),
    ],
)
def test_what_ecs_cannot_override(run: dict[str, Any], override: str, words: str) -> None:
    said = wrong_with(run=run, overrides=["env", override])
    assert list(said) == ["/overrides(1)"]
    assert said["/overrides(1)"].startswith(words)


@pytest.mark.parametrize(
    ("run", "overrides"),
    [
        (CMD, ["env", "cmd", "cpus", "mem", "timeout"]),
        (ARGS | {"entrypoint": ["python"]}, ["args", "imageTag"]),
        (ARGS | CMD, ["cmd", "imageTag"]),
        (UCR, ["args", "imageTag"]),
        (CMD, []),
    ],
)
def test_what_it_can(run: dict[str, Any], overrides: list[str]) -> None:
    assert not wrong_with(run=run, overrides=overrides)


def test_each_is_named_once() -> None:
    assert wrong_with(overrides=["env", "env"]) == {"/overrides": "has double entries"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (
            {"schedules": [{"id": "nightly", "cron": "0 3 * * *"}]},
            "cannot be REQUIRED: schedules start runs without a payload",
        ),
        (
            {"events": [{"id": "a", "pattern": {"source": ["b"]}}]},
            "cannot be REQUIRED: events start runs without a payload",
        ),
        ({"dependencies": [{"id": "other"}]}, "cannot be REQUIRED: dependencies start runs without a payload"),
    ],
)
def test_a_payload_that_nobody_would_give(document: dict[str, Any], words: str) -> None:
    assert wrong_with(payload="REQUIRED", **document)["/payload"].startswith(words)
    assert not wrong_with(payload="OPTIONAL", **document)
    assert not wrong_with(payload="REQUIRED")
