"""What the configuration file says, with defaults filled in and paths made absolute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Restart = Literal["again", "fail"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """`[connection]`: where to, as whom, and with which files."""

    endpoint: str
    thing: str
    client_id: str
    certificate: Path
    key: Path
    ca: Path | None
    port: int
    keep_alive_seconds: int
    answer_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """`[limits]`."""

    job_seconds: int
    end_seconds: int
    report_seconds: int
    heartbeat_seconds: int
    output_characters: int
    download_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """`[commands]`: programs that documents may run, by the word they are called by; `*` is any."""

    allow: tuple[str, ...]
    shell: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """`[steps]`: the folder of the scripts that steps may run, and the users that they may run as."""

    handlers: Path
    users: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Downloads:
    """`[downloads]`: folders that documents may write to, and whether plain http will do."""

    folders: tuple[Path, ...]
    http: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """`[services]`: the services that documents may control, and the command that does it."""

    allow: tuple[str, ...]
    command: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """`[power]`: commands, and the file that has other contents after each restart of the machine."""

    reboot: tuple[str, ...]
    shutdown: tuple[str, ...]
    boot_id: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """`[handlers.NAME]`: a function `module:name`, and what becomes of a job that a restart interrupts."""

    function: str
    restart: Restart
    seconds: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The whole file. `source` and `folder` make the same Config in another process."""

    connection: Connection
    state: Path
    operations: frozenset[str]
    modules: Path
    limits: Limits
    commands: Commands
    steps: Steps
    downloads: Downloads
    services: Services
    power: Power
    handlers: Mapping[str, Handler]
    source: Mapping[str, Any] = field(repr=False)
    folder: Path = field(repr=False)
