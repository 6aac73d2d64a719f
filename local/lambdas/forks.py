"""The server's side of the processes that Lambda functions run in."""

import contextlib
import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ZYGOTE = Path(__file__).with_name("zygote.py")


class InitError(RuntimeError):
    """A function's module cannot be imported."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """The settings of an execution environment. Equal functions share a process to fork from."""

    arn: str
    handler: str
    code: Path
    variables: tuple[tuple[str, str], ...]
    timeout: float

    def init(self) -> dict[str, Any]:
        """Return what the process is sent."""
        return {"handler": self.handler, "environment": dict(self.variables), "timeout": self.timeout}


class Channel:
    """Lines of JSON to and from a process."""

    def __init__(self, end: socket.socket) -> None:
        self.socket, self._reader = end, end.makefile("r", encoding="utf-8")

    def receive(self) -> dict[str, Any] | None:
        """The next message; None when the process has ended. Raises TimeoutError."""
        line = self._reader.readline()
        message: dict[str, Any] | None = json.loads(line) if line else None
        return message

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def fork(self, message: Mapping[str, Any]) -> "Channel":
        """Ask the process at the other end for a child, and return the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.socket, [json.dumps(message).encode() + b"\n"], [theirs.fileno()])
        return Channel(ours)

    def close(self) -> None:
        """The process ends when it sees this, and its children with it."""
        self._reader.close()
        self.socket.close()


@dataclass(frozen=True)
class Forks:
    """The processes to fork from: one for each bundle, and below it one for each function that is kept warm.

    Where a function is not, its environments are forked from the bundle's, and import the handler each for itself:
    some 0.1 s, but a process less.
    """

    home: Path
    _bundles: dict[Path, Channel] = field(default_factory=dict)
    _functions: dict[str, tuple[Function, Channel]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def unpacked(self, code_zip: bytes) -> Path:
        """The folder of a bundle; all functions that share a bundle share its folder."""
        folder = self.home / hashlib.sha256(code_zip).hexdigest()[:16]
        with self._lock:
            if not folder.exists():
                with zipfile.ZipFile(io.BytesIO(code_zip)) as archive:
                    archive.extractall(folder)
        return folder

    def environment(self, function: Function, log_stream: str) -> Channel:
        """A new execution environment; raises InitError."""
        with self._lock:
            known, channel = self._functions.get(function.arn, (None, None))
            if channel and known == function:
                return channel.fork({"log_stream": log_stream})
            channel = self._bundle(function.code).fork({**function.init(), "log_stream": log_stream})
        return _imported(function, channel)

    def warm(self, function: Function) -> None:
        """Have its handler imported, for all of its environments; raises InitError."""
        with self._lock:
            if function.arn in self._functions:
                self._functions.pop(function.arn)[1].close()
            channel = _imported(function, self._bundle(function.code).fork(function.init()))
            self._functions[function.arn] = function, channel

    def _bundle(self, code: Path) -> Channel:
        if code not in self._bundles:
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-P", str(ZYGOTE), str(code), str(theirs.fileno())]
            with theirs:
                # Its output and exit status are nobody's business but the log's; it ends with the channel.
                subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), env=_plain(), start_new_session=True
                )
            self._bundles[code] = Channel(ours)
        return self._bundles[code]


def _imported(function: Function, channel: Channel) -> Channel:
    told = channel.receive() or {"error": "the process ended while it imported the handler"}
    if told.get("status") != "ready":
        channel.close()
        raise InitError(f"Unable to import {function.handler}: {told['error']}\n{told.get('trace', '')}")
    return channel


def _plain() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "TMPDIR": os.environ["TMPDIR"], "AWS_EC2_METADATA_DISABLED": "true"}


def kill(pid: int) -> None:
    """End an environment that took too long."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
