"""The devices' agents: a process each, ended with this one."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 15


@contextmanager
def running(configs: Sequence[Path]) -> Iterator[None]:
    """Start the agents; on exit end them, those that do not end by force."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment["PYTHONPATH"] = str(ROOT)
    processes = []
    try:
        for config in configs:
            with config.with_suffix(".log").open("wb") as log:
                command = [sys.executable, "-m", "agent", "run", "--config", str(config)]
                processes.append(
                    subprocess.Popen(
                        command,
                        env=environment,
                        cwd=ROOT,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
