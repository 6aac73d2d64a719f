"""Run a command that ends when whoever started this ends: `python -m local.leash COMMAND...`.

Standard input is the leash: its other end is the parent's, and closes with the parent, however that ends.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run it in a process group of its own; its exit status."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_until_let_go, args=(process.pid,), daemon=True).start()
    return process.wait()


def _until_let_go(group: int) -> None:
    while os.read(0, 1024):
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
