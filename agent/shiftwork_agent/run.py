"""Runs the agent until it is told to stop."""

import fcntl
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from shiftwork_agent.errors import ConfigError
from shiftwork_agent.iot import Line
from shiftwork_agent.jobs.current import NoteFile
from shiftwork_agent.jobs.events import Notice, Stopped
from shiftwork_agent.jobs.loop import Loop
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.log import Log
from shiftwork_agent.running.launcher import Launcher
from shiftwork_agent.running.machine import Machine
from shiftwork_agent.settings.config import Config


def run(config: Config, log: Log) -> str | None:
    """Take jobs until SIGTERM or SIGINT; answers the reason if there was another one."""
    with alone(config):
        inbox: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        line = Line(config.connection, inbox.put, log)
        launcher = Launcher(config, inbox.put)
        loop = Loop(
            service=line.calls,
            begin=launcher,
            notes=NoteFile(config.state),
            machine=Machine(config.power),
            inbox=inbox,
            log=log,
            pace=Pace(config.limits.report_seconds, config.limits.heartbeat_seconds),
        )
        _on_signals(lambda: inbox.put(Stopped()))
        log("started", thing=config.connection.thing, endpoint=config.connection.endpoint)
        line.start()
        reason = loop.run()
        launcher.wait()
        line.stop()
        log("stopped", reason=reason)
        return reason


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Raises ConfigError if another agent uses the state folder: two would take each other's jobs and client id."""
    with _opened(config.state) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            problem = f"state {config.state} is in use by another agent: stop it, or give this one its own folder"
            raise ConfigError([problem]) from None
        yield


def _opened(state: Path) -> TextIO:
    try:
        state.mkdir(parents=True, exist_ok=True)
        return (state / "lock").open("w")
    except OSError as error:
        way_out = "give the agent's user the right to, or name another folder"
        raise ConfigError([f"{error.filename} of state cannot be written ({error.strerror}): {way_out}"]) from None


def _on_signals(stop: Callable[[], None]) -> None:
    """By a pipe and a thread: a Python handler may wait until the main thread has something to do."""
    signaled, signals = os.pipe()
    os.set_blocking(signals, False)
    signal.set_wakeup_fd(signals)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        os.read(signaled, 1)
        stop()

    threading.Thread(target=wait, daemon=True).start()
