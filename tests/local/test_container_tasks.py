"""Tasks in containers, where a Docker or Podman engine answers and has an image to run."""

from pathlib import Path

import pytest

from tests.local.workbench import IMAGE, Workbench


def test_exit_code_and_log(contained: Workbench) -> None:
    arn = contained.run_task("echo one; echo two >&2; printf $A; exit 3", image=IMAGE, environment=_variable("A", "1"))
    assert contained.stopped(arn)["containers"][0]["exitCode"] == 3
    assert sorted(contained.log(arn)) == ["1", "one", "two"]


def test_secrets_are_environment(contained: Workbench) -> None:
    contained.aws.client("ssm").put_parameter(Name="/tests/word", Value="w", Type="SecureString")
    arn = contained.run_task("echo $WORD", image=IMAGE, secrets=[{"name": "WORD", "valueFrom": "/tests/word"}])
    contained.stopped(arn)
    assert contained.log(arn) == ["w"]


@pytest.mark.parametrize(
    ("script", "code"), [("trap 'exit 7' TERM; while :; do sleep 0.1; done", 7), ("sleep 60", 137)]
)
def test_stop_gives_the_container_its_time(contained: Workbench, script: str, code: int) -> None:
    arn = contained.run_task(script, image=IMAGE, stopTimeout=2)
    contained.running(arn)
    contained.ecs.stop_task(cluster=contained.cluster, task=arn)
    task = contained.stopped(arn)
    assert (task["stopCode"], task["containers"][0]["exitCode"]) == ("UserInitiated", code)


def test_an_image_that_cannot_be_pulled(contained: Workbench) -> None:
    task = contained.stopped(contained.run_task("true", image="registry.invalid/a:1"))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")


def test_no_container_is_left(contained: Workbench, tmp_path: Path) -> None:
    contained.stopped(contained.run_task("true", image=IMAGE))
    assert list((contained.aws.home / "tasks").iterdir()) == []


def _variable(name: str, value: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value}]
