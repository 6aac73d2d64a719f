"""Whatever ends, everything that it started ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local import cloud, memory
from tests.local.workbench import Workbench, until

HOLDER = """
import json, sys
from local import cloud
with cloud.aws(tasks="process") as local:
    facts = {"url": local.endpoint_url, "server": local.server.process.pid, "home": str(local.home)}
    print(json.dumps(facts), flush=True)
    sys.stdin.read()
"""


@contextmanager
def _holder() -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """Another process that holds a local AWS."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as it:
        assert it.stdout
        yield it, json.loads(it.stdout.readline())


def _sleeping_task(told: dict[str, Any], pid: Path) -> list[int]:
    """Start a task that sleeps; the processes of the cloud, it among them."""
    _workbench(told).run_task(f"echo $$ > {pid}; exec sleep 600")
    until(lambda: pid.exists() and pid.read_text())
    return memory.processes(told["server"])


def _workbench(told: dict[str, Any]) -> Workbench:
    nothing: Any = None
    held = cloud.Aws(endpoint_url=told["url"], api_url="", tasks="", mqtt=nothing, home=Path(), server=nothing)
    return Workbench(held)


def _alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if _state(pid) not in ("Z", "")]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def test_killing_the_parent_ends_the_server_and_its_tasks(tmp_path: Path) -> None:
    with _holder() as (parent, told):
        pids = _sleeping_task(told, tmp_path / "pid")
        assert len(pids) == 2
        parent.kill()
        parent.wait()
        assert until(lambda: not _alive(pids))
        assert until(lambda: not Path(told["home"]).exists())


def test_the_parent_ends_the_tasks_of_a_killed_server(tmp_path: Path) -> None:
    with _holder() as (parent, told):
        pids = _sleeping_task(told, tmp_path / "pid")
        os.kill(told["server"], signal.SIGKILL)
        assert parent.stdin
        parent.stdin.close()
        parent.wait()
        assert until(lambda: not _alive(pids))
        assert not Path(told["home"]).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_a_function_that_does_not_come_back_ends_with_the_server(tmp_path: Path) -> None:
    with _holder() as (parent, told):
        bench, pid = _workbench(told), tmp_path / "pid"
        code = f"import os, pathlib, time\ndef handler(*_):\n  pathlib.Path('{pid}').write_text('x'); time.sleep(600)"
        name = bench.function("sleeps", code, Timeout=900)
        bench.aws.client("lambda").invoke(FunctionName=name, InvocationType="Event")
        assert until(pid.exists)
        pids = memory.processes(told["server"])
        parent.kill()
    assert until(lambda: not _alive(pids))


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local", "up", "--aws-port", "0", "--api-port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as up:
        assert up.stdout
        lines = [line for line, _ in zip(up.stdout, range(5), strict=False)]
        assert any(line.startswith("API   http://127.0.0.1:") for line in lines)
        pids = memory.processes(up.pid)
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=30) == 130
    assert until(lambda: not _alive(pids))  # the kernel ends a killed process a moment after the signal
    assert list(tmp_path.iterdir()) == []


def test_killing_the_parent_ends_a_deployment(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local", "up", "--aws-port", "0", "--api-port", "0"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(tmp_path)}) as up:
        deploying = until(lambda: [pid for pid in memory.processes(up.pid) if "aws-cdk" in _command(pid)])
        pids = memory.processes(up.pid)[1:]
        up.kill()
    assert deploying
    assert until(lambda: not _alive(pids))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
