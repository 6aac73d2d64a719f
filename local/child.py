"""The server as a child of this process: started, waited for, ended."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalCloudError
from local.tasks import engines

ROOT = Path(__file__).resolve().parent.parent
# All that the server, and the Lambda functions in it, see of the environment of whoever starts it.
KEPT = ("PATH", "LANG", "DOCKER_HOST", "XDG_RUNTIME_DIR", "SHIFTWORK_WITHOUT")


@dataclass(frozen=True)
class Server:
    """A running server process."""

    process: subprocess.Popen[bytes]
    ready: int
    home: Path

    def until_ready(self) -> str:
        """Block until it serves; how tasks run, in words."""
        with os.fdopen(self.ready, encoding="utf-8") as pipe:
            told = pipe.read()
        if not told:
            raise LocalCloudError(f"the local AWS did not start (status {self.process.wait()})")
        words: str = json.loads(told)["tasks"]
        return words

    def warm(self) -> None:
        """Have the handlers of all Lambda functions imported, in the background."""
        assert self.process.stdin is not None  # noqa: S101 (a pipe, see start)
        self.process.stdin.write(b"warm\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Close its standard input, on which it ends all that it started; what it could not end, end here."""
        assert self.process.stdin is not None  # noqa: S101 (a pipe, see start)
        self.process.stdin.close()
        try:
            self.process.wait(timeout=45)  # longer than the longest default stop timeout of a task
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        engines.sweep(self.home / "tasks")


def start(listening: Sequence[socket.socket], home: Path, log: int, extra: Mapping[str, str]) -> Server:
    """Start it on three listening sockets: AWS's, the API's, MQTT's. `home` holds all files that it makes."""
    ready, tell = os.pipe()
    passed = (*(one.fileno() for one in listening), tell)
    command = [sys.executable, "-m", "local.server", *(str(number) for number in passed)]
    environment = {**_environment(listening[0].getsockname()[1], home), **extra}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=passed,
        start_new_session=True,  # Ctrl-C is for the parent, which ends this in order
    )
    os.close(tell)
    return Server(process, ready, home)


def _environment(port: int, home: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(ROOT),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": "us-east-1",
        # It binds every interface.
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        # A thread per request: with glibc's default, each keeps an arena of its own.
        "MALLOC_ARENA_MAX": "1",
    }
