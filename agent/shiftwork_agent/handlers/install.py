"""install: downloads a package's files, checks and unpacks them, switches to them, and back if they do not work."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.handlers.command import check_allowed
from shiftwork_agent.handlers.download import Checksum, check_url, fetch, read_checksum
from shiftwork_agent.handlers.packages import Packages, unpack
from shiftwork_agent.handlers.services import check_names, control
from shiftwork_agent.running.child import run
from shiftwork_agent.running.job import Job

_OF_AWS = ("workingDirectory", "launchCommand", "autoStart")  # AWS's JavaScript agent starts programs by itself


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a package; `unpack`: it is an archive."""

    name: str
    url: str
    checksum: Checksum
    unpack: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A package; `service` is restarted after the switch, `check` must end with 0."""

    name: str
    version: str
    sources: tuple[Source, ...]
    service: str | None
    check: tuple[str, ...]


def plan(document: Mapping[str, Any]) -> Plan:
    """The document's Plan. Raises RefusedError before anything is downloaded."""
    for field in _OF_AWS:
        if document.get(field):
            raise RefusedError(fields.INVALID, f"{field} is not done by this agent: name a service instead")
    sources = tuple(_source(file) for file in fields.tables(document, "files"))
    versions = [file.get("fileVersion") for file in fields.tables(document, "files")]
    given = {"version": document.get("version") or versions[0]}
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        raise RefusedError(fields.INVALID, "files has the same fileName twice")
    version = fields.name(given, "version")
    if version == "current":
        raise RefusedError(fields.INVALID, "version is 'current': that is the name of the link to the one in use")
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
        raise RefusedError("ERR_CHECKSUM_FAILED", "A file of an install has no checksum: give one, as sha256")
    return Source(
        name=fields.name(file, "fileName"),
        url=fields.text(fields.table(file, "fileSource"), "url"),
        checksum=checksum,
        unpack=file.get("unpack") is True,
    )


def install(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Install the package of the document; the version before is kept, the ones before that are removed."""
    wanted = plan(document)
    _check(wanted, job)
    packages = Packages(job.config.state / "packages")
    job.report(operation="install", packageName=wanted.name, version=wanted.version)
    before = _before(packages, wanted, job)
    place = _prepare(packages, wanted, job)
    packages.switch(wanted.name, place)
    try:
        _try_out(wanted, place, job)
    except BaseException:  # also when the job is ended
        _roll_back(packages, wanted, before, job)
        raise
    packages.tidy(wanted.name, place, before)
    return {"step": "installed", "progress": "100"}


def _before(packages: Packages, wanted: Plan, job: Job) -> Path | None:
    """The version in use; in a job that goes on after a restart, the one in use before the job."""
    if "before" not in job.saved:
        job.save(before=packages.installed().get(wanted.name))
    version = job.saved["before"]
    return packages.place(wanted.name, version) if version else None


def _prepare(packages: Packages, wanted: Plan, job: Job) -> Path:
    """All files of the package, checked and unpacked, in a place that is not yet in use."""
    draft = packages.draft(wanted.name, wanted.version)
    try:
        for number, source in enumerate(wanted.sources, 1):
            job.report(step=f"file {number} of {len(wanted.sources)}", progress="0")
            _bring(source, draft, job)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return packages.keep(draft, wanted.name, wanted.version)


def _roll_back(packages: Packages, wanted: Plan, before: Path | None, job: Job) -> None:
    job.report(step="rolling back")
    packages.unswitch(wanted.name, before)
    packages.tidy(wanted.name, before)
    if wanted.service and before:
        try:
            control("restart", [wanted.service], job)
        except JobError as error:  # why the new version did not work remains the reason
            job.report(rollback=str(error))


def _check(wanted: Plan, job: Job) -> None:
    """Nothing is downloaded for an install that this device would not finish."""
    for source in wanted.sources:
        check_url(source.url, job.config)
    if wanted.check:
        check_allowed(wanted.check, job.config.commands)
    if wanted.service:
        check_names("restart", [wanted.service], job.config.services)


def _bring(source: Source, draft: Path, job: Job) -> None:
    target = draft / source.name
    most = job.config.limits.download_bytes

    def progress(done: int, size: int) -> None:
        job.report(progress=done * 100 // size if size else f"{done} bytes")

    fetch(source.url, target, source.checksum, job.config, progress)
    if source.unpack:
        archive = target.rename(draft / f".archive-{source.name}")
        unpack(archive, draft, most)
        archive.unlink()


def _try_out(wanted: Plan, place: Path, job: Job) -> None:
    if wanted.service:
        job.report(step="restarting the service")
        control("restart", [wanted.service], job)
    if wanted.check:
        job.report(step="checking")
        if code := run(wanted.check, place):
            raise JobError("ERR_UNEXPECTED_PACKAGE_EXIT", f"{wanted.check[0]} ended with exit code {code}")
