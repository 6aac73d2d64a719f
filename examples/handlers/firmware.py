"""Handlers of the example devices, which `make fleet` starts: what a device's own programs look like to the agent.

A handler gets the job document and the job. What it returns are the last details of a success; an exception is a
failure, and its text the reason.
"""

import time
from typing import Any

STEPS = ("download", "verify", "install")


def update(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Install a version, step by step."""
    for number, step in enumerate(STEPS, start=1):
        time.sleep(0.2)  # where a real device would work
        job.report(step=step, progress=100 * number // len(STEPS))
    return {"version": document["version"]}


def update_at_second_try(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Fail once: the retry that the job asks for helps."""
    if job.execution_number == 1:
        raise RuntimeError("the download was cut off")
    return update(document, job)


def update_without_space(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Fail each time."""
    job.report(step="download", progress=0)
    raise OSError(f"no space is left for version {document['version']}")


def update_that_hangs(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Begin, and never end: the job's timeout for a device takes it back."""
    job.report(step="download", progress=0)
    while True:
        time.sleep(60)
