"""Programs that a handler runs: in the job's process group, so they end with it."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import JobError


def run(words: Sequence[str], folder: Path | None = None) -> int:
    """Run a program whose output is the job's own, in a folder; answers its exit code."""
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, cwd=folder, check=False).returncode
    except OSError as error:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"{words[0]} could not be run: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended, and how many lines it wrote to standard error."""

    code: int
    complaints: int


def run_counted(words: Sequence[str], *, show_out: bool, user: str | None = None) -> Done:
    """Run a program and count the lines of its standard error, which is the job's; its output is, if it is to show."""
    out = None if show_out else subprocess.DEVNULL
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, user=user)
    except OSError as error:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"{words[0]} could not be run: {error.strerror}") from error
    complaints = 0
    with child:
        assert child.stderr  # noqa: S101 - it is a pipe
        for line in child.stderr:
            complaints += 1
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
    return Done(child.returncode, complaints)
