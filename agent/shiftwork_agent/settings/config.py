"""The configuration file's tables: what each holds, its defaults, and how it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from shiftwork_agent.settings.table import Table

Restart = Literal["again", "fail"]

_THING = re.compile(r"[a-zA-Z0-9:_-]{1,128}")  # ThingName in botocore's model of iot


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """`[connection]`: the endpoint, the thing, and the files that identify it."""

    endpoint: str
    thing: str
    client_id: str
    certificate: Path
    key: Path
    ca: Path | None
    port: int
    keep_alive_seconds: int
    answer_seconds: int

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table. The MQTT client id is the thing's name by default."""
        thing = table.text("thing", "Write the thing's name in AWS IoT.")
        if thing and not _THING.fullmatch(thing):
            table.problem("thing", f"{thing!r} is not a thing's name", "Write 1 to 128 characters of a-z A-Z 0-9 : _ -")
        endpoint = table.text("endpoint", "Write what `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints.")
        if "/" in endpoint:
            table.problem("endpoint", f"{endpoint!r} is not a host's name", "Write the name without https:// and path.")
        return cls(
            endpoint=endpoint,
            thing=thing,
            client_id=table.text("client_id", "Write the MQTT client id, or remove the key.", thing or "-"),
            certificate=table.path("certificate", "Write the path of the device's certificate, a PEM file."),
            key=table.path("key", "Write the path of the device's private key, a PEM file."),
            ca=table.path("ca", "Write the path of AmazonRootCA1.pem, or remove the key.") if table.has("ca") else None,
            port=table.number("port", 8883, 1, 65535),
            keep_alive_seconds=table.number("keep_alive_seconds", 60, 30, 1200),
            answer_seconds=table.number("answer_seconds", 30, 2, 300),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """`[limits]`: times in seconds, and sizes of reports and downloads."""

    job_seconds: int
    end_seconds: int
    report_seconds: int
    heartbeat_seconds: int
    output_characters: int
    download_bytes: int

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table."""
        return cls(
            job_seconds=table.number("job_seconds", 3600, 1, 604_800),
            end_seconds=table.number("end_seconds", 10, 0, 600),
            report_seconds=table.number("report_seconds", 5, 1, 3600),
            heartbeat_seconds=table.number("heartbeat_seconds", 60, 2, 3600),
            output_characters=table.number("output_characters", 1024, 0, 1024),
            download_bytes=table.number("download_bytes", 1024**3, 1, 1024**4),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """`[commands]`: the programs that documents may run, as they name them; `*` allows any."""

    allow: tuple[str, ...]
    shell: bool

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table. Nothing is allowed by default."""
        return cls(allow=table.texts("allow"), shell=table.flag("shell"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """`[steps]`: the folder of the scripts that steps may run, and the users that steps may run as."""

    handlers: Path
    users: tuple[str, ...]

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table."""
        return cls(
            handlers=table.path("handlers", "Write the path of a folder.", "handlers"), users=table.texts("users")
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Downloads:
    """`[downloads]`: the folders that documents may write to, and whether plain http is allowed."""

    folders: tuple[Path, ...]
    http: bool

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table. Nothing is allowed by default."""
        return cls(folders=table.paths("folders"), http=table.flag("http"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """`[services]`: the services that documents may control, and the command that controls them."""

    allow: tuple[str, ...]
    command: tuple[str, ...]

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table. No service is allowed by default."""
        return cls(allow=table.texts("allow"), command=table.command("command", ("systemctl",)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """`[power]`: the commands, and a file whose contents change with each restart of the machine."""

    reboot: tuple[str, ...]
    shutdown: tuple[str, ...]
    boot_id: Path

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table. The defaults are systemd's commands and Linux's boot id."""
        return cls(
            reboot=table.command("reboot", ("systemctl", "reboot")),
            shutdown=table.command("shutdown", ("systemctl", "poweroff")),
            boot_id=table.path("boot_id", "Write the path of a file.", "/proc/sys/kernel/random/boot_id"),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """`[handlers.NAME]`: a function `module:name`. `restart` says what becomes of a job that a restart interrupts."""

    function: str
    restart: Restart
    seconds: int | None

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table."""
        next_step = 'Write module:function, for example "valves:close".'
        function = table.text("function", next_step)
        if function and not re.fullmatch(r"[\w.]+:\w+", function):
            table.problem("function", f"{function!r} does not name a function", next_step)
        return cls(
            function=function,
            restart="again" if table.choice("restart", "fail", ("again", "fail")) == "again" else "fail",
            seconds=table.number("seconds", 3600, 1, 604_800) if table.has("seconds") else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The whole file, with absolute paths. `source` and `folder` make the same Config in another process."""

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
