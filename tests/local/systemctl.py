"""`systemctl` for the documents' commands: a unit's ExecStart is a process, and its files are below DEVICE_ROOT.

Of units that are not there it is only noted what was wanted.
"""

import os
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path

END_SECONDS = 30


def main(verb: str, *rest: str) -> None:
    """Carry out `enable --now NAME` and `restart NAME`."""
    root = Path(os.environ["DEVICE_ROOT"])
    with (root / "systemctl.log").open("a") as log:
        print(verb, *rest, file=log)
    unit = root / "etc" / "systemd" / "system" / f"{rest[-1] if rest else ''}.service"
    if not unit.exists():
        return
    pid = unit.with_suffix(".pid")
    if pid.exists():
        end(int(pid.read_text()))
    (command,) = [line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    words = [f"{root}{word}" if word.startswith("/") else word for word in shlex.split(command)]
    with unit.with_suffix(".log").open("a") as log:
        started = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    pid.write_text(str(started.pid))


def end(pid: int) -> None:
    """SIGTERM, and wait for the end, also where nobody reaps the process."""
    handle = os.pidfd_open(pid)
    signal.pidfd_send_signal(handle, signal.SIGTERM)
    ended, _, _ = select.select([handle], [], [], END_SECONDS)
    assert ended, f"process {pid} does not end"


if __name__ == "__main__":
    main(*sys.argv[1:])
