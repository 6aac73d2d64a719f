"""The work on a job as a process group of its own: the agent can always end it, and it cannot harm the agent."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from shiftwork_agent.jobs.details import tail
from shiftwork_agent.jobs.events import Ended, Event, Progressed
from shiftwork_agent.jobs.execution import FAILED, Outcome
from shiftwork_agent.running.worker import Assignment

_ROOT = Path(__file__).parents[2]  # the folder with the package shiftwork_agent
_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from shiftwork_agent.running.worker import main; main()"
_LONGEST_LINE = 1 << 18
_DRAIN_SECONDS = 1.0  # to read the rest after the group has ended; a daemon may keep the pipe open for ever
_KEPT = 8192
_CHUNK = 65536


class Tail:
    """Reads a stream to its end, and keeps the last bytes."""

    def __init__(self) -> None:
        self._kept = b""

    def read(self, stream: IO[bytes]) -> None:
        """Read the stream to its end. Call this in a thread of its own."""
        with stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                self._kept = (self._kept + chunk)[-_KEPT:]

    @property
    def kept(self) -> bytes:
        """The last bytes so far."""
        return self._kept


class Process:
    """The loop's Work: one worker. It emits its events from a thread."""

    def __init__(self, assignment: Assignment, seconds: float, emit: Callable[[Event], None]) -> None:
        self._key = assignment.execution.key
        self._line = json.dumps(assignment.as_json()).encode()
        self._emit = emit
        self._limits = assignment.config.limits
        self._seconds = seconds
        self._late = False
        self._over = False
        self._outcome: Outcome | None = None
        self._lock = threading.Lock()
        self._out, self._err = Tail(), Tail()
        self._killer: threading.Timer | None = None
        messages, channel = os.pipe()
        try:
            self._child = _start(channel, assignment.config.state / "work")
        except OSError:
            os.close(messages)
            raise
        finally:
            os.close(channel)
        assert self._child.stdin  # noqa: S101 - it is a pipe
        self._input = self._child.stdin
        self._thread = threading.Thread(target=self._watch, args=(os.fdopen(messages, "rb"),), daemon=True)
        self._thread.start()

    def output(self) -> Mapping[str, str]:
        """Return the end of standard output and standard error so far."""
        characters = self._limits.output_characters
        ends = {"stdout": tail(self._out.kept, characters), "stderr": tail(self._err.kept, characters)}
        return {name: end for name, end in ends.items() if end}

    def end(self) -> None:
        """Send SIGTERM to the whole group. After `limits.end_seconds` send SIGKILL to what is left."""
        with self._lock:
            if self._over or self._killer:
                return
            self._killer = threading.Timer(self._limits.end_seconds, self._signal, (signal.SIGKILL,))
            self._killer.daemon = True
            self._killer.start()
        self._signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait until the work has ended."""
        self._thread.join()

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if not self._over:
                os.killpg(self._child.pid, number)

    def _watch(self, messages: IO[bytes]) -> None:
        streams = ((self._out.read, self._child.stdout), (self._err.read, self._child.stderr))
        readers = [threading.Thread(target=read, args=(stream,), daemon=True) for read, stream in streams]
        readers.append(threading.Thread(target=self._listen, args=(messages,), daemon=True))
        for reader in readers:
            reader.start()
        clock = threading.Timer(self._seconds, self._too_late)
        clock.daemon = True
        clock.start()
        self._assign()
        # WNOWAIT does not reap the process, so no other process can get the group's number before the SIGKILL.
        os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOWAIT)
        clock.cancel()
        self._signal(signal.SIGKILL)
        with self._lock:
            self._over = True
        if self._killer:
            self._killer.cancel()
        code = self._child.wait()
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        for reader in readers:
            reader.join(_DRAIN_SECONDS)
        self._emit(Ended(self._key, self._result(code)))

    def _assign(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # the process has ended; its exit code says why
            self._input.write(self._line + b"\n")
            self._input.flush()  # not closed: when it closes, the worker knows that the agent has died

    def _listen(self, messages: IO[bytes]) -> None:
        with messages:
            while line := messages.readline(_LONGEST_LINE):
                message = json.loads(line)
                if details := message.get("progressed"):
                    self._emit(Progressed(self._key, details))
                elif ended := message.get("ended"):
                    self._outcome = Outcome(**ended)

    def _too_late(self) -> None:
        self._late = True
        self.end()

    def _result(self, code: int) -> Outcome:
        outcome = self._outcome
        if self._late:
            outcome = _failed("ERR_TIMEOUT", f"The job took longer than {self._seconds:g} seconds")
        elif outcome is None:
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            outcome = _failed("ERR_UNEXPECTED", f"The handler's process ended {how} before the handler returned")
        return Outcome(outcome.status, {**self.output(), **outcome.details}, outcome.then)


def _failed(code: str, reason: str) -> Outcome:
    return Outcome(FAILED, {"errorCode": code, "reason": reason})


def _start(channel: int, folder: Path) -> "subprocess.Popen[bytes]":
    """Start the worker in the folder. With -P Python imports nothing from the folder.

    The worker gets its path as an argument, because programs of the job would inherit a PYTHONPATH.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-u", "-P", "-c", _MAIN, str(_ROOT), str(channel)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(channel,),
        start_new_session=True,
        cwd=folder,
    )
