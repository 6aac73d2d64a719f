"""Programs that a handler runs. They belong to the job's process group, so they end with the job."""

import os
import pwd
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from shiftwork_agent.errors import JobError

_CHUNK = 65536
_DRAIN_SECONDS = 1.0  # to read the rest after the program has ended; a daemon may keep the pipe open for ever


def run(words: Sequence[str], folder: Path | None = None) -> int:
    """Run a program in the folder, and return its exit code. Its output is the job's output."""
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, cwd=folder, check=False).returncode
    except OSError as error:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"{words[0]} cannot be run: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Exit:
    """How a program ended, and how many lines it wrote to standard error."""

    code: int
    stderr_lines: int


def run_counted(words: Sequence[str], *, show_out: bool, user: str | None = None) -> Exit:
    """Run a program as a user, by default the agent's, and count the lines of its standard error.

    Standard error is part of the job's output. Standard output is part of it only if `show_out` is true.
    """
    out = None if show_out else subprocess.DEVNULL
    other_user = _as_user(user) if user else {}
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, **other_user)
    except OSError as error:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"{words[0]} cannot be run: {error.strerror}") from error
    assert child.stderr  # noqa: S101 - it is a pipe
    lines: list[int] = []
    reader = threading.Thread(target=_pass_on, args=(child.stderr, lines), daemon=True)
    reader.start()
    code = child.wait()
    reader.join(_DRAIN_SECONDS)
    return Exit(code, sum(lines))


def _pass_on(stream: IO[bytes], lines: list[int]) -> None:
    """Write the stream to standard error in chunks, and add to `lines` how many lines begin in each chunk.

    It does not read line by line, because a line may be long or never end.
    """
    line_is_open = False
    with stream:
        while chunk := os.read(stream.fileno(), _CHUNK):
            stays_open = not chunk.endswith(b"\n")
            lines.append(chunk.count(b"\n") + stays_open - line_is_open)
            line_is_open = stays_open
            sys.stderr.buffer.write(chunk)
            sys.stderr.buffer.flush()


def _as_user(user: str) -> dict[str, Any]:
    """Return the arguments of Popen for another user, without the groups and the home of the agent's user."""
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"There is no user {user!r} on this device") from None
    environment = {**os.environ, "HOME": found.pw_dir, "USER": user, "LOGNAME": user}
    groups = os.getgrouplist(user, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": groups, "env": environment}
