"""start, stop and restart: control services of the machine with the configured command, systemctl by default."""

from collections.abc import Mapping
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.child import run
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Services

_CODES = {"start": "ERR_UNABLE_TO_START_PACKAGE", "stop": "ERR_UNABLE_TO_STOP_PACKAGE"}


def start(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Start the services."""
    return control("start", _names(document), job)


def stop(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Stop the services."""
    return control("stop", _names(document), job)


def restart(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Restart each service once, also if one of them is the agent's own, whose restart interrupts this job."""
    names = _names(document)
    check_names("restart", names, job.config.services)
    begun: list[str] = job.saved.get("begun", [])
    for name in [name for name in names if name not in begun]:
        begun = [*begun, name]
        job.save(begun=begun)
        control("restart", [name], job)
    return _details("restart", names)


def control(verb: str, names: list[str], job: Job) -> dict[str, object]:
    """Run the command for one service after the other, if all of them are allowed."""
    services = job.config.services
    check_names(verb, names, services)
    for name in names:
        job.report(operation=verb, step=name)
        if code := run([*services.command, verb, name]):
            error = _CODES.get(verb, "ERR_UNABLE_TO_START_PACKAGE")
            raise JobError(error, f"{' '.join(services.command)} {verb} {name} ended with exit code {code}")
    return _details(verb, names)


def check_names(verb: str, names: list[str], services: Services) -> None:
    """Raise RefusedError unless the configuration allows all services."""
    for name in names:
        if name.startswith("-") or name not in services.allow:
            reason = (
                f"This device does not allow to {verb} service {name!r}. Add it to services.allow in the agent's file"
            )
            raise RefusedError("ERR_INVALID_PACKAGE_NAME", reason)


def _details(verb: str, names: list[str]) -> dict[str, object]:
    return {"operation": verb, "services": ", ".join(names)}


def _names(document: Mapping[str, Any]) -> list[str]:
    """Read `services`, a list, or `service`, or the `packageName` of AWS's JavaScript SDK."""
    if "services" in document:
        names = fields.texts(document, "services")
    else:
        names = [fields.text(document, "service" if "service" in document else "packageName", "ERR_UNNAMED_PACKAGE")]
    if not names:
        raise RefusedError("ERR_UNNAMED_PACKAGE", "services: at least one name is required")
    return names
