"""Tasks as processes: what they see, what is kept of them, and how they end."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.local.workbench import Workbench, until


def test_a_task_has_its_own_environment_and_nothing_else(workbench: Workbench) -> None:
    workbench.aws.client("ssm").put_parameter(Name="/tests/word", Value="from ssm", Type="SecureString")
    kept = workbench.aws.client("secretsmanager").create_secret(Name="tests", SecretString=json.dumps({"key": "v"}))
    arn = workbench.run_task(
        "env",
        environment=[{"name": "A", "value": "1"}],
        secrets=[
            {"name": "WORD", "valueFrom": "/tests/word"},
            {"name": "KEY", "valueFrom": f"{kept['ARN']}:key::"},
        ],
    )
    workbench.stopped(arn)
    seen = dict(line.split("=", 1) for line in workbench.log(arn))
    # The shell adds the last of these.
    assert set(seen) <= {"A", "WORD", "KEY", "PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"}
    assert (seen["A"], seen["WORD"], seen["KEY"]) == ("1", "from ssm", "v")
    assert seen["HOME"] == seen["PWD"]
    assert not Path(seen["HOME"]).exists(), "the task's folder is gone with it"


def test_every_line_is_an_event_and_the_last_needs_no_newline(workbench: Workbench) -> None:
    arn = workbench.run_task("for i in 1 2 3; do echo line $i; done; echo oops >&2; echo; printf last")
    workbench.stopped(arn)
    assert workbench.log(arn) == ["line 1", "line 2", "line 3", "oops", "last"]


def test_no_line_is_lost_of_many(workbench: Workbench) -> None:
    arn = workbench.run_task("seq 1 9000")
    workbench.stopped(arn)
    assert workbench.log(arn)[-1] == "9000"


def test_a_signal_is_128_more(workbench: Workbench) -> None:
    assert workbench.stopped(workbench.run_task("kill -9 $$"))["containers"][0]["exitCode"] == 137


def test_stop_kills_what_will_not_end_and_all_of_its_group(workbench: Workbench, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"trap '' TERM; sleep 60 & echo $! >> {pids}; echo $$ >> {pids}; wait; wait; sleep 60"
    arn = workbench.run_task(script, stopTimeout=2)
    running = until(lambda: pids.read_text().split() if pids.exists() and len(pids.read_text().split()) == 2 else [])
    workbench.running(arn)
    answer = workbench.ecs.stop_task(cluster=workbench.cluster, task=arn, reason="test")["task"]
    assert (answer["desiredStatus"], answer["lastStatus"]) == ("STOPPED", "RUNNING")
    task = workbench.stopped(arn)
    assert task["containers"][0]["exitCode"] == 137
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "test")
    assert not [pid for pid in running if _lives(int(pid))]


def test_what_a_command_leaves_behind_ends_with_it(workbench: Workbench, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    workbench.stopped(workbench.run_task(f"sleep 60 & echo $! > {pid}"))
    assert not _lives(int(pid.read_text()))


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        (
            {"secrets": [{"name": "X", "valueFrom": "/not/there"}]},
            "ResourceInitializationError: unable to pull secrets",
        ),
        ({"image": "registry.invalid:5000/a/b:1"}, "CannotPullContainerError: "),
        ({"entryPoint": [], "command": []}, "CannotStartContainerError: the task has neither"),
        ({"entryPoint": ["/no/such/program"]}, "CannotStartContainerError: /no/such/program: "),
    ],
)
def test_failures_to_start_are_worded_as_by_ecs(workbench: Workbench, container: dict[str, Any], reason: str) -> None:
    task = workbench.stopped(workbench.run_task("true", **container))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(reason)
    assert "exitCode" not in task["containers"][0]
    assert "startedAt" not in task


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_runs_a_task_as_its_user(workbench: Workbench) -> None:
    arn = workbench.run_task("id -u; touch mine", user="65534:65534")
    assert workbench.stopped(arn)["containers"][0]["exitCode"] == 0
    assert workbench.log(arn) == ["65534"]


def _lives(pid: int) -> bool:
    """Whether it runs; a zombie whose parent is another program's business does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
