"""install: downloads a package's files, switches to the new version, and back if the new version does not work."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.handlers.command import check_allowed
from shiftwork_agent.handlers.download import Checksum, check_url, fetch, percent, read_checksum
from shiftwork_agent.handlers.packages import Packages, unpack
from shiftwork_agent.handlers.services import check_names, control
from shiftwork_agent.running.child import run
from shiftwork_agent.running.job import Job

_OF_AWS = ("workingDirectory", "launchCommand", "autoStart")  # AWS's JavaScript agent starts programs by itself


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a package. `unpack`: the file is an archive to unpack."""

    name: str
    url: str
    checksum: Checksum
    unpack: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What an install document asks for: after the switch `service` restarts, and then `check` must end with 0."""

    name: str
    version: str
    sources: tuple[Source, ...]
    service: str | None
    check: tuple[str, ...]


def install(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Install the document's package. The version before is kept, and older ones are removed."""
    plan = read_plan(document)
    _check_allowed(plan, job)
    packages = Packages(job.config.state / "packages")
    job.report(operation="install", packageName=plan.name, version=plan.version)
    before = _before(packages, plan, job)
    place = _prepare(packages, plan, job)
    packages.switch(plan.name, place)
    try:
        _try_out(plan, place, job)
    except BaseException:  # also SystemExit, by which the agent ends a job
        _roll_back(packages, plan, before, job)
        raise
    packages.tidy(plan.name, place, before)
    return {"step": "installed", "progress": "100"}


def read_plan(document: Mapping[str, Any]) -> Plan:
    """Return the document's plan. Raises RefusedError if the document is wrong."""
    for field in _OF_AWS:
        if document.get(field):
            raise RefusedError(fields.INVALID, f"{field}: this agent does not start programs. Name a service instead")
    sources = tuple(_source(file) for file in fields.tables(document, "files"))
    versions = [file.get("fileVersion") for file in fields.tables(document, "files")]
    given = {"version": document.get("version") or versions[0]}
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        raise RefusedError(fields.INVALID, "files: two files have the same fileName")
    version = fields.name(given, "version")
    if version == "current":
        raise RefusedError(fields.INVALID, "version: 'current' is not allowed, because the link to the version has it")
    return Plan(
        name=fields.name(document, "packageName", "ERR_UNNAMED_PACKAGE"),
        version=version,
        sources=sources,
        service=fields.text(document, "service") if "service" in document else None,
        check=tuple(fields.texts(document, "check")),
    )


def _source(file: Mapping[str, Any]) -> Source:
    checksum = read_checksum(file)
    if checksum is None:
        raise RefusedError("ERR_CHECKSUM_FAILED", "checksum: each file of an install needs one, for example a SHA256")
    return Source(
        name=fields.name(file, "fileName"),
        url=fields.text(fields.table(file, "fileSource"), "url"),
        checksum=checksum,
        unpack=file.get("unpack") is True,
    )


def _check_allowed(plan: Plan, job: Job) -> None:
    """Raise RefusedError before anything is downloaded, if the device does not allow all that the plan needs."""
    for source in plan.sources:
        check_url(source.url, job.config)
    if plan.check:
        check_allowed(plan.check, job.config.commands)
    if plan.service:
        check_names("restart", [plan.service], job.config.services)


def _before(packages: Packages, plan: Plan, job: Job) -> Path | None:
    """Return the folder of the version that was in use before the job, also if a restart interrupted the job."""
    if "before" not in job.saved:
        job.save(before=packages.installed().get(plan.name))
    version = job.saved["before"]
    return packages.place(plan.name, version) if version else None


def _prepare(packages: Packages, plan: Plan, job: Job) -> Path:
    """Download and unpack all files, and return their folder, which is not in use yet."""
    draft = packages.draft(plan.name, plan.version)
    try:
        for number, source in enumerate(plan.sources, 1):
            job.report(step=f"file {number} of {len(plan.sources)}", progress="0")
            _bring(source, draft, job)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return packages.keep(draft, plan.name, plan.version)


def _bring(source: Source, draft: Path, job: Job) -> None:
    target = draft / source.name
    fetch(
        source.url,
        target,
        source.checksum,
        job.config,
        lambda done, size: job.report(progress=percent(done, size)),
    )
    if source.unpack:
        archive = target.rename(draft / f".archive-{source.name}")
        unpack(archive, draft, job.config.limits.download_bytes)
        archive.unlink()


def _try_out(plan: Plan, place: Path, job: Job) -> None:
    if plan.service:
        job.report(step="restarting the service")
        control("restart", [plan.service], job)
    if plan.check:
        job.report(step="checking")
        if code := run(plan.check, place):
            raise JobError("ERR_UNEXPECTED_PACKAGE_EXIT", f"{plan.check[0]} ended with exit code {code}")


def _roll_back(packages: Packages, plan: Plan, before: Path | None, job: Job) -> None:
    job.report(step="rolling back")
    packages.unswitch(plan.name, before)
    packages.tidy(plan.name, before)
    if plan.service and before:
        try:
            control("restart", [plan.service], job)
        except JobError as error:  # the job's reason remains why the new version did not work
            job.report(rollback=str(error))
