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
    from local import corrections, front  # noqa: PLC0415 (MiniStack comes with them)
    from local.corrections.iot import service as iot_service
    from local.corrections.lambda_ import environments as lambda_workers
    from local.corrections.scheduler import schedules  # noqa: PLC0415

    forks = Forks(home / "lambda")
    cloud = corrections.install(engine, forks)
    scheduler = schedules.install()
    timers = iot_service.install(scheduler.clock, mqtt)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    end = functools.partial(_end, over)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    warm = functools.partial(lambda_workers.warm, forks)
    threading.Thread(target=_obey, args=(loop, end, warm), daemon=True, name="parent").start()
    advance = functools.partial(timers.advance, scheduler.advance, loop)
    keeping = loop.create_task(timers.keep(), name="timers")
    told = functools.partial(_tell, ready, {"tasks": engine.words})
    app: Any = front.routed(api.getsockname()[1], told, advance)
    try:
        await hypercorn(app, _config(aws, api), shutdown_trigger=over.wait)
    finally:
        keeping.cancel()
        cloud.stop_all()


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
    asyncio.run(serve(at, front_door, devices, ready_fd, Path(os.environ["TMPDIR"])))
    # The parent does this too, unless it was killed.
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    # The tasks are over and the sockets closed; MiniStack's threads are not waited for.
    os._exit(0)
