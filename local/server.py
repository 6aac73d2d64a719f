"""The child process: MiniStack with corrections, on sockets that the parent has bound to loopback.

The parent holds the other end of standard input: when it ends, however it ends, this process and all that it
started end too. A line on it is the order to start the Lambda functions, so that no request meets a cold one.
"""

import asyncio
import functools
import json
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve as hypercorn
from hypercorn.config import Config

from local.corrections import guard
from local.corrections.registry import CorrectionError
from local.lambdas.forks import Forks
from local.tasks import engines
from local.tasks.process import Processes

LONGEST_END = 150.0  # seconds: a task may take 120 between SIGTERM and SIGKILL


async def serve(aws: socket.socket, api: socket.socket, mqtt: socket.socket, ready: int, home: Path) -> None:
    """Serve until told to end."""
    engine = engines.choose(home / "tasks", os.environ.get("SHIFTWORK_TASKS", ""))
    if isinstance(engine, Processes):
        # MiniStack would import it, some megabytes, and ask for an engine that is not there or not wanted.
        sys.modules["docker"] = None  # type: ignore[assignment]
    guard.check()
    from local import front  # noqa: PLC0415 (MiniStack comes with it)
    from local.corrections.install import install  # noqa: PLC0415
    from local.corrections.lambda_.environments import warm  # noqa: PLC0415

    forks = Forks(home / "lambda")
    corrected = install(engine, forks, mqtt)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    end = functools.partial(_end, over)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    warming = functools.partial(warm, forks)
    threading.Thread(target=_obey, args=(loop, end, warming), daemon=True, name="parent").start()
    advance = functools.partial(corrected.timers.advance, corrected.scheduler.advance, loop)
    keeping = loop.create_task(corrected.timers.keep(), name="timers")
    told = functools.partial(_tell, ready, {"tasks": engine.words})
    app: Any = front.routed(api.getsockname()[1], told, advance)
    try:
        await hypercorn(app, _config(aws, api), shutdown_trigger=over.wait)
    finally:
        keeping.cancel()
        corrected.tasks.stop_all()


def _config(*sockets: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listening.detach()}" for listening in sockets]
    config.keep_alive_timeout, config.graceful_timeout = 75, 1
    config.loglevel = "WARNING"
    return config


def _obey(loop: asyncio.AbstractEventLoop, end: Callable[[], None], warm: Callable[[], None]) -> None:
    for _ in sys.stdin:
        warm()
    loop.call_soon_threadsafe(end)


def _end(over: asyncio.Event) -> None:
    """Begin to end, and see to it that it comes to an end, whatever may hang."""
    watchdog = threading.Timer(LONGEST_END, os._exit, [1])
    watchdog.daemon = True
    watchdog.start()
    over.set()


def _tell(ready: int, facts: dict[str, str]) -> None:
    with os.fdopen(ready, "w", encoding="utf-8") as pipe:
        json.dump(facts, pipe)


if __name__ == "__main__":
    *listening, ready_fd = (int(argument) for argument in sys.argv[1:5])
    at, front_door, devices = (socket.socket(fileno=number) for number in listening)
    try:
        asyncio.run(serve(at, front_door, devices, ready_fd, Path(os.environ["TMPDIR"])))
    except CorrectionError as error:
        sys.exit(f"shiftwork: {error}")
    # The parent does this too, unless it was killed.
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    # The tasks are over and the sockets closed; MiniStack's threads are not waited for.
    os._exit(0)
