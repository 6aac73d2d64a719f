"""Runs the agent until a signal or an error stops it."""

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
from shiftwork_agent.iot import IotConnection
from shiftwork_agent.jobs.current import NoteFile
from shiftwork_agent.jobs.events import Event, Stopped
from shiftwork_agent.jobs.loop import Loop
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.log import Log
from shiftwork_agent.running.launcher import Launcher
from shiftwork_agent.running.machine import Machine
from shiftwork_agent.settings.config import Config


def run(config: Config, log: Log) -> str | None:
    """Take jobs until SIGTERM or SIGINT, and return None. If the agent cannot go on, return the reason."""
    with state_lock(config):
        inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        connection = IotConnection(config.connection, inbox.put, log)
        launcher = Launcher(config, inbox.put)
        loop = Loop(
            service=connection.jobs,
            begin=launcher,
            notes=NoteFile(config.state),
            machine=Machine(config.power),
            inbox=inbox,
            log=log,
            pace=Pace(config.limits.report_seconds, config.limits.heartbeat_seconds),
        )
        _on_signals(lambda: inbox.put(Stopped()))
        log("started", thing=config.connection.thing, endpoint=config.connection.endpoint)
        connection.start()
        reason = loop.run()
        launcher.wait()
        connection.stop()
        log("stopped", reason=reason)
        return reason


@contextmanager
def state_lock(config: Config) -> Iterator[None]:
    """Hold the state folder for this agent alone. Raises ConfigError if another agent holds it.

    Two agents on one folder would take each other's jobs and MQTT client id.
    """
    with _opened(config.state) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            problem = f"state: {config.state} is in use by another agent. Stop that agent, or name another folder."
            raise ConfigError([problem]) from None
        yield


def _opened(state: Path) -> TextIO:
    try:
        state.mkdir(parents=True, exist_ok=True)
        return (state / "lock").open("w")
    except OSError as error:
        problem = f"state: cannot write {error.filename} ({error.strerror})."
        next_step = "Give the agent's user the right to write there, or name another folder."
        raise ConfigError([f"{problem} {next_step}"]) from None


def _on_signals(stop: Callable[[], None]) -> None:
    """Call `stop` at SIGTERM and SIGINT, from a thread that reads a pipe.

    Python runs a signal handler in the main thread only, and that thread may be waiting for the next event.
    """
    signaled, signals = os.pipe()
    os.set_blocking(signals, False)
    signal.set_wakeup_fd(signals)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        os.read(signaled, 1)
        stop()

    threading.Thread(target=wait, daemon=True).start()
