"""Programs of steps: what they write, what they leave running, and as whom they run."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.running.child import run_counted

CODE = """
import sys
from shiftwork_agent.running.child import run_counted
print(run_counted(["/bin/sh", "-c", sys.argv[1]], show_out=False))
"""


@contextmanager
def counting(line: str) -> Iterator["subprocess.Popen[str]"]:
    """Run run_counted in a process group of its own, and kill the group at the end."""
    pipe, root = subprocess.PIPE, Path(__file__).parents[2] / "agent"
    command = [sys.executable, "-c", CODE, line]
    with subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as worker:
        try:
            yield worker
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)


def test_a_program_is_not_waited_for_by_what_it_leaves_running() -> None:
    with counting("echo one >&2; sleep 300 & exit 3") as worker:
        worker.wait(20)
        assert worker.stdout
        assert worker.stdout.readline() == "Exit(code=3, stderr_lines=1)\n"


def test_a_line_that_does_not_end_is_passed_on() -> None:
    with counting("printf half >&2; sleep 300") as worker:
        assert worker.stderr
        assert select.select([worker.stderr], [], [], 20)[0]


@pytest.mark.parametrize(
    ("line", "stderr_lines"), [("printf 'a\\nb' >&2", 2), ("printf a >&2; echo b >&2", 1), (":", 0)]
)
def test_a_last_line_counts_even_if_it_does_not_end(line: str, stderr_lines: int) -> None:
    assert run_counted(["/bin/sh", "-c", line], show_out=False).stderr_lines == stderr_lines


def test_a_program_of_another_user_has_no_rights_of_the_agents(capfd: pytest.CaptureFixture[str]) -> None:
    """Only root may run programs as somebody else."""
    ask = ["/bin/sh", "-c", "id -G; echo $HOME"]
    if os.geteuid():
        with pytest.raises(JobError, match="not permitted"):
            run_counted(ask, show_out=True, user="nobody")
        return
    assert run_counted(ask, show_out=True, user="nobody").code == 0
    groups = subprocess.run(["id", "-G", "nobody"], capture_output=True, text=True, check=True).stdout
    assert capfd.readouterr().out.splitlines() == [groups.strip(), str(Path("~nobody").expanduser())]


def test_a_user_that_is_not_there() -> None:
    with pytest.raises(JobError, match="no user 'nobody-of-tests'"):
        run_counted(["true"], show_out=True, user="nobody-of-tests")
