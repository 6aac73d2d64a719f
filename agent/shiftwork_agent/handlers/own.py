"""What the agent does by itself for a step whose script the device does not have.

AWS's managed templates (AWS-Reboot, AWS-Download-File, AWS-Start-Application ...) name the scripts that come with
AWS's device client.
"""

from collections.abc import Callable

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.handlers import fields, services
from shiftwork_agent.handlers.download import download_file
from shiftwork_agent.handlers.step import Step
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.job import Job

Own = Callable[[Step, Job], Outcome | None]


def _reboot(_: Step, job: Job) -> Outcome:
    return job.reboot(step="initiated")


def _shutdown(_: Step, job: Job) -> Outcome:
    return job.shutdown(step="initiated")


def _download(step: Step, job: Job) -> None:
    if len(step.words) != 2:
        raise RefusedError(fields.INVALID, "download-file.sh has two arguments: a URL and a path")
    download_file({"url": step.words[0], "filePath": step.words[1]}, job)


def _control(verb: str) -> Own:
    def control(step: Step, job: Job) -> None:
        services.control(verb, list(step.words), job)

    return control


_OWN: dict[str, tuple[str, Own]] = {
    "reboot.sh": ("reboot", _reboot),
    "shutdown.sh": ("shutdown", _shutdown),
    "download-file.sh": ("download-file", _download),
    "start-services.sh": ("start", _control("start")),
    "stop-services.sh": ("stop", _control("stop")),
    "restart-services.sh": ("restart", _control("restart")),
}


def find(step: Step, job: Job) -> Own:
    """The agent's own way. Raises RefusedError if it has none, or none that the device allows."""
    operation, own = _OWN.get(step.handler or "", (None, None))
    if own and operation in job.config.operations:
        return own
    folder = job.config.steps.handlers
    reason = f"There is no handler {step.handler!r} in {folder}"
    if operation:
        reason += f", and operation {operation!r} is not allowed: add it to operations in the agent's file"
    raise RefusedError("ERR_HANDLER_NOT_FOUND", reason)
