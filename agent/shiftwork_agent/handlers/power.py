"""reboot and shutdown."""

from collections.abc import Mapping
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.job import Job


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
