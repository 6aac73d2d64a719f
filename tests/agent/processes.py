"""Jobs as processes, for tests."""

import contextlib
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from shiftwork_agent.jobs.events import Ended, Event, Progressed
from shiftwork_agent.jobs.execution import Execution, Outcome
from shiftwork_agent.jobs.ports import Resumption
from shiftwork_agent.running.launcher import Launcher
from shiftwork_agent.settings.config import Config

MODULE = """
import os, signal, subprocess, sys, time

def talk(document, job):
    print("x" * 5000)
    print("last line")
    os.write(2, b"\\xff bad \\x1b[31m bytes")
    return {"a": "b"}

def hang(document, job):
    subprocess.Popen(["sleep", "1000"])
    job.report(pid=os.getpid())
    time.sleep(1000)

def clean_up(document, job):
    try:
        job.report(step="ready")
        time.sleep(1000)
    finally:
        (job.config.state / "cleaned").write_text("")

def stubborn(document, job):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    job.report(step="ready")
    while True:
        time.sleep(1000)

def die(document, job): os.kill(os.getpid(), signal.SIGKILL)
def quit(document, job): os._exit(3)
def leave(document, job): subprocess.Popen(["sleep", "1000"], start_new_session=False); return {}
def flood(document, job):
    for n in range(20000):
        job.report(progress=n)
"""
Begin = Callable[..., "Begun"]


class Begun:
    """A job that runs in a process, and its events."""

    def __init__(self, found: Config, document: object, resumption: Resumption | None) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.process = Launcher(found, self.events.put)(Execution("job-1", 1, 2, document), resumption)

    def told(self) -> dict[str, str]:
        event = self.events.get(timeout=20)
        assert isinstance(event, Progressed)
        return dict(event.details)

    def outcome(self) -> Outcome:
        while True:
            event = self.events.get(timeout=20)
            if isinstance(event, Ended):
                self.process.wait()
                return event.outcome


def group_is_gone(group: int) -> bool:
    """Wait for every process of the group to end, and return whether all did."""
    pause = threading.Event()
    return any(_states(group) <= {"Z", "X"} or pause.wait(0.02) for _ in range(500))


def _states(group: int) -> set[str]:
    """Return the states of the group's processes. Z and X are those of ended processes (man 5 proc)."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, number, *_ = stat.read_text().rpartition(")")[2].split()
            found |= {state} if int(number) == group else set()
    return found
