"""systemStatus, reboot and shutdown: what concerns the machine as a whole."""

import os
import platform
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.handlers.packages import Packages
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.job import Job


def system_status(_: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Report facts about the machine, and the installed packages with their versions."""
    disk = shutil.disk_usage(job.config.state)
    installed = Packages(job.config.state / "packages").installed()
    return {
        "installedPackages": ", ".join(f"{name} {version}" for name, version in installed.items()) or "none",
        "arch": platform.machine(),
        "platform": platform.system().lower(),
        "release": platform.release(),
        "python": platform.python_version(),
        "uptimeSeconds": int(time.clock_gettime(time.CLOCK_BOOTTIME)),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "memoryAvailableMiB": _available_kib() // 1024,
        "diskFreeMiB": disk.free // 1024**2,
    }


def reboot(_: Mapping[str, Any], job: Job) -> Outcome | dict[str, object]:
    """Restart the machine. The job succeeds when the machine is up again."""
    if job.rebooted:
        return {"step": "rebooted"}
    check_restarted(job)
    return job.reboot(operation="reboot", step="initiated")


def check_restarted(job: Job) -> None:
    """Raise JobError if the job asked for a restart of the machine and the machine has not restarted."""
    if job.wanted_reboot and not job.rebooted:
        raise JobError("ERR_SYSTEM_CALL_FAILED", "The machine did not restart: its boot id is the same as before")


def shutdown(_: Mapping[str, Any], job: Job) -> Outcome:
    """Shut the machine down. The job succeeds before the machine begins to go down."""
    return job.shutdown(operation="shutdown", step="initiated")


def _available_kib() -> int:
    """Return the memory that programs can still get, in KiB (man 5 proc)."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("MemAvailable:")))
