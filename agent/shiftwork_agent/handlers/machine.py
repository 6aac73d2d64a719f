"""systemStatus, reboot and shutdown: the machine itself."""

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
    """Facts about the machine; which packages are installed, at which version."""
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
        "memoryAvailableMiB": _available() // 1024,
        "diskFreeMiB": disk.free // 1024**2,
    }


def _available() -> int:
    """Kilobytes of memory that can still be had (man 5 proc)."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("MemAvailable:")))


def reboot(_: Mapping[str, Any], job: Job) -> Outcome | dict[str, object]:
    """Restart the machine; succeeded when it has come up again."""
    if job.rebooted:
        return {"step": "rebooted"}
    if job.wanted_reboot:
        raise JobError("ERR_SYSTEM_CALL_FAILED", "The machine was not restarted: its boot id is the same")
    return job.reboot(operation="reboot", step="initiated")


def shutdown(_: Mapping[str, Any], job: Job) -> Outcome:
    """Shut the machine down; succeeded when that begins."""
    return job.shutdown(operation="shutdown", step="initiated")
