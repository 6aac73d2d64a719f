"""Programs that a handler runs: in the job's process group, so they end with it."""

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
_DRAIN_SECONDS = 1.0  # for what is left when the program has ended; a daemon may hold its pipe open for ever


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
    somebody = _as(user) if user else {}
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, **somebody)
    except OSError as error:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"{words[0]} could not be run: {error.strerror}") from error
    assert child.stderr  # noqa: S101 - it is a pipe
    lines: list[int] = []
    reader = threading.Thread(target=_pass_on, args=(child.stderr, lines), daemon=True)
    reader.start()
    code = child.wait()
    reader.join(_DRAIN_SECONDS)
    return Done(code, sum(lines))


def _pass_on(stream: IO[bytes], lines: list[int]) -> None:
    """In pieces: a line may be long, or never end. Each piece adds the lines that begin in it."""
    begun = False
    with stream:
        while chunk := os.read(stream.fileno(), _CHUNK):
            open_end = not chunk.endswith(b"\n")
            lines.append(chunk.count(b"\n") + open_end - begun)
            begun = open_end
            sys.stderr.buffer.write(chunk)
            sys.stderr.buffer.flush()


def _as(user: str) -> dict[str, Any]:
    """What makes a program wholly another user's: without the groups and the home of the agent's."""
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise JobError("ERR_SYSTEM_CALL_FAILED", f"There is no user {user!r} on this device") from None
    environment = {**os.environ, "HOME": found.pw_dir, "USER": user, "LOGNAME": user}
    groups = os.getgrouplist(user, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": groups, "env": environment}
