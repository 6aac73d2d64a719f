"""Handlers of the example devices that `make fleet` starts.

A handler gets the job document and the job. The agent reports what it returns as the details of a success. If it
raises an exception, the agent reports a failure, with the exception's text as the reason. To have a document rejected,
it raises RefusedError of shiftwork_agent.errors.
"""

import time
from typing import Any

STEPS = ("download", "verify", "install")


def update(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Install a version in steps, and report each."""
    for number, step in enumerate(STEPS, start=1):
        time.sleep(0.2)  # a real device works here
        job.report(step=step, progress=100 * number // len(STEPS))
    return {"version": document["version"]}


def update_at_second_try(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Fail at the first attempt only, so that the job's retry succeeds."""
    if job.execution_number == 1:
        raise RuntimeError("the download was cut off")
    return update(document, job)


def update_without_space(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Fail at each attempt."""
    job.report(step="download", progress=0)
    raise OSError(f"no space is left for version {document['version']}")


def update_that_hangs(document: dict[str, Any], job: Any) -> dict[str, str]:
    """Never end. The job's timeout for a device ends the device execution."""
    job.report(step="download", progress=0)
    while True:
        time.sleep(60)
