"""Reads the configuration file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import ConfigError
from shiftwork_agent.settings import sections
from shiftwork_agent.settings.config import Config
from shiftwork_agent.settings.table import Table

OPERATIONS = (
    "systemStatus",
    "reboot",
    "shutdown",
    "install",
    "download-file",
    "run-command",
    "start",
    "stop",
    "restart",
    "steps",
)
"""What the agent can do by itself. Not even that is allowed unless the file says so; but systemStatus is."""


def load(path: Path) -> Config:
    """The file's Config. Raises ConfigError, with everything that is wrong."""
    try:
        source = tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError([f"{path} cannot be read ({error.strerror}): name another file with --config"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} is not TOML ({error}): correct it there"]) from None
    return parse(source, path.parent.resolve())


def parse(source: Mapping[str, Any], folder: Path) -> Config:
    """The Config that the file's values make; relative paths begin at `folder`."""
    problems: list[str] = []
    root = Table(source, "", folder, problems)
    tables = {name: root.table(name) for name in ("connection", "limits", "commands", "steps")}
    tables |= {name: root.table(name) for name in ("downloads", "services", "power")}
    handlers = root.tables("handlers")
    config = Config(
        connection=sections.connection(tables["connection"]),
        state=root.path("state", "write a folder that outlives a restart", "/var/lib/shiftwork-agent"),
        operations=frozenset(root.texts("operations", ("systemStatus",))),
        modules=sections.modules(root),
        limits=sections.limits(tables["limits"]),
        commands=sections.commands(tables["commands"]),
        steps=sections.steps(tables["steps"]),
        downloads=sections.downloads(tables["downloads"]),
        services=sections.services(tables["services"]),
        power=sections.power(tables["power"]),
        handlers={name: sections.handler(table) for name, table in handlers.items()},
        source=source,
        folder=folder,
    )
    for table in (root, *tables.values(), *handlers.values()):
        table.unknown()
    problems += _names(config)
    if problems:
        raise ConfigError(problems)
    return config


def _names(config: Config) -> list[str]:
    unknown = sorted(config.operations - set(OPERATIONS))
    taken = sorted(set(config.handlers) & set(OPERATIONS))
    return [
        *(f"operations has {name!r}: the agent knows {', '.join(OPERATIONS)}" for name in unknown),
        *(f"handlers.{name} has the name of an operation of the agent: choose another" for name in taken),
    ]
