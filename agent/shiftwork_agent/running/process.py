"""The work on a job as a process group of its own: it can be ended whatever it does, and takes nothing with it."""

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
from shiftwork_agent.jobs.events import Ended, Notice, Told
from shiftwork_agent.jobs.execution import FAILED, Outcome
from shiftwork_agent.running.worker import Order

_ROOT = Path(__file__).parents[2]  # where the package `shiftwork_agent` is
_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from shiftwork_agent.running.worker import main; main()"
_LONGEST_LINE = 1 << 18
_DRAIN_SECONDS = 1.0  # for output that is left when the group has ended; a daemon may hold it open for ever


class Process:
    """One worker; `tell` gets its notices, from a thread."""

    def __init__(self, order: Order, seconds: float, tell: Callable[[Notice], None]) -> None:
        self._key = order.execution.key
        self._words = json.dumps(order.as_json()).encode()
        self._tell = tell
        self._limits = order.config.limits
        self._seconds = seconds
        self._late = False
        self._over = False
        self._outcome: Outcome | None = None
        self._lock = threading.Lock()
        self._out, self._err = Tail(), Tail()
        self._killer: threading.Timer | None = None
        messages, channel = os.pipe()
        try:
            self._child = _start(channel, order.config.state / "work")
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
        """The end of standard output and error so far."""
        characters = self._limits.output_characters
        ends = {"stdout": tail(self._out.kept, characters), "stderr": tail(self._err.kept, characters)}
        return {name: end for name, end in ends.items() if end}

    def end(self) -> None:
        """SIGTERM to the whole group; SIGKILL to what is left after the time that the configuration gives it."""
        with self._lock:
            if self._over or self._killer:
                return
            self._killer = threading.Timer(self._limits.end_seconds, self._signal, (signal.SIGKILL,))
            self._killer.daemon = True
            self._killer.start()
        self._signal(signal.SIGTERM)

    def wait(self) -> None:
        """Until it has ended."""
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
        self._give_order()
        os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOWAIT)  # not reaped: the group's number stays its own
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
        self._tell(Ended(self._key, self._result(code)))

    def _give_order(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # it ended already: its exit code says why
            self._input.write(self._words + b"\n")
            self._input.flush()  # and not closed: by its end the worker knows the agent's

    def _listen(self, messages: IO[bytes]) -> None:
        with messages:
            while line := messages.readline(_LONGEST_LINE):
                message = json.loads(line)
                if told := message.get("told"):
                    self._tell(Told(self._key, told))
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
            outcome = _failed("ERR_UNEXPECTED", f"The handler's process ended {how}, without an answer")
        return Outcome(outcome.status, {**self.output(), **outcome.details}, outcome.then)


def _failed(code: str, reason: str) -> Outcome:
    return Outcome(FAILED, {"errorCode": code, "reason": reason})


def _start(channel: int, folder: Path) -> "subprocess.Popen[bytes]":
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        # -P: nothing is imported from the folder; and by no PYTHONPATH, which programs of the job would inherit
        [sys.executable, "-u", "-P", "-c", _MAIN, str(_ROOT), str(channel)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(channel,),
        start_new_session=True,
        cwd=folder,
    )


_KEPT = 8192
_CHUNK = 65536


class Tail:
    """Reads until the other side closes, and keeps the last bytes."""

    def __init__(self) -> None:
        self._kept = b""

    def read(self, stream: IO[bytes]) -> None:
        """Read all; to be called in a thread of its own."""
        with stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                self._kept = (self._kept + chunk)[-_KEPT:]

    @property
    def kept(self) -> bytes:
        """The end so far."""
        return self._kept
