"""The devices' agents: a process each, on one leash: they end with this process, however it ends."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(configs: Sequence[Path]) -> Iterator[None]:
    """Start the agents; on exit they end as in a power cut."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "agent")))
    command = [sys.executable, "-m", "local.leash", sys.executable, "-m", "local.fleet.agents", *map(str, configs)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE)
    assert process.stdin is not None  # noqa: S101 (a pipe, see above)
    try:
        yield
    finally:
        process.stdin.close()
        process.wait()


def start(config: Path) -> "subprocess.Popen[bytes]":
    """One agent, which writes its log beside its configuration."""
    command = [sys.executable, "-m", "shiftwork_agent", "run", "--config", str(config)]
    with config.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    for agent in [start(Path(name)) for name in sys.argv[1:]]:
        agent.wait()
