"""Reads the configuration file, and collects all that is wrong with it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import ConfigError
from shiftwork_agent.settings.config import (
    Commands,
    Config,
    Connection,
    Downloads,
    Handler,
    Limits,
    Power,
    Services,
    Steps,
)
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
"""The agent's own operations. A file that does not list `operations` allows systemStatus only."""


def load(path: Path) -> Config:
    """Read the file. Raises ConfigError with all faults."""
    try:
        source = tomllib.loads(path.read_text())
    except OSError as error:
        problem = f"{path} cannot be read ({error.strerror})."
        raise ConfigError([f"{problem} Name another file with --config."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} is not valid TOML ({error}). Correct it there."]) from None
    return parse(source, path.parent.resolve())


def parse(source: Mapping[str, Any], folder: Path) -> Config:
    """Return the Config of the file's values. Relative paths begin at `folder`. Raises ConfigError with all faults."""
    problems: list[str] = []
    root = Table(source, "", folder, problems)
    tables = {name: root.table(name) for name in ("connection", "limits", "commands", "steps")}
    tables |= {name: root.table(name) for name in ("downloads", "services", "power")}
    handlers = root.tables("handlers")
    config = Config(
        connection=Connection.read(tables["connection"]),
        state=root.path("state", "Write the path of a folder that survives a restart.", "/var/lib/shiftwork-agent"),
        operations=frozenset(root.texts("operations", ("systemStatus",))),
        modules=root.path("modules", "Write the path of the folder with your handlers' modules.", "handlers"),
        limits=Limits.read(tables["limits"]),
        commands=Commands.read(tables["commands"]),
        steps=Steps.read(tables["steps"]),
        downloads=Downloads.read(tables["downloads"]),
        services=Services.read(tables["services"]),
        power=Power.read(tables["power"]),
        handlers={name: Handler.read(table) for name, table in handlers.items()},
        source=source,
        folder=folder,
    )
    for table in (root, *tables.values(), *handlers.values()):
        table.check_unknown_keys()
    problems += _name_problems(config)
    if problems:
        raise ConfigError(problems)
    return config


def _name_problems(config: Config) -> list[str]:
    unknown = sorted(config.operations - set(OPERATIONS))
    taken = sorted(set(config.handlers) & set(OPERATIONS))
    return [
        *(f"operations: {name!r} is unknown. The agent has {', '.join(OPERATIONS)}." for name in unknown),
        *(f"handlers.{name}: the agent has an operation of this name. Choose another name." for name in taken),
    ]
