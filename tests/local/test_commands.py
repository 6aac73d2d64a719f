"""The commands: what they answer when something is wrong, and a whole run."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.bench_report import Burst


def _local(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "local", *arguments]
    environment = {**os.environ, "SHIFTWORK_TASKS": "process"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = _local("up", "--aws-port", str(port))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"shiftwork: port {port} is in use: end what uses it, or choose another with SHIFTWORK_AWS_PORT\n"
    )


@pytest.mark.parametrize(("text", "line"), [(None, "cannot be read"), ("{", "is not JSON")])
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str | None, line: str) -> None:
    path = tmp_path / "job.json"
    if text is not None:
        path.write_text(text)
    ended = _local("run", str(path))
    assert ended.returncode == 1
    assert line in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_job_of_a_file_runs_and_its_failure_is_the_status(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    script = "echo one; echo two; exit 3"
    path.write_text(json.dumps({"id": "fails", "run": {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": script}}))
    ended = _local("run", str(path))
    assert ended.returncode == 1
    log, brace, run = ended.stdout.partition("{")
    assert log == "one\ntwo\n"
    finished = json.loads(brace + run)
    assert (finished["status"], finished["reason"], finished["exitCode"]) == ("FAILED", "EXIT_CODE", 3)


@pytest.mark.parametrize(
    ("answered", "started", "lost", "doubled", "exact"),
    [
        (["a", "b"], ["b", "a"], 0, 0, True),
        (["a", "b"], ["a"], 1, 0, False),
        (["a", "b"], ["a", "b", "b"], 0, 1, False),
        (["a"], ["a"], 0, 0, False),
    ],
)
def test_the_counts_of_a_burst(answered: list[str], started: list[str], lost: int, doubled: int, exact: bool) -> None:
    burst = Burst(asked=2, answered=answered, started=started, seconds_answered=0, seconds_started=0)
    assert (burst.lost, burst.doubled, burst.exact) == (lost, doubled, exact)
