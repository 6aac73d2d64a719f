"""What an install document asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.files.checksum import Checksum, read
from shiftwork_agent.handlers import fields

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
    checksum = read(file)
    if checksum is None:
        raise RefusedError("ERR_CHECKSUM_FAILED", "A file of an install has no checksum: give one, as sha256")
    return Source(
        name=fields.name(file, "fileName"),
        url=fields.text(fields.table(file, "fileSource"), "url"),
        checksum=checksum,
        unpack=file.get("unpack") is True,
    )
