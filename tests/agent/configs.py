"""Configurations for tests."""

from pathlib import Path
from typing import Any

from shiftwork_agent.settings.config import Config
from shiftwork_agent.settings.load import parse

NOWHERE = "a" * 64  # longer than a part of a host's name may be: no name server is asked
CONNECTION = {"endpoint": "localhost", "thing": "pump-1", "certificate": "device.pem", "key": "device.key"}


def source(**tables: Any) -> dict[str, Any]:
    """Return the values of a configuration file: the required ones and `tables`."""
    return {"state": "state", "connection": CONNECTION, **tables}


def config(folder: Path, **tables: Any) -> Config:
    """Return the Config of these values, with its paths in `folder`."""
    (folder / "state").mkdir(exist_ok=True)
    return parse(source(**tables), folder)
